"""What does the desk of a project know right now, and who talks to it from this terminal?

Read from the journal, which the service writes before anything else; said to the service itself.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli import _ledger_asked as asked
from netmon.cli._said import known_as, login
from netmon.cli._when import coming
from netmon.cli._words import Words
from netmon.decide.desk import quiet, step
from netmon.decide.desk.explain import explain
from netmon.decide.desk.scope import known, unknown
from netmon.decide.desk.state import Desk
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.model import Incident
from netmon.people import WHOLE, Act, Verb
from netmon.run.journal.seam import read_only
from netmon.settings.maintenance import meant
from netmon.settings.project import Project, load
from netmon.units import parse_duration
from netmon.web.client import tell

For = Annotated[str, typer.Option("--for", metavar="2h", help="How long it lasts.")]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Or when it ends: 23:30, '8:00 tomorrow'.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the colleagues.")]
Json = Annotated[bool, typer.Option("--json", help="For scripts.")]
word = Words(
    {
        "{count} sites": "{count} điểm",
        "{count} devices": "{count} thiết bị",
        "{count} lines": "{count} kênh",
        "{count} open incidents": "{count} sự cố đang mở",
        "{names} and {count} more": "{names} và {count} điểm khác",
        "covers {things}": "gồm {things}",
        "hides {count} of {incidents}": "giấu {count} trong {incidents}",
        "not told: {who}": "không báo: {who}",
        "nobody would be told anyway": "không ai đang chờ báo",
        "still told: {incident}, which reaches beyond": "vẫn báo: {incident}, vì lan ra ngoài phạm vi này",
        "{who} by {by} at {time}": "{who} qua {by} lúc {time}",
        "{who} at {time}": "{who} lúc {time}",
        "#{id} {kind} {name} since {time}": "#{id} {kind} {name} từ {time}",
        "Keep it quiet?": "Tắt báo?",
        "silence {number} until {end}; it ends by: {command}": "đã tắt báo {number} đến {end}; bật lại bằng: {command}",
        "silence {number} is over; what it hid and is still open is told now": (
            "đã bật báo lại {number}; sự cố bị giấu mà còn mở được báo ngay"
        ),
        "number": "Số",
        "what": "Phạm vi",
        "until": "Đến",
        "who": "Người đặt",
        "why": "Lý do",
        "hides": "Đang giấu",
        "unknown: {names}": "không có: {names}",
        "nothing is silenced": "không tắt báo gì",
        "storm {number}: {names}, until {end}": "chế độ bão {number}: {names}, đến {end}",
        "a bulletin now and every half an hour, instead of messages about {incidents}": (
            "có bản tin ngay và mỗi 30 phút, thay cho tin riêng về {incidents}"
        ),
        "still told by itself: the core": "vẫn báo riêng: lõi",
        "storm {number} is over ({names}); what it hid and is still open is told now": (
            "hết chế độ bão {number} ({names}); sự cố bị giấu mà còn mở được báo ngay"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Watch:
    """A project, what its desk knows, and the moment."""

    project: Project
    desk: Desk
    now: float

    @property
    def zone(self) -> ZoneInfo:
        """Where its people live."""
        return ZoneInfo(self.project.inventory.timezone)

    @property
    def words(self) -> Speaker:
        """Who says what things are called."""
        return speaker(self.project.messages, self.project.inventory, self.project.config.language)

    def text(self, at: float) -> str:
        """`23:30 12/10/2026`."""
        return f"{datetime.fromtimestamp(at, self.zone):%H:%M %d/%m/%Y}"

    def end(self, lasting: str, until: str, longest: float) -> float:
        """When it ends, wall time, as `--for` or `--until` says; a usage error if neither or both do."""
        if bool(lasting) == bool(until):
            raise typer.BadParameter("say either --for or --until: nothing is quiet for ever")
        if lasting:
            try:
                at = self.now + parse_duration(lasting)
            except ValueError as error:
                raise typer.BadParameter(str(error), param_hint="--for") from None
        else:
            at = coming(until, "--until", self.now, self.zone)
        if not self.now < at <= self.now + longest:
            raise typer.BadParameter(f"it must end within the next {longest / 86400:.0f} days, not {self.text(at)}")
        return at

    def names(self, what: Sequence[str]) -> tuple[str, ...]:
        """The ids as they are; exit 1 if one of them stands for nothing."""
        there = known(self.project.inventory)
        for name in unknown(self.project.inventory, what):
            asked.refuse(f"unknown id {name!r}", meant(self.project.inventory, name.removesuffix(WHOLE), there))
        return tuple(dict.fromkeys(what))

    def word(self, text: str, /, **values: object) -> str:
        """A text of this terminal in the project's language, filled in."""
        return word(text, self.project.config.language, **values)

    def count(self, number: int, things: str) -> str:
        """`1 site`, `2 sites`, `2 điểm`."""
        return word.count(number, things, self.project.config.language)

    def say(self, act: Act) -> Act:
        """Tell the service. NotRunning, or NotTaken with the reason."""
        return tell(self.project.config, act)

    def standing(self, verb: Verb) -> list[Act]:
        """The silences or storms that are on."""
        return [act for act in quiet.standing(self.desk, self.now) if act.verb == verb]

    def told(self, incident: Incident) -> Iterator[str]:
        """Who would be told next of it, by what and when, if nothing were quiet: `binh by sms at 23:30`."""
        seen = set()
        for page in explain(self.desk, incident, self.now):
            if (page.who, page.by) not in seen:
                seen.add((page.who, page.by))
                text = "{who} by {by} at {time}" if page.by != page.who else "{who} at {time}"
                person = self.project.roster.people.get(page.who)
                who = page.who if person is None else person.name
                yield self.word(text, who=who, by=page.by, time=self.text(page.at)[:5])

    def called(self, incident: Incident) -> str:
        """`#4127 outage Xã Lang Thíp since 21:14 22/11/2026`."""
        kind, name = self.word(incident.kind), self.words.name(incident.root)
        text = "#{id} {kind} {name} since {time}"
        return self.word(text, id=incident.id, kind=kind, name=name, time=self.text(incident.opened_at))

    def some(self, sites: Iterable[str], most: int = 8) -> str:
        """The first few by name, and how many more there are."""
        names = [self.words.name(site) for site in sites]
        first = ", ".join(names[:most])
        return self.word("{names} and {count} more", names=first, count=len(names) - most) if names[most:] else first


def open_watch(path: Path) -> Watch:
    """Read project and journal. InputError, NotRunning if there is no journal."""
    project = load(path)
    restored = read_only(project.config.data / "journal.db")
    desk = step.start(project.roster, project.inventory, restored)
    desk.standings = restored.standings
    return Watch(project, desk, time.time())


def speaks(watch: Watch, who: str) -> str:
    """The person who says so."""
    return known_as(who, login(), watch.project.roster)
