"""Does a silence hide exactly what it names, and for no longer than was said?"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import yaml

from netmon.decide.desk import news as news_of
from netmon.decide.desk import quiet, step, words
from netmon.decide.desk.scope import Scopes, unknown
from netmon.decide.desk.state import Desk, Heard, Letter
from netmon.model import Incident, IncidentEvent, Inventory, Kind, Restored
from netmon.people import Act, Roster, Verb
from tests.province import SMALL, T0, Play, made

HOUR = 3600.0


def text() -> str:
    """SMALL with an area of the communes, one of which is a priority site."""
    province = yaml.safe_load(SMALL)
    for site in ("a", "b1", "b2", "g"):
        province["sites"][site]["area"] = "kv-d"
    province["sites"]["g"]["priority"] = True
    return yaml.safe_dump(province, sort_keys=False)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return made(text()).inventory


def silence(*what: str, number: int = 1, until: float = T0 + HOUR, verb: Verb = "silence") -> Act:
    return Act(verb=verb, who="binh", at=T0, number=number, text="thử", what=what, until=until)


def broken(root: str, *affected: str, kind: Kind = "outage") -> Incident:
    return Incident(
        id=7, kind=kind, severity="critical", root=root, seat=root, state="open", cause="unknown", opened_at=T0,
        affected=affected,
    )  # fmt: skip


def desk_of(inventory: Inventory, *acts: Act) -> Desk:
    return Desk(Roster(channels=("truc",)), inventory, acts={act.number: act for act in acts})


@pytest.mark.parametrize(
    ("what", "incident", "hides"),
    [
        (("a",), broken("a", "a"), True),
        (("a",), broken("acam"), True),
        (("a",), broken("a/1", "a", kind="redundancy_lost"), True),
        (("d",), broken("dweb", "d", kind="service"), True),
        (("a",), broken("b1", "b1"), False),
        (("d",), broken("d", "d", "b1", "b2"), False),  # more than the site itself is gone
        (("d+",), broken("d", "d", "b1", "b2"), True),
        (("d+",), broken("d", "d", "a", "b1", "b2"), False),  # a has another way, so it does not hang on d alone
        (("kv-d",), broken("a", "a"), True),
        (("kv-d",), broken("d", "d", "a"), False),
        (("kv-d",), broken("kv-d", "a", "b1", "b2"), True),  # many faults told as one
        (("a/1",), broken("a/1", "a", kind="redundancy_lost"), True),
        (("a/1",), broken("a/1", "a", kind="degraded"), True),
        (("a/1",), broken("a/1", "a"), False),  # its other line is gone too: the commune is lost
        (("b1/1",), broken("b1", "b1"), True),  # hangs on this line alone
        (("pop",), broken("pop", "b1", "b2"), True),
        (("vnpt",), broken("f/1", "f", kind="degraded"), True),
        (("viettel",), broken("f/1", "f", kind="degraded"), False),
        (("ar",), broken("a", "a"), True),
        (("acam",), broken("acam"), True),
        (("acam",), broken("a", "a"), False),
        (("dr",), broken("d", "d", "b1"), False),
        (("dr+",), broken("d", "d", "b1"), True),
        (("dweb",), broken("dweb", "d", kind="service"), True),
        (("dweb",), broken("dcam"), False),
        (("a", "b1"), broken("kv-d", "a", "b1"), True),
        (("noc", "core+"), broken("noc", kind="blind"), False),
        (("noc",), broken("noc", "a", kind="unseen"), False),
        (("acam",), broken("acam", kind="change"), True),
        (("dr",), broken("dr", "d", kind="threshold"), True),
        (("gone",), broken("gone"), False),
        (("gone", "a"), broken("a", "a"), True),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_what_a_silence_hides(inventory: Inventory, what: Sequence[str], incident: Incident, hides: bool) -> None:
    act = silence(*what)
    assert (quiet.keeping_quiet(desk_of(inventory, act), incident, T0 + 1) == act) is hides
    assert bool(quiet.hidden(desk_of(inventory), act, [incident])) is hides, "the preview says the same"


@pytest.mark.parametrize(
    ("incident", "told"),
    [
        (broken("a", "a"), False),
        (broken("b1/1", "b1", kind="degraded"), False),
        (broken("kv-d", "a", "b1", "b2"), False),
        (broken("g", "g"), True),  # a priority site
        (broken("kv-d", "a", "g"), True),
        (broken("lte", "a"), True),  # stands at the core
        (broken("core", "core"), True),
        (broken("pe", "top"), True),  # farther out than netmon itself
        (broken("noc", kind="blind"), True),
        (broken("d", "d", "b1"), True),  # beyond the area
    ],
    ids=lambda value: value.root if isinstance(value, Incident) else None,
)
def test_what_is_told_by_itself_in_a_storm(inventory: Inventory, incident: Incident, told: bool) -> None:
    act = silence("kv-d", "lte", "core", "top", verb="storm")
    if incident.root == "d":
        act = silence("kv-d", verb="storm")
    assert (quiet.keeping_quiet(desk_of(inventory, act), incident, T0 + 1) is None) is told


def test_a_silence_ends_by_itself_or_by_word_and_never_lasts_for_more_than_a_month(inventory: Inventory) -> None:
    act, incident = silence("a", number=3), broken("a", "a")
    desk = desk_of(inventory, act)
    assert quiet.keeping_quiet(desk, incident, T0 + HOUR - 1) == act
    assert quiet.keeping_quiet(desk, incident, T0 + HOUR) is None
    assert quiet.next_end(desk, T0) == T0 + HOUR
    desk.ahead = 60.0  # the wall clock was set: its end is wall time
    assert quiet.keeping_quiet(desk, incident, T0 + HOUR - 1) is None
    assert quiet.next_end(desk, T0) == T0 + HOUR - 60.0
    words.remember(desk, Act(verb="unsilence", who="lan", at=T0, number=4, about=3))
    assert quiet.keeping_quiet(desk, incident, T0 + 1) is None
    assert quiet.next_end(desk, T0) is None
    endless = desk_of(inventory, replace(act, until=None))
    assert quiet.keeping_quiet(endless, incident, T0 + 29 * 86400) is not None
    assert quiet.keeping_quiet(endless, incident, T0 + 30 * 86400) is None
    assert quiet.until(silence("a", until=T0 + 1e9)) == T0 + 30 * 86400


def test_of_several_the_one_that_lasts_longest_counts(inventory: Inventory) -> None:
    acts = (silence("a", number=1), silence("kv-d", number=2, until=T0 + 2 * HOUR), silence("ar", number=3))
    kept = quiet.keeping_quiet(desk_of(inventory, *acts), broken("a", "a"), T0)
    assert kept is not None
    assert kept.number == 2


def test_ids_that_leave_the_inventory_are_said_and_the_rest_stays_quiet(inventory: Inventory) -> None:
    act = silence("b1", "a", "old+")
    desk = desk_of(inventory, act)
    assert quiet.gone(desk, T0) == [(act, ["old+"])]
    assert quiet.keeping_quiet(desk, broken("b1", "b1"), T0) is not None
    province = yaml.safe_load(text())
    del province["sites"]["b1"]
    step.reload(desk, desk.roster, made(yaml.safe_dump(province, sort_keys=False)).inventory)
    assert quiet.gone(desk, T0) == [(act, ["b1", "old+"])]
    assert quiet.keeping_quiet(desk, broken("b1", "b1"), T0) is None
    assert quiet.keeping_quiet(desk, broken("a", "a"), T0) == act
    assert unknown(desk.inventory, ("a", "a+", "kv-d", "vnpt", "pop", "a/1", "dweb", "acam")) == []


def test_the_graph_is_only_drawn_where_it_is_needed(inventory: Inventory) -> None:
    scopes = Scopes(inventory)
    assert scopes.of(("a",)) == {"a", "ar", "acam", "a/1", "a/2"}
    assert scopes.of(("dweb",)) == {"dweb"}
    assert scopes.graph is None
    assert "b1" in scopes.of(("d+",))
    assert scopes.graph is not None


def told_in(play: Play, desk: Desk, since: float, until: float, *acts: Act) -> list[Letter]:
    """Play on, with the desk beside: the letters of that time."""
    heard, letters = len(play.told.entries), list[Letter]()
    at = since
    while at <= until:
        play.run(at)
        news = [event for entry in play.told.entries[heard:] if (event := entry.body) in play.told.events]
        heard = len(play.told.entries)
        letters += step.step(desk, Heard(news, acts), T0 + at, 0.0, play.core.number).letters
        acts, at = (), at + 1.0
    return letters


def test_the_preview_is_what_is_hidden(inventory: Inventory) -> None:
    play, act = Play(inventory, 3), silence("kv-d", number=0)
    desk = step.start(Roster(channels=("truc",)), inventory, Restored())
    told_in(play, desk, 0, 60)
    letters = told_in(play, desk, 61, 65, act)
    play.do(66, ("cut", "b1/1"), ("cut", "a/1"), ("fail", "gr"), ("cut", "f/1"), ("cut", "d/1"))
    letters += told_in(play, desk, 66, 140)
    preview = quiet.hidden(desk, act, desk.incidents.values())
    assert {one.root for one in preview} == {"b1", "a/1", "g"}
    shown = {one.id for one in desk.incidents.values()} - {one.id for one in preview}
    assert {letter.event.incident.id for letter in letters} == shown
    assert len(shown) == 2


def test_what_grows_beyond_its_silence_without_a_word_is_told(inventory: Inventory) -> None:
    desk = step.start(Roster(channels=("truc",)), inventory, Restored())
    numbers = iter(range(100, 200))
    group, acts = broken("kv-d", "a", "b1"), (silence("kv-d", verb="storm", number=0),)
    event = IncidentEvent(event="opened", at=T0, incident=group)
    first = step.step(desk, Heard([event], acts), T0, 0.0, lambda: next(numbers))
    assert {letter.event.incident.kind for letter in first.letters} == {"storm"}

    def told(*affected: str) -> list[str]:
        grown = replace(group, affected=affected)
        news = list(news_of.grown(desk, [grown], T0 + 9))
        orders = step.step(desk, Heard(news), T0 + 9, 0.0, lambda: next(numbers))
        return [f"{letter.event.event} {len(letter.event.incident.affected)}" for letter in orders.letters]

    assert told("a", "b1", "b2") == []
    assert told("a", "b1", "b2", "g") == ["opened 4"], "a priority site has gone, too"
    assert told("a", "b1", "b2", "g", "d") == [], "it is known by now"
