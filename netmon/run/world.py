"""What does the program stand on?"""

from dataclasses import dataclass

from netmon.clock import Clock
from netmon.run.engine import Tap
from netmon.run.journal.seam import Journal
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Time, network, memory. `serve`: whether the program answers HTTP. `tap` hears all samples."""

    clock: Clock
    net: Net
    journal: Journal
    serve: bool = True
    tap: Tap | None = None
