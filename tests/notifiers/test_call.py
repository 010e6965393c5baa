"""Who is rung, in which order and until when, and does an answer end it?"""

import asyncio
from dataclasses import replace

import pytest

from netmon.errors import Permanent, Retryable, Unanswered
from netmon.model import Notice
from netmon.notifiers.call import Call
from netmon.sim.modem import ANSWERED, SimModem
from netmon.sim.virtual import run_virtual
from netmon.wire.modem.seam import Modem
from netmon.wire.real import RealNet
from tests.collectors.fakes import FakeNet
from tests.notifiers.receivers import page
from tests.wire.modem_pty import plugged

LAN, BINH, HOA = "0912345678", "0987654321", "+84977000111"


class Village(FakeNet):
    """Telephones in virtual time, of which some are answered. `rung`: which rang, and when."""

    def __init__(self, *awake: str) -> None:
        super().__init__()
        self.rung: list[tuple[str, float]] = []
        self._modem = SimModem(lambda by, number, body: self.rung.append((number, asyncio.get_running_loop().time())))
        self._modem.awake = set(awake)

    def modem(self, port: str) -> Modem:
        return self._modem


def rung(net: Village, *to: str, notice: Notice | None = None) -> list[tuple[str, float]]:
    run_virtual(Call(port="/dev/modem", to=to, rings=20).send(notice or page(), net), 0.0)
    return net.rung


def test_one_after_the_other_until_somebody_answers() -> None:
    assert rung(Village(BINH), LAN, BINH, HOA) == [(LAN, 0.0), (BINH, 20.0)]


def test_a_person_and_nobody_else() -> None:
    assert rung(Village(HOA), LAN, notice=replace(page(), address=HOA)) == [(HOA, 0.0)]


def test_nobody_answers() -> None:
    net = Village()
    with pytest.raises(Unanswered, match=f"{LAN}: rang, and nobody answered; {BINH}: rang"):
        rung(net, LAN, BINH)
    assert len(net.rung) == 2


def test_nobody_is_woken_for_what_is_over() -> None:
    assert rung(Village(LAN), LAN, notice=page("2/resolved/noc/1", "resolved")) == []


def test_nobody_to_ring() -> None:
    with pytest.raises(Permanent, match="no telephone number"):
        rung(Village())


def test_an_attempt_is_given_the_time_it_takes() -> None:
    """The outbox cuts off what lasts longer than this, and a telephone would be rung too briefly or not at all."""
    assert Call(port="/dev/modem", to=(LAN, BINH), rings=60).lasts > 120 + ANSWERED


@pytest.mark.parametrize(
    ("answer", "failure", "text"),
    [
        (["NO CARRIER"], Unanswered, f"{LAN}: did not ring"),
        (["BUSY"], Unanswered, f"{LAN}: busy, or turned down"),
        (["+CME ERROR: 30"], Retryable, f"{LAN}: .*no network"),
        (["OK"], None, ""),
    ],
)
async def test_over_a_modem(answer: list[str], failure: type[Exception] | None, text: str) -> None:
    net = RealNet()
    async with plugged() as (fake, _):
        fake.calls, fake.answers[f"ATD{LAN};"] = [0], answer
        call = Call(port=str(fake.path), to=(LAN,), rings=5)
        if failure is None:
            await call.send(page(), net)
        else:
            fake.calls = []
            with pytest.raises(failure, match=text):
                await call.send(page(), net)
        await net.close()
    assert fake.asked[-1] == "AT+CHUP"


async def test_a_number_that_is_none() -> None:
    net = RealNet()
    async with plugged() as (fake, _):
        with pytest.raises(Permanent, match="no telephone number"):
            await Call(port=str(fake.path), to=("Viettel",)).send(page(), net)
        await net.close()
