"""Is a change told once, remembered across restarts, and kept quiet where something else accounts for it?"""

from collections.abc import Mapping
from typing import Any

import pytest

from netmon.decide import core, memory
from netmon.decide.changes import clue_of
from netmon.decide.desk.plain import to_everybody
from netmon.decide.desk.state import Letter
from netmon.decide.memory import Memory
from netmon.decide.notices import Wording, plan
from netmon.decide.telling.messages import render, say
from netmon.model import (
    Clue,
    Event,
    Evidence,
    Fact,
    Finding,
    IncidentEvent,
    Inventory,
    Looked,
    News,
    Remembered,
    Restored,
    RowsSeen,
    TrapSeen,
)
from netmon.run.journal.codec import fold
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.province import SMALL, T0, Play, made

ALL: frozenset[News] = frozenset({"new", "changed", "gone"})
HOSTS = Remembered("netmon_lan_host_info", ("mac",), gone=3, tell=ALL)
Rows = Mapping[Any, tuple[str, ...]]
A, B, C = ("aa",), ("bb",), ("cc",)
MESSAGES = load_messages(ROOT / "alerts" / "messages")


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def seen(rows: Rows, target: str = "dr", what: Remembered = HOSTS) -> RowsSeen:
    return RowsSeen(target, T0, what, rows, ("address", "port"))


def told(facts: list[Fact]) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.news, tuple(value for _, value in (*fact.key, *fact.values))) for fact in facts]


# --- the memory alone -------------------------------------------------------------------------------


def test_the_first_poll_only_learns_and_then_each_change_is_a_fact() -> None:
    known = Memory()
    assert [news for news, _ in told(memory.take(known, seen({A: ("1", "p1")})))] == ["begun", "known"]
    assert memory.take(known, seen({A: ("1", "p1")})) == []
    assert told(memory.take(known, seen({A: ("1", "p1"), B: ("2", "p2")}))) == [("new", ("bb", "2", "p2"))]
    [moved] = memory.take(known, seen({A: ("1", "p9"), B: ("2", "p2")}))
    assert (moved.news, moved.old) == ("changed", (("address", "1"), ("port", "p1")))


def test_what_a_poll_leaves_open_is_no_change_and_is_filled_later() -> None:
    known = Memory()
    memory.take(known, seen({A: ("1", "")}))
    assert memory.take(known, seen({A: ("", "")})) == [], "its entry has aged out of one table"
    assert told(memory.take(known, seen({A: ("", "p1")}))) == [("known", ("aa", "1", "p1"))]
    assert memory.take(known, seen({A: ("1", "")})) == []
    [moved] = memory.take(known, seen({A: ("", "p9")}))
    assert (moved.news, dict(moved.values), dict(moved.old)["port"]) == (
        "changed",
        {"address": "1", "port": "p9"},
        "p1",
    )


def test_a_silent_router_is_no_other_way() -> None:
    known, way = Memory(), Remembered("netmon_path_info", ())
    ways = ("a > b > c", "a > * > c", "a > b > *", "a > x > c")
    news = [told(memory.take(known, RowsSeen("dr", T0, way, {(): (one,)}, ("path",)))) for one in ways]
    assert news[1:] == [[], [], [("changed", ("a > x > c",))]]


def test_an_empty_first_poll_is_one_too() -> None:
    known = Memory()
    memory.take(known, seen({}))
    assert told(memory.take(known, seen({A: ("1", "p1")}))) == [("new", ("aa", "1", "p1"))]


def test_a_row_has_gone_after_so_many_polls_in_a_row_without_it() -> None:
    known = Memory()
    for rows in ({A: ("1", "p1"), B: ("2", "p2")}, {A: ("1", "p1")}, {A: ("1", "p1")}):
        assert all(fact.news != "gone" for fact in memory.take(known, seen(rows)))
    assert memory.take(known, seen({A: ("1", "p1"), B: ("2", "p2")})) == [], "it was back in time"
    facts = [fact for _ in range(4) for fact in memory.take(known, seen({A: ("1", "p1")}))]
    assert told(facts) == [("gone", ("bb", "2", "p2"))]
    never = Remembered("netmon_lan_host_info", ("mac",))
    memory.take(known, seen({A: ("1", "p1")}, "er", never))
    assert [memory.take(known, seen({}, "er", never)) for _ in range(20)] == [[]] * 20


