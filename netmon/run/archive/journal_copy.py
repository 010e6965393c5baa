"""How is the journal copied while the service writes it?

By SQLite's backup interface (sqlite.org/backup.html), page by page within one reading transaction: the copy is the
journal of one instant, whatever is written meanwhile, and in WAL mode a reader never makes the writer wait. What has
been copied is looked through before it counts as a backup.
"""

import os
from pathlib import Path

import apsw

from netmon.errors import BackupError, JournalError
from netmon.run.journal.file import sqlite_errors

PAGES = 1000
"""Pages that are copied at a time: 4 MB, so that a signal is heard in between."""


def copied(journal: Path, to: Path) -> int:
    """Copy the journal into a new file; its schema's version. BackupError if it is damaged, JournalError if it cannot
    be read."""
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with sqlite_errors(journal):
        source = apsw.Connection(str(journal), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            _copy(source, to)
        finally:
            source.close()
    return version(to)


def _copy(source: apsw.Connection, to: Path) -> None:
    source.set_busy_timeout(5000)
    target = apsw.Connection(str(to))
    try:
        target.pragma("synchronous", "off")  # it is written down as a whole at the end
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # from here on it is this instant
        with target.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step(PAGES)
        source.execute("COMMIT")
    finally:
        target.close()


def version(journal: Path) -> int:
    """The schema's version of a copy that nobody else has open, once it was looked through. BackupError."""
    address = f"{journal.absolute().as_uri()}?immutable=1"
    try:
        with sqlite_errors(journal):
            database = apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
            try:
                if (found := str(database.pragma("quick_check"))) != "ok":
                    raise BackupError(f"the journal is damaged: {found[:200]}")
                known = database.pragma("user_version")
            finally:
                database.close()
    except JournalError as error:
        raise BackupError(f"the journal is damaged: {error}") from error
    return known if isinstance(known, int) else 0
