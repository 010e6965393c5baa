"""Does the TCP collector hear what a port says?"""

import pytest

from collectors.tcp import Tcp
from netmon.errors import NotServing, Refused
from tests.collectors.servers import asked
from tests.ports import free_port
from tests.wire import hostile

SSH = hostile.greets(b"SSH-2.0-OpenSSH_9.2\r\n", then=hostile.silent)


async def test_an_open_port_is_enough() -> None:
    async with hostile.tcp(hostile.silent) as port:
        [sample] = await asked(Tcp(port=port))
    assert sample.metric == "netmon_probe_rtt_seconds"


async def test_a_banner() -> None:
    async with hostile.tcp(SSH) as port:
        await asked(Tcp(port=port, expect="^SSH-2"))


async def test_a_banner_in_pieces() -> None:
    async with hostile.tcp(hostile.drip(b"SSH-2.0-x", every=0.005)) as port:
        await asked(Tcp(port=port, expect="^SSH-2.0-x"))


async def test_an_answer_to_what_is_sent() -> None:
    async with hostile.tcp(hostile.says(b"+PONG\r\n", then=hostile.silent)) as port:
        await asked(Tcp(port=port, send="PING\r\n", expect="PONG"))
        await asked(Tcp(port=port, send="PING\r\n"))


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (SSH, "connected, but without a banner like '^220' within 0.3 s, only 'SSH-2.0-OpenSSH_9.2'"),
        (hostile.silent, "connected, but without a banner like '^220' within 0.3 s"),
        (hostile.closes, "closed the connection before a banner like '^220'"),
        (
            hostile.greets(b"\x1b]0;x\x07"),
            "closed the connection before a banner like '^220', only '\ufffd]0;x\ufffd'",
        ),
        (hostile.greets(b"y" * 9000), "more than 4096 octets without a banner like '^220'"),
    ],
)
async def test_another_banner_or_none(behaviour: hostile.Behaviour, why: str) -> None:
    async with hostile.tcp(behaviour) as port:
        with pytest.raises(NotServing) as raised:
            await asked(Tcp(port=port, expect="^220"), timeout=0.3)
    assert str(raised.value).startswith(why)
    assert raised.value.samples, "the handshake was measured"


@pytest.mark.parametrize("behaviour", hostile.BAD)
async def test_strangers(behaviour: str) -> None:
    async with hostile.tcp(hostile.BAD[behaviour]) as port:
        with pytest.raises(NotServing):
            await asked(Tcp(port=port, send="?", expect="^220"), timeout=0.3)


async def test_a_closed_port_with_a_banner_to_hear() -> None:
    with pytest.raises(Refused):
        await asked(Tcp(port=free_port(), expect="^220"))


def test_what_is_no_regular_expression() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        Tcp(port=22, expect="(")