def test_a_table_that_grows_without_end_is_bounded() -> None:
    known = Memory()
    many = {(f"{n:05d}",): ("1", "p") for n in range(10_000)}
    facts = memory.take(known, seen(many))
    assert len(facts) == memory.MOST + 1
    assert known.dropped == 10_000 - memory.MOST
    assert memory.take(known, seen(many)) == []
    some = {key: many[key] for key in [*many][:100]}
    gone = [len(memory.take(known, seen(some))) for _ in range(20)]
    assert sum(gone) == memory.MOST - 100
    assert max(gone) <= memory.MOST_NEWS, "what is over that waits for the next poll"
    flood = {(f"x{n:05d}",): ("1", "p") for n in range(1000)}
    assert len(memory.take(known, seen(some | flood))) == memory.MOST_NEWS


def test_other_labels_are_learned_anew_and_not_told() -> None:
    known = Memory()
    memory.take(known, seen({A: ("1", "p1")}))
    wider = RowsSeen("dr", T0, HOSTS, {A: ("1", "p1", "acme"), B: ("2", "p2", "acme")}, ("address", "port", "vendor"))
    assert [fact.news for fact in memory.take(known, wider)] == ["begun", "known", "known"]


# --- the verdict ------------------------------------------------------------------------------------


def changes(play: Play) -> list[IncidentEvent]:
    return [event for event in play.told.events if event.incident.kind == "change"]


def said(play: Play) -> list[tuple[Event, list[str]]]:
    return [(event.event, [clue.text for clue in event.incident.evidence]) for event in changes(play)]


