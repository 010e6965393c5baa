"""Does a fault that outlasts planned work, or that its letter does not name, quote that letter?"""

from dataclasses import replace
from datetime import date

import pytest

from netmon.decide.telling.messages import render
from netmon.model import Announcement, Clue, Incident, IncidentEvent, Inventory, Maintenance
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.decide.messages_province import at, province
from tests.province import SMALL, T0, Play, made

LETTER = Announcement(number="245/TB-VNPT", day=date(2026, 10, 5), sender="VNPT")
QUOTED = {"number": "245/TB-VNPT", "date": "05/10/2026", "sender": "VNPT"}
WORK = Maintenance(what=("b1/1",), since=T0 + 60, until=T0 + 300, notice=LETTER, listed=("YB-B1",))
TIMES = {"since": f"{T0 + 60:.0f}", "until": f"{T0 + 300:.0f}"}


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return made(SMALL).inventory


def announced(incident: Incident) -> list[Clue]:
    return [clue for clue in incident.evidence if clue.text in ("work_overrun", "power_overrun", "not_listed")]


def opened(play: Play) -> dict[str, Incident]:
    return {event.incident.root: event.incident for event in play.told.events if event.event == "opened"}


def test_what_is_down_still_at_the_end_is_told_with_the_letter(inventory: Inventory) -> None:
    play = Play(inventory, 5, maintenance=(WORK,))
    play.do(90, ("cut", "b1/1"))
    play.run(299)
    assert opened(play) == {}
    play.run(330)
    [clue] = announced(opened(play)["b1"])
    assert (clue.text, dict(clue.values)) == ("work_overrun", TIMES | QUOTED)


def test_what_comes_back_in_time_is_not_told_and_what_fails_later_has_nothing_to_do_with_it(
    inventory: Inventory,
) -> None:
    play = Play(inventory, 5, maintenance=(WORK,))
    play.do(90, ("cut", "b1/1"))
    play.do(200, ("restore",))
    play.run(400)
    assert opened(play) == {}
    play.do(410, ("cut", "b1/1"))
    play.run(450)
    assert announced(opened(play)["b1"]) == []


def test_another_line_of_that_carrier_is_told_and_said_not_to_be_listed(inventory: Inventory) -> None:
    play = Play(inventory, 5, maintenance=(WORK,))
    play.do(90, ("cut", "f/1"), ("cut", "g/1"), ("cut", "a/2"))
    play.run(150)
    found = opened(play)
    [clue] = announced(found["g"])
    assert (clue.text, dict(clue.values)) == ("not_listed", {"link": "g/1"} | TIMES | QUOTED)
    assert [clue.text for clue in announced(found["f/1"])] == ["not_listed"], "a ring goes on, its line is told"
    assert announced(found["a/2"]) == [], "is another carrier's"


def test_before_and_after_the_window_no_list_is_looked_at(inventory: Inventory) -> None:
    play = Play(inventory, 5, maintenance=(WORK,))
    play.do(30, ("cut", "g/1"))
    play.do(310, ("cut", "f/1"))
    play.run(360)
    assert [announced(one) for one in opened(play).values()] == [[], []]


def test_work_without_a_letter_lists_nothing(inventory: Inventory) -> None:
    play = Play(inventory, 5, maintenance=(replace(WORK, notice=None, listed=()),))
    play.do(90, ("cut", "g/1"), ("cut", "b1/1"))
    play.run(330)
    assert announced(opened(play)["g"]) == []
    assert dict(announced(opened(play)["b1"])[0].values) == TIMES


def test_a_site_without_power_after_the_announced_cut(inventory: Inventory) -> None:
    cut = replace(WORK, what=("g",), power=True, listed=(), notice=None)
    play = Play(inventory, 5, maintenance=(cut,))
    play.do(90, ("fail", "gr"))
    play.run(330)
    incident = opened(play)["g"]
    assert [clue.text for clue in announced(incident)] == ["power_overrun"]
    assert incident.cause == "power"


def test_the_wall_clock_counts(inventory: Inventory) -> None:
    play = Play(inventory, 5, maintenance=(WORK,))
    play.ahead = 120.0
    play.do(90, ("cut", "b1/1"))
    play.run(179)
    assert opened(play) == {}
    play.run(210)
    assert [clue.text for clue in announced(opened(play)["b1"])] == ["work_overrun"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "vẫn mất sau giờ bảo trì 21:00 22/11 – 23:00 22/11, thông báo 245/TB-VNPT ngày 05/10/2026 của VNPT"),
        ("en", "still down after the planned work of 21:00 22/11 – 23:00 22/11, notice 245/TB-VNPT of 05/10/2026 from"),
    ],
)
def test_it_stands_in_the_message_before_all_other_evidence(language: str, words: str) -> None:
    values = tuple({"since": f"{at(21, 0)}", "until": f"{at(23, 0)}", **QUOTED}.items())
    silent = Clue(at(21, 14), "lang-thip-r1", "silent", (("target", "lang-thip-r1"), ("seconds", "12")))
    incident = Incident(
        id=1, kind="outage", severity="critical", root="lang-thip", seat="lang-thip", state="open", cause="unknown",
        opened_at=at(21, 14), affected=("lang-thip",), evidence=(silent, Clue(at(23, 0), "", "work_overrun", values)),
    )  # fmt: skip
    event = IncidentEvent(event="opened", at=at(23, 0), incident=incident)
    text = render(load_messages(ROOT / "alerts" / "messages"), province(), event, language, pytest.fail)[1]
    assert words in text
    assert text.index(words) < text.index("lang-thip-r1")
