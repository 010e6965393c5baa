"""Which addresses does a name have?"""

from collections.abc import Sequence

from netmon.errors import BadAnswer


async def resolve(name: str, timeout: float) -> Sequence[str]:
    """See Net.resolve."""
    raise BadAnswer("not yet")
