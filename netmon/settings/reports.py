"""Which reports are written by themselves, when, as what, and to whom do they go? `reports` of netmon.yaml says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, with_config

import netmon
from netmon.model import Channel
from netmon.settings.fields import Id, Text, parse_time, parse_weekdays
from netmon.settings.language import STRICT
from netmon.settings.report import Report
from netmon.settings.tree import Map, Spot, key_spot

Grouping = Literal["link", "site", "carrier", "area", "level"]
Structure = Literal["date", "today"]
"""By which structure things are grouped: the one that was in force at the time, or today's."""

GROUPED: Mapping[str, tuple[Grouping, ...]] = {
    "sla": ("link", "site", "carrier", "area", "level"),
    "leadership": ("area", "carrier", "level"),
}
"""What may be chosen as the rows of a report, what it takes by itself first. A report that is not here groups nothing,
and so goes by no structure either."""

Every = Literal["monthly", "weekly", "daily"]

MORNING = (7, 0)
BY_HAND = "reconcile"
"""The report that lays a file of somebody else's beside ours: each month somebody has to bring another one."""
SECOND = 2
"""The day of the month unless told: the norm wants the figures before the 5th."""
MONTHS = 24
"""For how long a report is kept unless told: the same month of the last two years can be laid beside it."""
LONGEST = 1200
"""Months: a century."""
LAST_DAY = 28
"""The last day that every month has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """At `at` (hour, minute) each day, each week on `day` (0 = Monday), or each month on its `day`."""

    every: Every
    day: int = 0
    at: tuple[int, int] = MORNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A report that is written by itself about the month, week or day that is over. It is kept, and mailed by `channel`
    to `to`, () = the channel's own addresses; without a channel it is only kept. `language` "" = the project's. `keep`:
    for so many months besides this one."""

    what: str
    when: When
    by: Grouping
    structure: Structure = "date"
    format: str = "pdf"
    channel: str = ""
    to: tuple[str, ...] = ()
    language: Literal["vi", "en", ""] = ""
    keep: int = MONTHS


def _when(value: object) -> When:
    """`monthly`, `weekly`, `daily`, or `{day: 3, at: "07:00"}` with a day of the month, a weekday or none."""
    usual = {"monthly": When(every="monthly", day=SECOND), "weekly": When(every="weekly"), "daily": When(every="daily")}
    if isinstance(value, str) and value in usual:
        return usual[value]
    if not isinstance(value, dict) or not value or not value.keys() <= {"day", "at"}:
        raise ValueError(f'not {", ".join(usual)} or a day and a time such as {{day: 3, at: "07:00"}}')
    at = parse_time(value["at"]) if "at" in value else MORNING
    day = value.get("day")
    if day is None:
        return When(every="daily", at=at)
    if isinstance(day, int) and not isinstance(day, bool):
        if not 1 <= day <= LAST_DAY:
            raise ValueError(f"every month has the days 1 to {LAST_DAY}, and not each has a day {day}")
        return When(every="monthly", day=day, at=at)
    days = parse_weekdays(day)
    if len(days) != 1:
        raise ValueError(f"{day!r} is more than one weekday")
    return When(every="weekly", day=min(days), at=at)


def _address(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and domain) or any(sign in text for sign in " ,;<>\"'") or not text.isprintable():
        raise ValueError(f"{text!r} is no mail address")
    return text


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEntry:
    """A report that is written by itself."""

    what: Annotated[Text, Field(description="Which report: one of those that `netmon report` lists.")]
    on: Annotated[
        When,
        BeforeValidator(
            _when,
            json_schema_input_type=Annotated[str | dict[str, str | int], Field(examples=["monthly", {"day": 3}])],
        ),
        Field(description="monthly (on the 2nd), weekly (Mondays), daily, each at 07:00; or {day: 3, at: '07:00'}."),
    ]
    by: Annotated[Grouping | None, Field(description="What its rows are; else what it takes by itself.")] = None
    structure: Annotated[Structure, Field(description="Grouped as things were on the date, or as they are.")] = "date"
    format: Annotated[Text, Field(description="As what it is printed: one of those that `netmon report` lists.")] = (
        "pdf"
    )
    to: Annotated[
        tuple[Annotated[Text, AfterValidator(_address)], ...], Field(description="Mail addresses.", max_length=50)
    ] = ()
    channel: Annotated[
        Id | None, Field(description="The mail channel under `notifiers`; else the first, if `to` names anybody.")
    ] = None
    language: Annotated[Literal["vi", "en"] | None, Field(description="Else the project's.")] = None
    keep: Annotated[
        int, Field(description="Months for which it is kept, besides the one that runs.", ge=1, le=LONGEST)
    ] = MONTHS


def reports(
    entries: Mapping[str, ReportEntry], channels: Mapping[str, Channel], tree: Map, report: Report
) -> dict[str, Scheduled]:
    """As the service needs them. What does not exist is reported: a report, a format, a channel that mails."""
    mailing = [name for name, channel in channels.items() if channel.address == "email"]
    found: dict[str, Scheduled] = {}
    for name, entry in entries.items():
        channel = entry.channel or (mailing[0] if entry.to and mailing else "")
        for key, folder, wanted in (("what", "papers", entry.what), ("format", "formats", entry.format)):
            if wanted not in (known := listed(folder)):
                report.unknown(_spot(tree, name, key), "report" if key == "what" else "format", wanted, known)
        if entry.what in listed("papers"):
            for key, why in passed_over(entry.what, entry.by, entry.structure):
                report.error(_spot(tree, name, key), why)
        if entry.what == BY_HAND:
            why = f"{BY_HAND} needs a file of the carrier's figures: `netmon report {BY_HAND} --theirs FILE`"
            report.error(_spot(tree, name, "what"), f"cannot be written by itself: {why}")
        if entry.to and not mailing and not entry.channel:
            report.error(_spot(tree, name, "to"), "no channel under `notifiers:` sends mail")
        if entry.channel and entry.channel not in mailing:
            report.unknown(_spot(tree, name, "channel"), "mail channel", entry.channel, mailing)
        found[name] = Scheduled(
            what=entry.what,
            when=entry.on,
            by=entry.by or usual(entry.what),
            structure=entry.structure,
            format=entry.format,
            channel=channel,
            to=entry.to,
            language=entry.language or "",
            keep=entry.keep,
        )
    return found


def listed(folder: str) -> list[str]:
    """The names of the reports (`papers`) or of the `formats` that there are: their folder is the list."""
    package = Path(netmon.__file__).parent / "report" / folder
    return sorted(path.stem for path in package.glob("[!_]*.py"))


def usual(what: str) -> Grouping:
    """What the rows of this report are unless somebody chooses; of one that groups nothing it does not matter."""
    return GROUPED.get(what, ("link",))[0]


def passed_over(what: str, by: Grouping | None, structure: Structure) -> Iterator[tuple[str, str]]:
    """Which choice, "by" or "structure", this report would pass over in silence, and why. `by` None = none was made."""
    choices = GROUPED.get(what, ())
    if by is not None and choices and by not in choices:
        yield "by", f"the report {what} goes by {', '.join(choices)}, and not by {by}"
    elif by is not None and not choices:
        yield "by", f"the report {what} does not go by it"
    if structure != "date" and not choices:
        yield "structure", f"the report {what} does not go by it"


def _spot(tree: Map, name: str, key: str) -> Spot:
    return key_spot(tree, ("reports", name, key))
