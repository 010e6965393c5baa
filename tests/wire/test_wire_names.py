"""Which addresses does the machine's own resolver tell?"""

import asyncio
import threading

import pytest

from netmon.errors import BadAnswer, Unreachable
from netmon.wire.names import MOST, Resolver


async def test_a_name_of_this_machine() -> None:
    assert set(await Resolver().resolve("localhost", 5)) & {"127.0.0.1", "::1"}


@pytest.mark.parametrize(("text", "address"), [("10.1.2.3", "10.1.2.3"), ("2001:DB8::0", "2001:db8::")])
async def test_an_address_is_its_own(text: str, address: str) -> None:
    assert await Resolver().resolve(text, 5) == [address]


@pytest.mark.parametrize("name", ["a" * 70 + ".example", "a..b"])
async def test_what_is_no_name(name: str) -> None:
    with pytest.raises((BadAnswer, Unreachable)):
        await Resolver().resolve(name, 5)


async def test_who_asks_the_same_shares_the_answer_and_no_patience_is_our_own_trouble() -> None:
    resolver = Resolver()
    first, second = await asyncio.gather(
        resolver.resolve("localhost", 0), resolver.resolve("localhost", 5), return_exceptions=True
    )
    assert isinstance(first, BadAnswer)
    assert "no answer within 0 s" in str(first)
    assert isinstance(second, list)


async def test_a_resolver_that_hangs_is_not_asked_for_ever_more() -> None:
    """It hangs here and not at the name server: its threads would hold sockets long after the test."""
    free = threading.Event()

    def hanging(name: str) -> list[str]:
        free.wait(60)
        return [name]

    resolver = Resolver(hanging)
    try:
        asked = [asyncio.ensure_future(resolver.resolve(f"host-{n}", 0)) for n in range(MOST + 3)]
        said = await asyncio.gather(*asked, return_exceptions=True)
    finally:
        free.set()
    assert all(isinstance(each, BadAnswer) for each in said)
    assert sum("names are waiting" in str(each) for each in said) == 3
    async with asyncio.timeout(30):
        while resolver._pending:
            await asyncio.sleep(0.01)
    assert list(await resolver.resolve("host-0", 30)) == ["host-0"], "and asked again once it does not hang"
