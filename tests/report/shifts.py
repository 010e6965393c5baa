"""A bad half hour of the night, played in virtual time, and what is said of it in the golden files beside;
`python -m tests.report.shifts` writes them anew, to be read before they are kept."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from netmon.cli._rehearsal import rehearse
from netmon.decide.telling.messages import speaker
from netmon.model import Announcement, Conference, Maintenance
from netmon.report.handover import text
from netmon.report.noise import week
from netmon.report.shift import Shift, seen
from netmon.report.words import noise as noise_words
from netmon.run.journal import told as journal_told
from netmon.run.journal.seam import read_only
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.settings.script import read
from tests.conftest import ROOT

GOLDEN = Path(__file__).parent / "golden"
MEMORY = Path("/dev/shm")
"""A disk that need not be waited for each virtual second, where there is one."""
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Night:
    """The project, its journal, and the minute at which it was over."""

    project: Project
    journal: Path
    now: float

    def shift(self, language: Language, began: float = 43200.0) -> Shift:
        """The shift that began so long ago, with work and a conference on the next day."""
        project, now = self.project, self.now
        works = (
            Maintenance(what=("lake/1",), since=now + 72000, until=now + 90000, why="splicing", who="Bình",
                        notice=Announcement(number="245/TB-VNPT", day=date(2026, 10, 10), sender="VNPT")),
            Maintenance(what=("ford",), since=now - 1800, until=now + 3600, power=True),
            Maintenance(what=("town",), since=now + 90000, until=now + 99000),
        )  # fmt: skip
        held = (Conference(name="Briefing", at=now + 20000, lasts=5400.0, bridges=("lake-r", "hill-r")),)
        project = replace(
            project,
            config=replace(project.config, language=language),
            inventory=replace(project.inventory, events=held),
            maintenance=works,
        )
        return seen(project, read_only(self.journal), journal_told.read(self.journal, now - began), now - began, now)


@contextmanager
def night() -> Iterator[Night]:
    """Play it."""
    project = load(ROOT / "tests" / "desk")
    script = read(
        Path(__file__).parent / "shift.yaml", project.inventory, project.config.notifiers, project.roster.people
    )
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        journal = Path(folder) / "journal.db"
        assert rehearse(project, script, journal=journal).bugs == 0
        yield Night(project, journal, script.start + script.duration)


def handover(played: Night, language: Language) -> str:
    """What the golden file of a language holds."""
    return text(played.shift(language))


def noise(played: Night, language: Language) -> str:
    """The title, the two tables, and the page of a message."""
    project = played.project
    words = speaker(project.messages, project.inventory, language)
    told = journal_told.read(played.journal, played.now - 7 * 86400.0)
    found = week(told, project.inventory, project.roster.people, words.zone)
    parts = [noise_words.title(found, 7, words, language), ""]
    for head, rows in noise_words.tables(found, words, language):
        heads = [head, *(noise_words.word(column, language) for column in noise_words.COLUMNS)]
        parts += [" | ".join(row) for row in (heads, *rows)] + [""]
    return "\n".join([*parts, noise_words.page(found, words, language), ""])


if __name__ == "__main__":
    with night() as found:
        for each in LANGUAGES:
            for name, made in (("handover", partial(handover, found)), ("noise", partial(noise, found))):
                (GOLDEN / f"{name}.{each}.txt").write_text(made(each), encoding="utf-8")
