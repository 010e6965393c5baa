"""How does a report write: its words, names and columns in one language?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from netmon.decide.telling.words import Speaker, clean
from netmon.model import Inventory
from netmon.people import Person
from netmon.report import periods
from netmon.report.asked import Asked
from netmon.report.document import Block, Cell, Column, Document
from netmon.report.formats._pen import Pen as Written
from netmon.report.sources import Sources
from netmon.report.tickets import written
from netmon.report.words.paper import COMMON, Words
from netmon.settings.config import Language
from netmon.settings.phrases import OPTIONAL, PLACEHOLDER

RIGHT = ">"
"""Behind the key of a column whose cells stand to the right."""


@dataclass(frozen=True, slots=True)
class Pen:
    """The words of one report, the names of the inventory and of people, and the language."""

    words: Words
    speaker: Speaker
    language: Language
    people: Mapping[str, Person]

    @property
    def inventory(self) -> Inventory:
        """What there is today."""
        return self.speaker.inventory

    @property
    def zone(self) -> tzinfo:
        """Where days begin."""
        return self.speaker.zone

    @property
    def issuer(self) -> str:
        """Who answers for the report: the site where netmon stands."""
        vantage = self.inventory.devices.get(self.inventory.vantage)
        return self.name(vantage.site) if vantage is not None else clean(self.inventory.province)

    def knows(self, key: str) -> bool:
        """Whether there is such a word."""
        return key in self.words or key in COMMON

    def say(self, key: str, **values: object) -> str:
        """A phrase with its values; parts that lack one are left out."""

        def part(found: re.Match[str]) -> str:
            lacking = (values.get(one[1]) in (None, "") for one in PLACEHOLDER.finditer(found[1]))
            return "" if any(lacking) else found[1]

        phrase = (self.words.get(key) or COMMON[key])[self.language != "vi"]
        return OPTIONAL.sub(part, phrase).format_map(values)

    def shown(self, cell: Cell) -> str:
        """A value in a sentence, as a table has it beside."""
        return Written(self.language, ZoneInfo(self.inventory.timezone)).cell(cell)

    def percent(self, share: float) -> str:
        """A share in a sentence, to the tenth of a percent and not rounded up: of 99.97 % something is missing."""
        return self.speaker.percent(int(share * 1000) / 1000)

    def columns(self, *keys: str) -> tuple[Column, ...]:
        """Columns with their headings; a key with a `>` behind it stands to the right."""
        bare = [(key.removesuffix(RIGHT), key.endswith(RIGHT)) for key in keys]
        return tuple(Column(key=key, head=self.say(f"col_{key}"), right=right) for key, right in bare)

    def name(self, key: str) -> str:
        """What people call the thing with this id."""
        return self.speaker.name(key)

    def thing(self, key: str) -> str:
        """The same, with its site before it: `Xã Hát Lừu: YB-TT-HL`."""
        site, name = self.inventory.site_of(key), self.name(key)
        return name if site in (None, key) else f"{self.name(site or '')}: {name}"

    def level(self, key: str) -> str:
        """A level of the inventory, as people call it."""
        return self.say(f"level_{key}") if self.knows(f"level_{key}") else clean(key)

    def area(self, key: str) -> str:
        """An area, as people call it; nothing for none."""
        return self.speaker.area(key) if key else ""

    def carrier(self, key: str | None) -> str:
        """A carrier; None: the line is the network's own."""
        return self.say("own") if key is None else self.name(key)

    def person(self, key: str) -> str:
        """What a colleague is called, by id; whoever is in no roster, by the name that they gave."""
        known = self.people.get(key)
        return clean(known.name if known is not None else key)

    def period(self, period: periods.Period) -> str:
        """What a period is called."""
        return periods.told(period, self.zone, self.language)

    def contact(self, site: str) -> str:
        """Whom to ring at a site: `chị Lan (đầu mối), 0216 000 0137`; nothing if nobody is known."""
        known = self.inventory.sites.get(site)
        return written(known.contacts[0]) if known is not None and known.contacts else ""


def pen(words: Words, asked: Asked, sources: Sources) -> Pen:
    """Who writes a report in its language."""
    return Pen(words, sources.speaker(asked.language), asked.language, sources.project.roster.people)


def document(what: str, writes: Pen, asked: Asked, blocks: list[Block], *, grouped: str = "") -> Document:
    """The report with its head: `title` of its words, the period, and how it is grouped."""
    inventory = writes.inventory
    period = writes.say("period", period=writes.period(periods.asked_for(asked)))
    return Document(
        id=f"{what}-{_days(asked, writes.zone)}",
        title=writes.say("title"),
        subtitle="; ".join(part for part in (period, grouped) if part),
        issuer=writes.issuer,
        language=writes.language,
        zone=inventory.timezone,
        blocks=tuple(blocks),
    )


def _days(asked: Asked, zone: tzinfo) -> str:
    """The period in the name of a file."""
    first, last = (datetime.fromtimestamp(at, zone) for at in (asked.since, asked.until - 1))
    return asked.month or f"{first:%Y%m%d}-{last:%Y%m%d}"
