"""Who has the duty in the weeks to come, and where is nobody who was meant to?"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.cli._words import Words
from netmon.decide.desk import rota as rotas
from netmon.decide.desk.rota import Shift
from netmon.errors import NotRunning, Problem
from netmon.model import Restored
from netmon.people import Act, Rota
from netmon.run.journal.seam import read_only
from netmon.settings.project import Project
from netmon.settings.report import Report
from netmon.settings.roster_names import ONCALL_FILE
from netmon.settings.sheet import read_map
from netmon.settings.tree import Spot, empty, key_spot, value_spot

DAY = 86400.0
WEEK = 7 * DAY
SOON = 4 * WEEK
"""Seconds within which a gap in a rota is a mistake; people leave, and later there is time to find somebody."""
word = Words(
    {
        "from": "Từ",
        "until": "Đến",
        "who": "Người trực",
        "phone": "Điện thoại",
        "note": "Ghi chú",
        "now": "đang trực",
        "NOBODY": "KHÔNG CÓ AI",
        "day off": "ngày nghỉ",
        "for {who}": "thay {who}",
        "{who} has left": "{who} đã nghỉ",
        "{rota}: {days} days each, handed over at {time}": "{rota}: mỗi người {days} ngày, đổi ca lúc {time}",
        "no rota in {file}": "chưa có lịch trực nào trong {file}",
    }
)


class Turn(NamedTuple):
    """A shift as it is shown: `missing` should have had the duty and has left, `instead` is whom an override spares,
    `off` whether it begins on a day off."""

    shift: Shift
    missing: str | None
    instead: str | None
    off: bool

    @property
    def good(self) -> bool:
        """Whether the one who was meant to has the duty."""
        return self.missing is None and self.shift.who is not None


def remembered(project: Project) -> Restored:
    """What the project's journal remembers; nothing if netmon has never run."""
    try:
        return read_only(project.config.data / "journal.db")
    except NotRunning:
        return Restored()


def left(acts: tuple[Act, ...]) -> frozenset[str]:
    """The people who left by word, whatever the files say."""
    return frozenset(act.text for act in acts if act.verb == "leave")


def turns(project: Project, rota: Rota, since: float, until: float, gone: frozenset[str] = frozenset()) -> list[Turn]:
    """The shifts that end after `since` and begin before `until` (wall time), each as long as it is."""
    zone, calendars, whole = ZoneInfo(project.inventory.timezone), project.inventory.calendars, rota.days * DAY
    found = rotas.shifts(rota, project.roster, calendars, since - whole, until + whole, zone, gone)
    return [_turn(project, rota, shift, zone) for shift in found if shift.until > since and shift.since < until]


def _turn(project: Project, rota: Rota, shift: Shift, zone: ZoneInfo) -> Turn:
    begins = datetime.fromtimestamp(shift.since, zone)
    day = begins.date() - timedelta(days=(begins.hour, begins.minute) < rota.handover)
    calendar = project.inventory.calendars.get(rota.holidays)
    taken = [one for one in rota.overrides if one.since <= shift.since < one.until and one.who == shift.planned]
    return Turn(
        shift,
        missing=shift.planned if shift.planned != shift.who else None,
        instead=taken[0].instead_of or None if taken else None,
        off=calendar is not None and day in calendar.off - calendar.makeup,
    )


def findings(project: Project, now: float) -> list[Problem]:
    """What is wrong with the rotas, by place: somebody who was meant to have the duty within four weeks will not be
    there (an error), or takes over from one who has no turn then (a warning)."""
    report, known = Report(), project.roster.rotas.values()
    tree = read_map(project.path / ONCALL_FILE, ONCALL_FILE, Report()) if known else None
    tree, zone = tree or empty(Spot(ONCALL_FILE)), ZoneInfo(project.inventory.timezone)
    for rota in known:
        bad = [one for one in turns(project, rota, now, now + SOON) if not one.good]
        if bad:
            report.error(key_spot(tree, ("rotas", rota.id)), _said(rota, bad, zone), "an override, or other `turns`")
        usual = replace(rota, overrides=())
        for n, one in enumerate(rota.overrides):
            spared = turns(project, usual, one.since, one.until) if one.instead_of and one.until > now else []
            if spared and all(turn.shift.planned != one.instead_of for turn in spared):
                place = ("rotas", rota.id, "overrides", n, "instead_of")
                text = (
                    f"{one.instead_of!r} has no turn then: {', '.join(sorted({str(t.shift.planned) for t in spared}))}"
                )
                report.warn(value_spot(tree, place), f"{text} has the duty")
    return list(report.sorted())


def _said(rota: Rota, bad: list[Turn], zone: ZoneInfo) -> str:
    shift, missing = bad[0].shift, bad[0].missing
    since, until = (datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M") for at in shift[:2])
    text = f"gap in rota {rota.id!r} from {since} to {until}: {missing!r} has left"
    text += f", {shift.who!r} has to stand in" if shift.who is not None else ", and nobody is there"
    return text + (f"; {len(bad) - 1} more follow" if len(bad) > 1 else "")
