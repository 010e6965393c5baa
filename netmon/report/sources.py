"""Where does a report take what it says from?

The journal and the inventory, and nothing else: no clock, so that a report of a time that is over is the same
whenever it is written.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from netmon.decide.ledger.facts import Facts
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.model import Inventory
from netmon.run.journal import seam as journal
from netmon.settings.config import Language
from netmon.settings.project import Project


@dataclass(frozen=True, slots=True)
class Sources:
    """A project and its journal, to be read."""

    project: Project

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.project.config.data / "journal.db"

    @property
    def inventory(self) -> Inventory:
        """What there is today."""
        return self.project.inventory

    @property
    def zone(self) -> ZoneInfo:
        """Where days begin."""
        return ZoneInfo(self.inventory.timezone)

    def facts(self, since: int, until: int) -> Facts:
        """What the ledger of a period follows from. NotRunning if there is no journal, JournalError."""
        return journal.facts(self.journal, since, until)

    def today(self, until: int) -> date:
        """The day of the structure of today: of the last heartbeat, or of `until` without one; for a report is the same
        whenever it is written. NotRunning if there is no journal, JournalError."""
        beat = journal.read_only(self.journal).last_beat
        return datetime.fromtimestamp(until if beat is None else beat, self.zone).date()

    def speaker(self, language: Language) -> Speaker:
        """How numbers, times and names are written."""
        return speaker(self.project.messages, self.inventory, language)
