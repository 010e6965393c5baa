"""Is the end of a certificate told once at each step, whatever happens in between?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from netmon.decide import core, expiry, reload
from netmon.decide.telling.messages import FIRST_LINE, render
from netmon.model import (
    Event,
    Evidence,
    ExpirySeen,
    Incident,
    Inventory,
    Maintenance,
    Metric,
    Observation,
    Restored,
    Task,
)
from netmon.reading.certificates import EXPIRY
from netmon.run.journal.codec import fold
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.province import SMALL, T0, Told, made

DAY = 86400.0
STEPS = (30 * DAY, 14 * DAY, 3 * DAY)
END = T0 + 100 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """A collector that brings certificates."""

    METRICS: ClassVar[Mapping[str, Metric]] = {EXPIRY: Metric("gauge", "When it ends.")}
    REACHABILITY: ClassVar[bool] = True


@pytest.fixture(scope="module")
def towns() -> Inventory:
    """One service that is asked for its certificate; nothing else is polled."""
    inventory = made(SMALL).inventory
    web = replace(
        inventory.services["dweb"], collect={"tls": Task(collector="tls", plugin=Handshake(), every=60.0, timeout=5.0)}
    )
    silent = {name: replace(device, address=None) for name, device in inventory.devices.items()}
    return replace(inventory, devices=silent, services={**inventory.services, "dweb": web})


class Years:
    """The verdict alone, over months: it is called when it wished to be, or when a certificate is seen."""

    def __init__(self, inventory: Inventory, restored: Restored | None = None, now: float = T0) -> None:
        self.inventory, self.now, self.ahead = inventory, now, 0.0
        self.core = core.start(inventory, restored or Restored(), now)
        self.told = Told()
        self.steps = 0
        self.wake: float | None = None
        self.step()

    def step(self, *seen: Evidence) -> None:
        wishes = core.step(self.core, seen, self.now, self.ahead)
        self.told.entries += wishes.entries
        self.wake, self.steps = wishes.wake, self.steps + 1

    def see(self, at: float, until: float, steps: tuple[float, ...] = STEPS) -> None:
        self.until(at)
        self.step(Observation("dweb", self.now, "tls", True, 0.01), ExpirySeen("dweb", self.now, until, steps))

    def until(self, at: float) -> None:
        while self.wake is not None and self.wake <= at:
            assert self.wake > self.now, "never called again for the same moment"
            self.now = self.wake
            self.step()
        self.now = at

    def again(self) -> "Years":
        """The same after a restart."""
        after = Years(self.inventory, fold(Restored(), self.told.entries), self.now + 3.0)
        after.told.entries[:0] = self.told.entries
        return after

    def said(self) -> list[tuple[Event, float, str]]:
        """(event, days before the end, severity)."""
        events = [event for event in self.told.events if event.incident.kind == "threshold"]
        return [(event.event, round((END - event.at) / DAY, 1), event.incident.severity) for event in events]

    def last(self) -> Incident:
        return self.told.events[-1].incident


def test_it_is_told_at_each_step_though_nothing_is_heard_for_months(towns: Inventory) -> None:
    years = Years(towns)
    years.see(T0 + 10, END)
    years.until(END + DAY)
    assert years.said() == [("opened", 30.0, "warning"), ("escalated", 14.0, "warning"), ("escalated", 3.0, "critical")]
    assert years.steps < 20, "it sleeps in between"
    assert (years.last().root, years.last().affected, years.last().state) == ("dweb", ("d",), "open")
    years.see(END + DAY, END + 365 * DAY)
    assert years.said()[3:] == [("resolved", -1.0, "critical")]
    assert core.open_incidents(years.core) == []


def test_the_same_certificate_seen_each_minute_is_no_news(towns: Inventory) -> None:
    years = Years(towns)
    for minute in range(1, 200):
        years.see(END - 20 * DAY + minute * 60.0, END)
    assert years.said() == [("opened", 20.0, "warning")]


def test_what_is_first_seen_shortly_before_its_end_is_told_once(towns: Inventory) -> None:
    years = Years(towns)
    years.see(END - 2 * DAY, END)
    years.until(END + 30 * DAY)
    assert years.said() == [("opened", 2.0, "critical")]


def test_what_has_ended_already_is_said_to_have(towns: Inventory) -> None:
    years = Years(towns)
    years.see(END + 2 * DAY, END)
    assert years.said() == [("opened", -2.0, "critical")]
    assert [clue.text for clue in years.last().evidence] == [expiry.EXPIRED]


def test_nothing_is_told_twice_after_a_restart_and_nothing_forgotten(towns: Inventory) -> None:
    years = Years(towns)
    years.see(END - 29 * DAY, END)
    years = years.again()
    assert [one.kind for one in core.open_incidents(years.core)] == ["threshold"], "silence is no renewal"
    years.see(years.now + 60, END)
    years.until(END - 10 * DAY)
    years = years.again()
    years.see(years.now + 60, END)
    assert [event for event, *_ in years.said()] == ["opened", "escalated"]
    years = years.again()
    years.see(years.now + 60, END + 300 * DAY)
    assert [event for event, *_ in years.said()] == ["opened", "escalated", "resolved"]


def test_several_steps_that_went_by_while_nobody_looked_are_one_message(towns: Inventory) -> None:
    years = Years(towns)
    years.see(END - 29 * DAY, END)
    years.now = END - DAY
    years.wake = None
    years = years.again()
    years.see(years.now + 60, END)
    assert [(event, severity) for event, _, severity in years.said()] == [
        ("opened", "warning"),
        ("escalated", "critical"),
    ]


def test_a_renewal_that_ends_soon_too_is_a_matter_of_its_own(towns: Inventory) -> None:
    years = Years(towns)
    years.see(END - 2 * DAY, END)
    years.see(END - DAY, END + 9 * DAY)
    assert [event for event, *_ in years.said()] == ["opened", "resolved", "opened"]
    assert years.last().id != years.told.events[0].incident.id


def test_servers_that_show_old_and_new_in_turn_are_not_told_in_turn(towns: Inventory) -> None:
    years = Years(towns)
    for minute in range(1, 300):
        years.see(END - 20 * DAY + minute * 60.0, END if minute % 2 else END + 300 * DAY)
    assert [event for event, *_ in years.said()] == ["opened", "resolved", "opened"]
    for minute in range(300, 400):
        years.see(END - 20 * DAY + minute * 60.0, END + 300 * DAY)
    assert [event for event, *_ in years.said()][3:] == ["resolved"], "the last of them is renewed"


def test_the_wall_clock_decides_not_the_axis_of_the_program(towns: Inventory) -> None:
    years = Years(towns)
    years.see(T0 + 10, END)
    years.now, years.ahead = T0 + DAY, 80 * DAY
    years.step()
    assert [event for event, *_ in years.said()] == ["opened"]
    assert dict(years.last().evidence[0].values)["left"] == f"{19 * DAY:.0f}"
    years.until(years.now + 6 * DAY)
    assert [event for event, *_ in years.said()] == ["opened", "escalated"]


def test_a_service_that_is_asked_no_more_has_no_certificate_to_worry_about(towns: Inventory) -> None:
    years = Years(towns)
    years.see(END - 20 * DAY, END)
    without = replace(towns, services={})
    reload.reload(years.core, without, years.now)
    years.step()
    assert [event for event, *_ in years.said()] == ["opened", "resolved"]
    years.see(years.now + 10, END)
    assert [event for event, *_ in years.said()] == ["opened", "resolved"]


def test_planned_work_puts_it_off(towns: Inventory) -> None:
    years = Years(towns, now=END - 30.5 * DAY)
    work = Maintenance(what=("d",), since=END - 30.1 * DAY, until=END - 29.9 * DAY)
    reload.reload(years.core, towns, years.now, maintenance=(work,))
    years.see(years.now + 10, END)
    years.until(END - 20 * DAY)
    assert years.said() == [("opened", 29.9, "warning")]


LANGUAGES = ("vi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_read(towns: Inventory, language: str) -> None:
    messages = load_messages(ROOT / "alerts" / "messages")
    years = Years(towns)
    years.see(T0 + 10, END)
    years.until(END + DAY)
    years.see(END + DAY, END + 365 * DAY)
    expired = Years(towns)
    expired.see(END + 2 * DAY, END)
    events = [*years.told.events, *expired.told.events]
    texts = [render(messages, towns, event, language, pytest.fail)[1] for event in events]
    wanted = {
        "vi": ["còn 30 ngày", "còn 14 ngày", "còn 3 ngày", "đã có chứng thư số mới", "đã hết hạn"],
        "en": ["ends in 30 days", "ends in 14 days", "ends in 3 days", "has a new certificate", "has expired"],
    }[language]
    for text, words in zip(texts, wanted, strict=True):
        first = text.split("\n")[0]
        assert words in first
        assert len(first) <= FIRST_LINE
    ends = "T6 22/01/2027" if language == "vi" else "Fri 22/01/2027"
    assert all(ends in text for text in (*texts[:3], texts[4]))


def test_planned_work_that_is_taken_back_keeps_nothing_quiet(towns: Inventory) -> None:
    years = Years(towns, now=END - 29.5 * DAY)
    work = Maintenance(what=("d",), since=END - 29.4 * DAY, until=END - 20 * DAY)
    reload.reload(years.core, towns, years.now, maintenance=(work,))
    years.until(END - 29.2 * DAY)
    years.see(END - 29 * DAY, END)
    assert years.said() == []
    years.until(END - 28 * DAY)
    reload.reload(years.core, towns, years.now, maintenance=())
    years.step()
    assert years.said() == [("opened", 28.0, "warning")]
