"""When does netmon back itself up, and where to? `own_backup` of netmon.yaml says it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, with_config

from netmon.model import Secret
from netmon.settings.fields import SecretRef, Text, Time
from netmon.settings.language import STRICT
from netmon.settings.options import Maker
from netmon.settings.sheet import section
from netmon.settings.tree import Map, key_spot

SHORTEST_PASSPHRASE = 12
"""Characters: whoever finds a backup can try for years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBackup:
    """Where netmon's own backups are written (`folder`, absolute), at which hour and minute of the day, how many of
    them stay, and what seals the secrets in them (None: there are none in them)."""

    folder: Path
    at: tuple[int, int] = (1, 30)
    copies: int = 14
    passphrase: Secret | None = None

    @property
    def word(self) -> str:
        """The passphrase itself, "" if there is none."""
        return self.passphrase.reveal() if self.passphrase is not None and self.passphrase.is_set else ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBackupEntry:
    """netmon's own backup, each night: all that another machine needs to go on."""

    folder: Annotated[Text, Field(description="On another disk or machine, if you can; relative to the project.")]
    at: Annotated[Time, Field(description="When it is made, each night.")] = (1, 30)
    copies: Annotated[int, Field(description="How many stay; the oldest go.", ge=1, le=400)] = 14
    passphrase: Annotated[
        SecretRef | None, Field(description="Seals the secrets in it; left out = they are left out, too.")
    ] = None


def own_backup(project: Path, entry: OwnBackupEntry | None, tree: Map, maker: Maker) -> OwnBackup | None:
    """The nightly backup; a passphrase that can be guessed, or is not there, is reported."""
    maker.unset(section(tree, "own_backup"), maker.secrets.made)
    if entry is None:
        return None
    made = OwnBackup(
        folder=(project / entry.folder).absolute(), at=entry.at, copies=entry.copies, passphrase=entry.passphrase
    )
    if made.word and len(made.word) < SHORTEST_PASSPHRASE:
        at = key_spot(tree, ("own_backup", "passphrase"))
        maker.report.error(at, f"the passphrase can be guessed: {SHORTEST_PASSPHRASE} characters at least")
    return made
