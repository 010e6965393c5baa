"""What does one collector's answer change of what is known of one target?"""

from typing import NamedTuple

from netmon.decide.detect import Voice, Watch
from netmon.decide.quality import Window


class Ear(NamedTuple):
    """All that an answer touches, found once: a thousand answers a second would look it up in five places each.

    `window` is there if this collector's probes measure the target's quality; `line` and `slow` if they measure a line
    too: which one, and the round-trip time (s) above which it may be worse than promised.
    """

    watch: Watch
    voice: Voice
    window: Window | None
    line: str | None
    slow: float
