"""Is the noise counted that people had, and is the advice right?"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from netmon.model import Clue, Incident, Kind, Notice
from netmon.people import Act
from netmon.report.noise import TOP, Hint, Noise, Week, week
from netmon.report.words import noise as noise_words
from netmon.run.journal.told import Sent, Told
from netmon.settings.config import Language
from tests.decide.desk.office import ZONE, wall
from tests.report.shifts import GOLDEN, LANGUAGES, Night, noise

NOON = wall("2026-10-14 12:00")


def broken(number: int, kind: Kind, root: str, *, lasted: float | None = 120.0, seat: str = "") -> Incident:
    return Incident(
        id=number, kind=kind, severity="warning", root=root, seat=seat or root, cause="unknown", opened_at=NOON,
        state="open" if lasted is None else "resolved", resolved_at=None if lasted is None else NOON + lasted,
    )  # fmt: skip


def sent(incident: Incident, at: float = NOON, to: str = "an", by: str = "sms") -> Sent:
    notice = Notice(
        id=f"{incident.id}/opened/{to}/1", event="opened", at=at, to=to, incident=incident, subject="", text="", by=by
    )
    return Sent(notice, "delivered", at, 1)


def told(incidents: Sequence[Incident], *acts: Act, messages: Sequence[Sent] | None = None) -> Told:
    letters = [sent(one) for one in incidents] if messages is None else messages
    return Told({one.id: one for one in incidents}, acts, tuple(letters), ())


def counted(played: Night, found: Told, people: Sequence[str] = ("an", "binh")) -> Week:
    return week(found, played.project.inventory, people, ZONE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_the_reviewed_one(played: Night, language: Language) -> None:
    assert noise(played, language) == (GOLDEN / f"noise.{language}.txt").read_text(encoding="utf-8")


def test_what_nobody_was_woken_by_is_no_noise(played: Night) -> None:
    one, bulletin, drill = broken(1, "outage", "lake"), broken(2, "digest", "noc"), broken(3, "drill", "noc")
    letters = [sent(one), sent(one, to="zalo", by="zalo"), sent(bulletin), sent(drill)]
    letters += [sent(one)._replace(state=state) for state in ("waits", "given_up", "spared")]
    found = told([one], messages=letters)
    assert counted(played, found).messages == 1
    assert counted(played, found, people=()).messages == 2, "where there are only channels they are who is told"


@pytest.mark.parametrize(("clock", "night"), [("21:59", 0), ("22:00", 1), ("05:59", 1), ("06:00", 0)])
def test_the_night_is_when_people_sleep(played: Night, clock: str, night: int) -> None:
    one = broken(1, "outage", "lake")
    found = counted(played, told([one], messages=[sent(one, wall(f"2026-10-14 {clock}"))]))
    assert (found.nights, found.by_thing[0].nights) == (night, night)


def test_the_loudest_come_first_and_there_are_ten(played: Night) -> None:
    those = [broken(n, "outage", f"x{n}") for n in range(1, TOP + 3)]
    letters = [sent(one) for one in those for _ in range(one.id)]
    found = counted(played, told(those, messages=letters))
    assert [one.messages for one in found.by_thing] == list(range(TOP + 2, 2, -1))
    assert found.messages == sum(range(1, TOP + 3)), "the sum has them all"


def test_rules_go_by_their_names(played: Night) -> None:
    alert = replace(broken(3, "alert", "lake"), evidence=(Clue(NOON, "lake", "alert", (("alertname", "HighLoad"),)),))
    those = [broken(1, "threshold", "lake", seat="LinkFull:lake/1:"), broken(2, "outage", "hill"), alert]
    assert {one.name for one in counted(played, told(those)).by_rule} == {"LinkFull", "outage", "HighLoad"}


THREE = range(1, 4)
HINTS: list[tuple[str, list[Incident], str, str, Hint]] = [
    ("short", [broken(n, "threshold", "lake-r", seat="Cpu:lake-r:") for n in THREE], "", "Cpu", "for"),
    ("long", [broken(n, "threshold", "lake-r", seat="Cpu:lake-r:", lasted=9e3) for n in THREE], "", "Cpu", "nobody"),
    (
        "long, taken",
        [broken(n, "threshold", "lake-r", seat="Cpu:lake-r:", lasted=9e3) for n in THREE],
        "ack",
        "Cpu",
        "",
    ),
    ("no fault", [broken(n, "threshold", "lake-r", seat="Cpu:lake-r:") for n in (1, 2)], "false", "Cpu", "limit"),
    ("no fault", [broken(1, "outage", "lake")], "false", "lake", "false"),
    ("a line", [broken(n, "degraded", "mill/1") for n in THREE], "", "mill/1", "carrier"),
    ("a line, once", [broken(1, "degraded", "mill/1")], "", "mill/1", ""),
    ("one way in", [broken(n, "outage", "ford", lasted=None) for n in (1, 2)], "", "ford", "redundancy"),
    ("two ways in", [broken(n, "outage", "mill") for n in (1, 2)], "", "mill", ""),
    ("power", [replace(broken(n, "outage", "ford"), cause="power") for n in THREE], "", "ford", "power"),
]


@pytest.mark.parametrize(("those", "said", "name", "hint"), [row[1:] for row in HINTS], ids=[row[0] for row in HINTS])
def test_the_advice(played: Night, those: list[Incident], said: str, name: str, hint: Hint) -> None:
    acts = [Act(verb="ack" if said == "ack" else "false", who="an", at=NOON, incident=1, text="dust")] if said else []
    found = counted(played, told(those, *acts))
    [one] = [each for each in (*found.by_rule, *found.by_thing) if each.name == name]
    assert (one.incidents, one.hint) == (len(those), hint)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hint", ["limit", "false", "power", "for", "carrier", "redundancy", "nobody"])
def test_all_advice_has_words(played: Night, language: Language, hint: Hint) -> None:
    words = played.shift(language).words
    one = Noise("ford", 3, 1, 3, 0, 1, ("dust",), 120.0, hint, "vnpt")
    for table in noise_words.tables(Week(3, 1, 3, 1, (one,), ()), words, language):
        for row in table.rows:
            assert row[-1]
            assert "{" not in row[-1]
