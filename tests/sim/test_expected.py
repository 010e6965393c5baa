"""Is what came compared with what was expected as a person would compare it?"""

from pathlib import Path
from typing import Any

import pytest

from netmon.model import Event, Incident, Kind, Notice, Standing, State
from netmon.settings.expect_language import ExpectEntry, IncidentEntry, NoticeEntry
from netmon.settings.script import Script
from netmon.sim.expected import Told, align, compare, offset

START = 1_791_936_000.0


def script(expect: ExpectEntry | None) -> Script:
    return Script(
        name="s", path=Path(), seed=1, start=START, duration=600.0, settle=(0.0, 0.0), deeds=(), expect=expect
    )


def incident(kind: Kind = "outage", root: str = "d", opened: float = 61.0, resolved: float | None = 301.0) -> Incident:
    return Incident(
        id=1,
        kind=kind,
        severity="critical",
        root=root,
        seat=root,
        state="open" if resolved is None else "resolved",
        cause="fibre",
        opened_at=START + opened,
        resolved_at=None if resolved is None else START + resolved,
        affected=("d", "e"),
    )


def told(at: float, event: Event = "opened", to: str = "noc", root: str = "d") -> Told:
    one = incident(root=root)
    return Told(START + at, Notice(id="1", event=event, at=0.0, to=to, incident=one, subject="", text=""))


def agrees(expect: ExpectEntry, *, incidents: Any = (), notices: Any = ()) -> list[bool]:
    return [line.agrees for line in compare(script(expect), incidents, notices, {})]


def test_without_expectations_there_is_nothing_to_compare() -> None:
    assert compare(script(None), [incident()], [told(70)], {}) == []
    assert compare(script(ExpectEntry()), [incident()], [told(70)], {}) == []


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (IncidentEntry(kind="outage"), True),
        (IncidentEntry(kind="degraded"), False),
        (IncidentEntry(kind="outage", root="d"), True),
        (IncidentEntry(kind="outage", root="e"), False),
        (IncidentEntry(kind="outage", affected=2), True),
        (IncidentEntry(kind="outage", affected=0), False),
        (IncidentEntry(kind="outage", affected=("e", "d")), True),
        (IncidentEntry(kind="outage", affected=("d",)), False),
        (IncidentEntry(kind="outage", opened=60.0, resolved=300.0), True),
        (IncidentEntry(kind="outage", opened=60.0, within=0.5), False),
        (IncidentEntry(kind="outage", opened=70.0), False),
        (IncidentEntry(kind="outage", resolved=307.0), False),
        (IncidentEntry(kind="outage", cause="fibre", severity="critical", state="resolved", flapping=False), True),
        (IncidentEntry(kind="outage", cause="power"), False),
        (IncidentEntry(kind="outage", severity="warning"), False),
        (IncidentEntry(kind="outage", state="open"), False),
        (IncidentEntry(kind="outage", flapping=True), False),
    ],
)
def test_an_incident_is_compared_as_far_as_it_is_told(wanted: IncidentEntry, fits: bool) -> None:
    assert agrees(ExpectEntry(incidents=(wanted,)), incidents=[incident()]) == [fits]


def test_what_stays_open_does_not_resolve() -> None:
    assert agrees(
        ExpectEntry(incidents=(IncidentEntry(kind="outage", resolved=300.0),)), incidents=[incident(resolved=None)]
    ) == [False]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (NoticeEntry(to="noc", event="opened"), True),
        (NoticeEntry(to="boss", event="opened"), False),
        (NoticeEntry(to="noc", event="resolved"), False),
        (NoticeEntry(to="noc", event="opened", root="d", kind="outage"), True),
        (NoticeEntry(to="noc", event="opened", root="e"), False),
        (NoticeEntry(to="noc", event="opened", kind="blind"), False),
        (NoticeEntry(to="noc", event="opened", after=60.0), True),
        (NoticeEntry(to="noc", event="opened", after=70.0, within=1.0), True),
        (NoticeEntry(to="noc", event="opened", after=71.0), False),
        (NoticeEntry(to="noc", event="opened", after=60.0, within=9.0), False),
    ],
)
def test_a_notice_comes_in_its_time(wanted: NoticeEntry, fits: bool) -> None:
    assert agrees(ExpectEntry(notices=(wanted,)), notices=[told(70.0)]) == [fits]


def test_exactly_these_in_this_order() -> None:
    both = ExpectEntry(incidents=(IncidentEntry(kind="outage", root="d"), IncidentEntry(kind="outage", root="e")))
    d, e, f = incident(), incident(root="e"), incident(root="f")
    assert agrees(both, incidents=[d, e]) == [True, True]
    assert False in agrees(both, incidents=[e, d])
    assert agrees(both, incidents=[d]) == [True, False]
    assert agrees(both, incidents=[d, f, e]) == [True, False, True]
    assert agrees(ExpectEntry(incidents=(), notices=()), incidents=[d], notices=[told(1)]) == [False, False]


def test_what_differs_is_shown_beside_what_was_expected() -> None:
    wanted = IncidentEntry(kind="outage", root="d", affected=3, opened=60.0, resolved=300.0, cause="power")
    notice = NoticeEntry(to="noc", event="opened", after=70.0)
    lines = compare(
        script(ExpectEntry(incidents=(wanted,), notices=(notice,), states={"d": State.UP, "e": State.DOWN})),
        [incident(opened=61.4)],
        [told(3700.0)],
        {"d": Standing(State.UP, 0.0)},
    )
    assert [(line.expected, line.seen, line.agrees) for line in lines] == [
        (
            "outage d, 3 site(s), opened 1:00, resolved 5:00, cause power",
            "outage d, 2 site(s), opened 1:01.4, resolved 5:01, cause fibre",
            False,
        ),
        ("noc told opened, between 1:10 and 1:25", "noc told opened: outage d, at 1:01:40", False),
        ("d up at the end", "d up at the end", True),
        ("e down at the end", "e unknown at the end", False),
    ]


def test_as_many_as_can_be_are_put_beside_each_other() -> None:
    assert list(align("abcd", "xbd", lambda one, other: one == other)) == [
        ("a", "x"), ("b", "b"), ("c", None), ("d", "d"),
    ]  # fmt: skip
    assert list(align("", "xy", lambda one, other: one == other)) == [(None, "x"), (None, "y")]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00"), (65.0, "1:05"), (61.44, "1:01.4"), (3723.0, "1:02:03"), (59.99, "1:00")]
)
def test_offsets_read_like_a_clock(seconds: float, text: str) -> None:
    assert offset(seconds) == text
