"""Does the NTP collector tell a clock that is right from one that is not?"""

import struct
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from collectors.ntp import Ntp
from netmon.errors import NotServing, Refused, Unreachable
from tests.collectors.servers import Require, asked, chronyd, told
from tests.ports import free_port
from tests.wire import hostile

FROM_1900 = 2_208_988_800


async def test_a_synchronised_server(require_program: Require, tmp_path: Path) -> None:
    with chronyd(require_program, tmp_path, "local stratum 5") as port:
        values = told(await asked(Ntp(port=port, max_offset=1.0)))
    assert (values["netmon_ntp_stratum"], values["netmon_ntp_leap"]) == (5, 0)
    assert abs(values["netmon_ntp_offset_seconds"]) < 1
    assert 0 <= values["netmon_ntp_root_dispersion_seconds"] < 1


async def test_a_server_that_does_not_know_the_time(require_program: Require, tmp_path: Path) -> None:
    with chronyd(require_program, tmp_path) as port, pytest.raises(NotServing) as raised:
        await asked(Ntp(port=port))
    assert str(raised.value) == "clock not synchronised (leap indicator 3, stratum 0)"
    assert told(raised.value.samples)["netmon_ntp_leap"] == 3


def clock(
    ahead: float = 0.0, first: int = 0x24, stratum: int = 2, reference: bytes = b"GPS\x00", originate: int = 0
) -> hostile.Answering:
    """A server whose clock is so many seconds ahead."""

    def answer(question: bytes) -> Iterable[bytes]:
        now = int((time.time() + ahead + FROM_1900) * 2**32) % 2**64
        asked_at = int.from_bytes(question[40:48], "big") ^ originate
        yield struct.pack("!BBbbII4sQQQQ", first, stratum, 6, -20, 0, 0, reference, now, asked_at, now, now)

    return answer


@pytest.mark.parametrize("ahead", [3.0, -3.0, 86400.0])
async def test_a_clock_that_is_wrong(ahead: float) -> None:
    async with hostile.udp(clock(ahead)) as port:
        assert told(await asked(Ntp(port=port)))["netmon_ntp_offset_seconds"] == pytest.approx(ahead, abs=0.5)
        with pytest.raises(NotServing, match=r"^clock differs by [+-]\d+\.\d{3} s, limit 1 s$") as raised:
            await asked(Ntp(port=port, max_offset=1.0))
    assert "netmon_ntp_offset_seconds" in told(raised.value.samples)


@pytest.mark.parametrize(
    ("answering", "why"),
    [
        (clock(stratum=0, reference=b"RATE"), "kiss-o'-death RATE"),
        (clock(stratum=0, reference=b"\x1b[2J"), r"clock not synchronised \(leap indicator 0, stratum 0\)"),
        (clock(first=0xE4), r"clock not synchronised \(leap indicator 3, stratum 2\)"),
        (clock(stratum=16), r"clock not synchronised \(leap indicator 0, stratum 16\)"),
        (clock(originate=1), "answers, but not with NTP"),
        (clock(first=0x23), "answers, but not with NTP"),
        (hostile.echo, "answers, but not with NTP"),
        (hostile.rubbish, "answers, but not with NTP"),
        (hostile.flood, "answers, but not with NTP"),
    ],
)
async def test_what_is_no_time(answering: hostile.Answering, why: str) -> None:
    async with hostile.udp(answering) as port:
        with pytest.raises(NotServing, match=f"^{why}"):
            await asked(Ntp(port=port), timeout=0.3)


async def test_silence_and_a_closed_port() -> None:
    async with hostile.udp(hostile.nothing) as port:
        with pytest.raises(Unreachable):
            await asked(Ntp(port=port), timeout=0.2)
    with pytest.raises(Refused):
        await asked(Ntp(port=free_port()))
