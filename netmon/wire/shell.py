"""What does a command line say?"""

from collections.abc import Mapping, Sequence

from netmon.errors import BadAnswer
from netmon.model import Ssh


async def show(address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float) -> Mapping[str, str]:
    """See Net.show."""
    raise BadAnswer("not yet")