def test_the_news_of_one_poll_are_one_message(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    play.tell(seen({A: ("1", "p1")}))
    play.tell(seen({(f"{n:02d}",): ("1", "p1") for n in range(15)} | {A: ("1", "p2")}))
    [event] = changes(play)
    assert event.event == "opened"
    assert (event.incident.state, event.incident.affected, event.incident.root) == ("resolved", ("d",), "dr")
    assert [clue.text for clue in event.incident.evidence] == ["lan_host_new"] * 10 + ["and_more"]
    vietnamese = render(MESSAGES, small, event, "vi", pytest.fail)[1]
    assert "\n- thiết bị lạ 00 (1) ở cổng p1\n" in vietnamese
    assert "\n- và 6 thay đổi khác\n" in vietnamese
    assert core.open_incidents(play.core) == [], "it is over as soon as it is told"


def test_only_what_the_collector_wants_told_is_told(small: Inventory) -> None:
    quiet = HOSTS._replace(tell=frozenset({"gone"}))
    play = Play(small, 1)
    play.run(20)
    for rows in ({A: ("1", "p1")}, {A: ("1", "p2"), B: ("2", "p2")}, {A: ("1", "p2")}):
        play.tell(seen(rows, what=quiet))
    assert said(play) == []
    play.tell(*[seen({A: ("1", "p2")}, what=quiet)] * 2)
    assert said(play) == [("opened", ["lan_host_gone"])]
    facts = [entry.body.news for entry in play.told.entries if isinstance(entry.body, Fact)]
    assert facts == ["begun", "known", "changed", "new", "gone"]


def test_what_goes_to_and_fro_is_told_once_a_day(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    for n in range(20):
        play.tell(seen({A: ("1", f"p{n % 2}")}))
    assert said(play) == [("opened", ["lan_host_changed"])] * 2, "there, and back"
    assert sum(isinstance(entry.body, Fact) for entry in play.told.entries) == 21, "and all is written down"


def test_a_restart_forgets_nothing_and_tells_nothing_again(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    diff = Finding("dr", T0, "config_changed", (("lines", "3"),), "+ ip route")
    play.tell(seen({A: ("1", "p1")}), diff)
    play.tell(seen({A: ("1", "p1"), B: ("2", "p2")}))
    before = len(changes(play))
    restored = fold(Restored(), play.told.entries)
    state = core.start(small, restored, T0 + 30)
    wishes = core.step(state, [seen({A: ("1", "p1"), B: ("2", "p2")}), diff], T0 + 31)
    assert before == 2
    assert [entry for entry in wishes.entries if isinstance(entry.body, Fact)] == []
    assert [one for one in wishes.entries if isinstance(one.body, IncidentEvent)] == []
    wishes = core.step(state, [seen({A: ("1", "p1"), B: ("2", "p2"), C: ("3", "p3")})], T0 + 32)
    assert [entry.body.news for entry in wishes.entries if isinstance(entry.body, Fact)] == ["new"]


def test_a_finding_shows_its_lines_and_is_told_once_a_day(small: Inventory) -> None:
    detail = "\n".join(["interface Gi0", "  shutdown\x1b[2J", *(f"line {n}" for n in range(40))])
    play = Play(small, 1)
    play.run(20)
    found = Finding("dr", T0, "config_changed", (("added", "3"), ("removed", "1"), ("who", "an")), detail)
    play.tell(found, found)
    play.run(3600)
    play.tell(found)
    [event] = changes(play)
    text = render(MESSAGES, small, event, "en", pytest.fail)[1].split("\n")
    assert text[:3] == [
        "[CHANGE] dr: configuration changed: 3 lines added, 1…",
        "dr: configuration changed: 3 lines added, 1 removed; last changed by an, says the device.",
        "At D.",
    ]
    assert text[-21:-18] == ["interface Gi0", "  shutdown [2J", "line 0"]
    assert text[-1] == "… (+22)"
    play.core.told_once = {key: at - 86400 for key, at in play.core.told_once.items()}
    play.tell(found)
    assert len(changes(play)) == 2


def test_what_an_outage_or_planned_work_accounts_for_is_written_and_not_told(small: Inventory) -> None:
    def words(letter: Letter, notice_id: str) -> Wording:
        return Wording("", "", "")

    play = Play(small, 1)
    play.do(20, ("fail", "d"))
    play.run(60)
    play.tell(Finding("dcam", T0, "config_changed"))
    [event] = changes(play)
    assert event.event == "noted"
    assert plan(to_everybody(event, ("noc",)), {}, words) == []
    play.do(60, ("restore",))
    play.run(100)
    play.core.excused["d"] = T0 + 200
    play.tell(Finding("dr", T0, "config_changed"))
    play.run(210)
    play.tell(Finding("dr", T0, "other_changed"))
    assert [event.event for event in changes(play)] == ["noted", "noted", "opened"]


# --- what comes later -------------------------------------------------------------------------------


def noted(play: Play) -> list[tuple[str, ...]]:
    events = [event for event in play.told.events if event.event == "noted"]
    return [tuple(clue.text for clue in event.incident.evidence) for event in events]


def test_what_was_found_out_later_stays_with_the_incident(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("cut", "g/1"))
    play.run(60)
    number = core.open_incidents(play.core)[0].id
    hop = Clue(T0 + 61, "noc", "trace_stops", (("at", "10.0.0.1"),))
    play.tell(Looked(number, T0 + 61, (hop,)), Looked(number, T0 + 61, (hop,)), Looked(4711, T0 + 61, (hop,)))
    assert len(noted(play)) == 1
    assert "trace_stops" in noted(play)[0]
    play.do(70, ("restore",))
    play.run(120)
    assert play.told.events[-1].event == "resolved"
    assert hop in play.told.events[-1].incident.evidence
    play.tell(Looked(number, T0 + 121, (Clue(T0 + 121, "noc", "late"),)))
    last = play.told.events[-1]
    assert (last.event, last.incident.state, last.incident.evidence[-1].text) == ("noted", "resolved", "late")
    play.run(1000)
    play.tell(Looked(number, T0 + 1000, (Clue(T0 + 1000, "noc", "too late"),)))
    assert play.told.events[-1] == last


def test_a_dying_gasp_that_was_long_on_its_way_is_added_to_the_incident(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("fail", "g"))
    play.run(45)
    began = play.now
    gasp: Evidence = TrapSeen("gr", T0 + began, "dying_gasp")
    play.tell(gasp)
    assert len(noted(play)) == 1
    assert "dying_gasp" in noted(play)[0]
    assert core.open_incidents(play.core)[0].cause == "power"
    play.tell(gasp)
    assert len(noted(play)) == 1
    play.run(200)
    play.tell(TrapSeen("gr", T0 + 200, "on_battery"))
    assert len(noted(play)) == 1, "minutes later it is about something else"


@pytest.mark.parametrize(
    ("news", "vietnamese"),
    [
        ("new", "dr: thêm cable core-sw, Gi0"),
        ("changed", "dr: cable core-sw đổi port Gi1 → Gi0"),
        ("gone", "dr: không còn cable core-sw, Gi0"),
    ],
)
def test_a_table_without_words_of_its_own(small: Inventory, news: News, vietnamese: str) -> None:
    old = (("port", "Gi1"),) if news == "changed" else ()
    key, values = (("name", "core-sw"),), (("port", "Gi0"),)
    fact = Fact(target="dr", metric="netmon_cable_info", news=news, key=key, values=values, old=old)
    assert say(MESSAGES, small, clue_of(fact, T0), "vi") == vietnamese
