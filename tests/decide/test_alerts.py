"""Is an alert of somebody else told once, not of what is down anyway, and is it over when it is?"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from netmon.decide import alerts
from netmon.decide.telling.messages import FIRST_LINE, render
from netmon.model import Alerted, Incident, IncidentEvent, Inventory, Maintenance, Restored
from netmon.run.journal.codec import fold
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.province import SMALL, T0, Play, made

SAYS = (("alertname", "HighTemperature"), ("summary", "38 °C ở tủ mạng"))


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def fires(play: Play, root: str = "er", name: str = "a1", until: float | None = 240.0) -> None:
    """It is sent: since a minute, and until so many seconds from now."""
    now = play.clock.at
    ends = None if until is None else now + until
    play.tell(Alerted(name, root, "warning", now - 60, ends, SAYS))


def ends(play: Play, root: str = "er", name: str = "a1") -> None:
    play.tell(Alerted(name, root, "warning", play.clock.at - 60, play.clock.at, SAYS))


def told(play: Play) -> list[tuple[str, str, str, float]]:
    """(event, kind, root, seconds after the beginning)."""
    found = [entry.body for entry in play.told.entries if isinstance(entry.body, IncidentEvent)]
    return [(one.event, one.incident.kind, one.incident.root, round(one.at - T0)) for one in found]


def alerts_told(play: Play) -> list[tuple[str, str, float]]:
    return [(event, root, at) for event, kind, root, at in told(play) if kind == "alert"]


def begun(inventory: Inventory, **more: object) -> Play:
    play = Play(inventory, maintenance=more.get("maintenance", ()))  # type: ignore[arg-type]
    play.run(30)
    return play


def test_it_is_told_after_as_long_as_a_verdict_takes_and_once(small: Inventory) -> None:
    play = begun(small)
    for at in (30, 90, 150):
        play.run(at)
        fires(play)
    play.run(200)
    ends(play)
    assert alerts_told(play) == [("opened", "er", 43), ("resolved", "er", 200)]
    [incident] = [one for one in play.told.last().values() if one.kind == "alert"]
    assert (incident.opened_at, incident.affected, incident.severity) == (T0 - 30, ("e",), "warning")
    assert play.core.alarms == {}


def test_what_ends_before_it_is_told_never_was(small: Inventory) -> None:
    play = begun(small)
    fires(play)
    play.run(35)
    ends(play)
    ends(play, name="never seen")
    play.run(300)
    assert alerts_told(play) == []


@pytest.mark.parametrize(("until", "over"), [(240.0, 270), (None, 330)])
def test_what_is_not_sent_any_more_is_over(small: Inventory, until: float | None, over: float) -> None:
    play = begun(small)
    fires(play, until=until)
    play.run(600)
    assert alerts_told(play) == [("opened", "er", 43), ("resolved", "er", over)]
    [incident] = [one for one in play.told.last().values() if one.kind == "alert"]
    assert incident.evidence[-1].text == "alert_lapsed"


def test_the_same_alert_fires_again_as_another_incident(small: Inventory) -> None:
    play = begun(small)
    fires(play)
    play.run(60)
    ends(play)
    play.run(70)
    fires(play)
    play.run(100)
    assert [event for event, _, _ in alerts_told(play)] == ["opened", "resolved", "opened"]


def test_nothing_is_told_of_what_is_down_or_behind_it(small: Inventory) -> None:
    play = begun(small)
    play.do(30, ("fail", "er"))
    play.run(32)
    for at in range(32, 400, 60):  # Prometheus misses it before netmon does, and goes on saying so
        play.run(at)
        fires(play, "er", "down")
        fires(play, "e", "site")
    assert alerts_told(play) == []
    assert [root for _, kind, root, _ in told(play) if kind == "outage"] == ["e"]
    play.do(400, ("restore",))
    play.run(440)
    fires(play, "er", "down")
    fires(play, "e", "site")
    play.run(500)
    ends(play, "e", "site")
    assert alerts_told(play) == [], "what follows from an outage ends by itself"
    for at in range(560, 760, 60):
        play.run(at)
        fires(play, "er", "down")
    assert [(event, root) for event, root, _ in alerts_told(play)] == [("opened", "er")], "what does not, is told"


def test_planned_work_excuses_it_until_it_is_over_for_a_while(small: Inventory) -> None:
    work = Maintenance(what=("e",), since=T0 + 20, until=T0 + 200)
    play = begun(small, maintenance=(work,))
    for at in range(30, 700, 60):
        play.run(at)
        fires(play)
    assert [event for event, _, _ in alerts_told(play)] == ["opened"]
    assert alerts_told(play)[0][2] == pytest.approx(200 + alerts.AFTER, abs=15)


def test_while_netmon_is_cut_off_nothing_opens_and_nothing_ends(small: Inventory) -> None:
    play = begun(small)
    fires(play, name="before")
    play.run(50)
    play.do(50, ("isolate", "vantage"))
    play.run(100)
    fires(play, name="meanwhile")
    play.run(1000)
    assert [event for event, _, _ in alerts_told(play)] == ["opened"]
    play.do(1000, ("restore",))
    play.run(1060)
    fires(play, name="before")
    play.run(1240)
    assert [event for event, _, _ in alerts_told(play)] == ["opened"], "it was sent again in time"


def test_a_restart_repeats_nothing_and_waits_for_what_was_told(small: Inventory) -> None:
    play = begun(small)
    fires(play, name="stays")
    fires(play, name="goes")
    play.run(60)
    restored = fold(Restored(), play.told.entries)
    again = Play(small, restored=replace(restored, last_beat=play.clock.at))
    again.clock.at = play.clock.at
    again.skip(70)
    again.run(100)
    fires(again, name="stays", until=1000)
    again.run(400)
    assert alerts_told(again) == [("resolved", "er", 70 + alerts.SILENCE)] or alerts_told(again)[0][0] == "resolved"
    assert len(alerts_told(again)) == 1
    ends(again, name="stays")
    assert [event for event, _, _ in alerts_told(again)] == ["resolved", "resolved"]


def test_there_is_a_bound(small: Inventory) -> None:
    play = begun(small)
    now = play.clock.at
    play.tell(*(Alerted(f"{n}", "er", "warning", now, now + 900) for n in range(alerts.MOST + 5)))
    assert (len(play.core.alarms), play.core.alarms_refused) == (alerts.MOST, 5)
    fires(play, name="7")
    assert play.core.alarms_refused == 5, "one that is known is heard"


def test_a_flood_is_told_in_portions(small: Inventory) -> None:
    play = begun(small)
    now = play.clock.at
    play.tell(*(Alerted(f"{n}", "er", "warning", now, now + 900) for n in range(2 * alerts.AT_ONCE + 5)))
    play.run(60)
    times = [at for _, _, at in alerts_told(play)]
    assert sorted({times.count(at) for at in times}) == [5, alerts.AT_ONCE]


@pytest.mark.parametrize(
    ("language", "opened", "resolved"),
    [
        (
            "vi",
            "[CẢNH BÁO] er: HighTemperature từ 07:00",
            "[XONG] er: hết HighTemperature 07:05",
        ),
        ("en", "[ALERT] er: HighTemperature since 07:00", "[OK] er: HighTemperature over 07:05"),
    ],
)
def test_the_message_says_what_it_is_in_its_own_words(
    small: Inventory, language: str, opened: str, resolved: str
) -> None:
    messages = load_messages(ROOT / "alerts" / "messages")
    play = begun(small)
    fires(play)
    play.run(100)
    [one] = [one for one in play.told.last().values() if one.kind == "alert"]
    say: Callable[[str, Incident], str] = lambda event, incident: render(  # noqa: E731
        messages,
        small,
        IncidentEvent(event=event, at=T0 + 330, incident=replace(incident, opened_at=T0)),  # type: ignore[arg-type]
        language,
    )[1]
    first, text = say("opened", one).split("\n", 1)
    assert (first, "38 °C ở tủ mạng" in text, len(first) <= FIRST_LINE) == (opened, True, True)
    over = replace(one, state="resolved", resolved_at=T0 + 300)
    first, text = say("resolved", over).split("\n", 1)
    assert (first, ";" in text) == (resolved, False)
