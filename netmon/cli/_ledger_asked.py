"""What did the person ask the ledger, in the terms of this project?"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import typer

from netmon.cli._when import in_full
from netmon.decide.ledger.facts import Subject
from netmon.model import Inventory
from netmon.settings.config import Language
from netmon.settings.maintenance import meant
from netmon.settings.project import load


@dataclass(frozen=True, slots=True)
class Desk:
    """A project whose ledger is open: where its journal lies, and what its people call things."""

    inventory: Inventory
    language: Language
    zone: ZoneInfo
    journal: Path

    def moment(self, text: str, option: str) -> int:
        """Seconds since the epoch of a day or a time in the project's zone; a wrong one is a usage error."""
        return in_full(text, option, self.zone)

    def period(self, since: str, until: str) -> tuple[int, int]:
        """[from, to) in seconds: this month until now unless told; never beyond now."""
        now = int(datetime.now(self.zone).timestamp())
        end = min(now, self.moment(until, "--to")) if until else now
        month = datetime.fromtimestamp(end - 1, self.zone).replace(day=1, hour=0, minute=0, second=0)
        begin = self.moment(since, "--from") if since else int(month.timestamp())
        if begin >= end:
            raise typer.BadParameter("the period is empty: --from is not before --to, or not before now")
        return begin, end

    def subject(self, name: str, known: Iterable[tuple[Subject, str]] = ()) -> Subject:
        """What the id names, in the inventory or in the ledger; exit 1 if neither knows it."""
        kinds: dict[str, Subject] = {name: of for of, name in known}
        inventory = self.inventory
        groups: tuple[tuple[Subject, Iterable[str]], ...] = (
            ("site", inventory.sites), ("device", inventory.devices), ("link", inventory.links),
        )  # fmt: skip
        kinds.update({key: of for of, keys in groups for key in keys})
        if name not in kinds:
            refuse(f"no site, device or link {name}", meant(inventory, name, kinds))
        return kinds[name]

    def text(self, at: float) -> str:
        """A time as people here write it, with the day."""
        return datetime.fromtimestamp(at, self.zone).strftime("%H:%M:%S %d/%m/%Y")


def open_desk(project: Path) -> Desk:
    """Read the project. InputError if it cannot be used."""
    loaded = load(project)
    zone = ZoneInfo(loaded.inventory.timezone)
    return Desk(loaded.inventory, loaded.config.language, zone, loaded.config.data / "journal.db")


def refuse(text: str, hint: str = "") -> NoReturn:
    """Say on stderr what is wrong with what was asked, and what may have been meant; exit 1."""
    print(text + (f" ({hint})" if hint else ""), file=sys.stderr)
    raise typer.Exit(1)


def said(text: str, option: str) -> str:
    """What a person says, as one line, for it is kept for ever; a usage error if nothing is said."""
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise typer.BadParameter("must be a line of text", param_hint=option)
    return words
