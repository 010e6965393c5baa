"""What is known of a shift, and how are its moments and names written?"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from netmon.decide.desk import step
from netmon.decide.desk.state import Desk
from netmon.decide.desk.toll import Toll, toll
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Restored
from netmon.report.words.handover import WORDS
from netmon.run.journal.told import Told
from netmon.settings.phrases import OPTIONAL, PLACEHOLDER
from netmon.settings.project import Project

LONGEST_SAID = 200
"""Characters of what somebody wrote."""


class Section(NamedTuple):
    """A heading and its lines; those that begin with two spaces go on with the one before."""

    head: str
    lines: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A project, what its journal remembers, and what was told in [since, now), wall time; and how all sites stand."""

    project: Project
    restored: Restored
    told: Told
    desk: Desk
    toll: Toll
    words: Speaker
    since: float
    now: float

    def say(self, key: str, **values: object) -> str:
        """A phrase with its values; parts that lack one are left out."""

        def part(found: re.Match[str]) -> str:
            return found[1] if all(values.get(one[1]) for one in PLACEHOLDER.finditer(found[1])) else ""

        return OPTIONAL.sub(part, WORDS[key][self.project.config.language != "vi"]).format_map(values)

    def at(self, moment: float) -> str:
        """`02:31`, with the date if that is not today's."""
        return self.words.clock(moment, self.now)

    def moment(self, at: float) -> str:
        """`07:45 T4 14/10/2026`."""
        return f"{datetime.fromtimestamp(at, self.words.zone):%H:%M} {self.words.date(at)}"

    def lasted(self, seconds: float) -> str:
        """`1 giờ 48 phút`; nobody reads out seconds."""
        return self.words.duration(seconds if seconds < 60 else 60 * round(seconds / 60))

    def span(self, since: float, until: float) -> str:
        """`23:00–05:00 15/10`: the date of the end, if it is not today, stands for both if they are on one day."""
        begins, ends = self.at(since), self.at(until)
        same = self.words.clock(since, until) == f"{datetime.fromtimestamp(since, self.words.zone):%H:%M}"
        return f"{begins[:5] if same else begins}–{ends}"

    def who(self, person: str, *, phone: bool = False) -> str:
        """What people call each other, with the number if it is wanted."""
        known = self.project.roster.people.get(person)
        name = clean(known.name if known is not None else person)
        return f"{name} {clean(known.phone)}" if phone and known is not None and known.phone else name


def seen(project: Project, restored: Restored, told: Told, since: float, now: float) -> Shift:
    """The shift as these two readings of the journal show it."""
    desk = step.start(project.roster, project.inventory, restored)
    words = speaker(project.messages, project.inventory, project.config.language)
    every = frozenset(project.inventory.sites)
    stand = toll(project.inventory, every, restored.standings, desk.incidents.values(), {})
    return Shift(
        project=project, restored=restored, told=told, desk=desk, toll=stand, words=words, since=since, now=now
    )
