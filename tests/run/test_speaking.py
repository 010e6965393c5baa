"""Does an answer by SMS, or a call back, stop what would wake the next one, in the whole program?"""

import asyncio
from dataclasses import replace

import pytest

from netmon import app
from netmon.app import World
from netmon.model import Entry
from netmon.notifiers.call import Call
from netmon.notifiers.sms import Sms
from netmon.people import Act, Channels, Person, Policy, Roster, Route, Step
from netmon.run.journal.seam import open_inline
from netmon.settings.project import Project
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.modem.seam import Heard
from tests.province import SMALL, T0, Recording, made

PORT = "/dev/modem"
BINH, LAN = "0912345678", "0977000111"


def staffed() -> Project:
    """Bình is woken first, and after a minute Lan."""
    project = made(SMALL)
    people = {
        name: Person(id=name, name=name, reach={"sms": number, "call": number})
        for name, number in (("binh", BINH), ("lan", LAN))
    }
    roster = Roster(
        channels=("sms", "call"),
        people=people,
        policies={"wake": Policy(id="wake", steps=(Step(tell=("binh",), wait=60.0), Step(tell=("lan",), wait=60.0)))},
        routes=(Route(name="all", urgency="ring", policy="wake"),),
        reach={"ring": Channels(by=("call", "sms")), "text": Channels(by=("sms",))},
    )
    notifiers = {"sms": Sms(port=PORT), "call": Call(port=PORT)}
    return replace(project, config=replace(project.config, notifiers=notifiers), roster=roster)


def played(*heard: tuple[float, Heard]) -> tuple[list[tuple[str, str, str]], list[Act]]:
    """`er` fails after 20 s; these come in over the modem. What was sent in three minutes, as (how, to whom, what), and
    what was said."""
    entries: list[Entry] = []
    nets: list[SimNet] = []

    async def main() -> None:
        project, clock = staffed(), VirtualClock()
        network = Network(project.inventory, clock=clock)
        nets.append(SimNet(network, clock))
        book = Recording(open_inline(None), entries)
        running = await app.build(project, World(clock=clock, net=nets[0], journal=book, serve=False))
        task = asyncio.create_task(app.run_for(running, 190.0, asyncio.Event()))
        await asyncio.sleep(20)
        network.fail("er")
        for at, one in heard:
            await asyncio.sleep(T0 + at - clock.now())
            nets[0].modem(PORT).incoming.put_nowait(one)
        await task

    run_virtual(main(), T0)
    sent: list[tuple[str, str, str]] = [(one.by, one.to, one.body.decode()) for one in nets[0].sent]
    return sent, [entry.body for entry in entries if isinstance(entry.body, Act)]


def test_if_nobody_answers_the_next_one_is_woken() -> None:
    sent, said = played()
    assert ({to for _, to, _ in sent}, said) == ({BINH, LAN}, [])


@pytest.mark.parametrize(
    ("heard", "by"), [(Heard("+84912345678", "1", 0.0), "sms"), (Heard("+84912345678", None, 0.0), "call")]
)
def test_an_answer_is_enough(heard: Heard, by: str) -> None:
    sent, said = played((70, heard))
    assert {to for _, to, _ in sent} == {BINH}
    assert [(act.verb, act.who, act.by, act.text) for act in said] == [("ack", "binh", by, "")]


def test_who_gives_it_back_wakes_the_next_one_and_hears_why_an_answer_did_nothing() -> None:
    text = Heard(BINH, "1 nhưng đang ở xa", 0.0)
    sent, said = played((70, text), (110, Heard(BINH, "0", 0.0)), (115, Heard(BINH, "0", 0.0)))
    assert [(act.verb, act.text) for act in said] == [("ack", "nhưng đang ở xa"), ("unack", "")]
    assert LAN in {to for _, to, _ in sent}
    assert [text for by, to, text in sent if (by, to) == ("text", BINH)][-1].startswith("Chua ai nhan #")
