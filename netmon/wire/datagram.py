"""What does one UDP datagram come back with?"""

from collections.abc import Callable

from netmon.errors import BadAnswer


async def ask(
    address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
) -> tuple[bytes, float]:
    """See Net.datagram."""
    raise BadAnswer("not yet")
