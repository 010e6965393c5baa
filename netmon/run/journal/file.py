"""Is this file a journal that this program may use, and is nobody else using it?

SQLite by apsw, which brings its own library: the one of older distributions can damage a database in
WAL mode when it resets the log. WAL and `synchronous=FULL`: what was acknowledged survives a power cut.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import apsw

from netmon.errors import JournalError, NotRunning
from netmon.run.journal.schema import MIGRATIONS

APPLICATION_ID = 0x6E65746D  # "netm"
_TO_DO = (
    "stop netmon, move it aside together with its -wal and -shm, and restore the last backup (docs/restore.md),"
    " or start with an empty one"
)
BUSY = 5000
"""Milliseconds that a transaction waits for another process's to end."""


class Lock:
    """The right to write a journal, held by an open file: the kernel gives it back whatever kills us."""

    __slots__ = ("_file",)

    def __init__(self, journal: Path) -> None:
        path = journal.with_name(journal.name + ".lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise JournalError(f"{path}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise JournalError(
                f"{journal}: process {holder} is writing this journal; is netmon already running on this project?"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let others write. The file stays: removing it would let two processes lock two files."""
        os.close(self._file)


def held_by(journal: Path) -> str:
    """The process that writes this journal, "" if none does (or its lock cannot be looked at)."""
    try:
        with journal.with_name(journal.name + ".lock").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(32).strip() or "?"
    except OSError:
        pass
    return ""


@contextlib.contextmanager
def sqlite_errors(path: Path | None) -> Iterator[None]:
    """Turn what SQLite complains about into a JournalError that says what to do."""
    name = path or "journal in memory"
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as error:  # the last: an id is no text
        raise JournalError(f"{name}: the journal is damaged ({error}); {_TO_DO}") from error
    except apsw.FullError as error:
        raise JournalError(f"{name}: no space left for the journal") from error
    except apsw.Error as error:
        raise JournalError(f"{name}: {error}") from error


@contextlib.contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """All or nothing of what is written inside.

    It asks for the right to write at its beginning: one that read first could not wait for another writer, because
    what it read would be old by the time its turn came (SQLITE_BUSY_SNAPSHOT). apsw's own `with connection` keeps the
    interpreter's lock while it waits and commits, and the event loop would stand still with it.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def instant(connection: apsw.Connection) -> Iterator[None]:
    """All that is read inside is of one instant. It ends by giving up what it has not written: after a page that is
    damaged SQLite refuses to commit even a reading."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def open_writable(path: Path | None) -> apsw.Connection:
    """The database, created or brought up to the present schema. None = in memory."""
    with sqlite_errors(path):
        connection = apsw.Connection(":memory:" if path is None else str(path))
        try:
            connection.set_busy_timeout(BUSY)
            known = _check_version(connection, path)
            connection.pragma("journal_mode", "wal")
            connection.pragma("synchronous", "full")
            _migrate(connection, known)
        except (apsw.Error, JournalError):
            connection.close()
            raise
        return connection


def open_readable(path: Path) -> apsw.Connection:
    """The database for reading beside a running service, or after one. NotRunning if there is none."""
    _must_exist(path)
    with sqlite_errors(path):
        return _present(_readable(path), path)


def open_appendable(path: Path) -> apsw.Connection:
    """The database for adding a row beside a running service, or after one. NotRunning if there is none.

    The service's lock is not taken: it keeps a second service away, whose numbers and claims would collide with the
    first one's. A person's opinion touches no table that the service keeps in memory. SQLite itself lets one
    transaction write at a time and the other wait.
    """
    _must_exist(path)
    with sqlite_errors(path):
        connection = _present(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE), path)
        connection.pragma("synchronous", "full")
        return connection


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise NotRunning(f"{path}: there is no journal; netmon has not run on this project yet")


def _present(connection: apsw.Connection, path: Path) -> apsw.Connection:
    """The connection, if the journal is of the present version; else it is closed and JournalError raised."""
    try:
        connection.set_busy_timeout(BUSY)
        if _check_version(connection, path) < len(MIGRATIONS):
            raise JournalError(f"{path}: written by an older netmon; start the service once to bring it up to date")
    except (apsw.Error, JournalError):
        connection.close()
        raise
    return connection


def _readable(path: Path) -> apsw.Connection:
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.pragma("user_version")
    except (apsw.CantOpenError, apsw.ReadOnlyError):
        # A journal closed properly has no -shm file, and a user without write permission in its folder
        # cannot make one. Without a -wal file there is nothing that the shared index would protect.
        if path.with_name(path.name + "-wal").exists():
            raise
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        return apsw.Connection(f"{path.absolute().as_uri()}?immutable=1", flags=flags)
    return connection


def _check_version(connection: apsw.Connection, path: Path | None) -> int:
    version = connection.pragma("user_version")
    if not isinstance(version, int) or version > len(MIGRATIONS):
        raise JournalError(
            f"{path}: written by a newer netmon (journal version {version}, this program knows {len(MIGRATIONS)})"
        )
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").get
    if tables and connection.pragma("application_id") != APPLICATION_ID:
        raise JournalError(f"{path}: this is an SQLite database of some other program, not a netmon journal")
    return version


def _migrate(connection: apsw.Connection, known: int) -> None:
    for version, script in enumerate(MIGRATIONS[known:], known + 1):
        with transaction(connection):
            connection.execute(script)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", version)
