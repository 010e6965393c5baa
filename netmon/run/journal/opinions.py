"""How do people's opinions get beside the facts of the ledger?

An opinion is appended by the command that a person runs, while the service may be writing: one insert in one
transaction of its own, without the service's lock (netmon.run.journal.file.open_appendable says why).
"""

from pathlib import Path

from netmon.decide.ledger.facts import Correction, Ruling
from netmon.run.journal.file import open_appendable, sqlite_errors, transaction


def append_ruling(path: Path, ruling: Ruling) -> int:
    """Append it; the number it got."""
    return _append(
        path,
        'INSERT INTO rulings (at, who, why, "of", id, moment, attribution) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (ruling.at, ruling.who, ruling.why, ruling.of, ruling.id, ruling.moment, ruling.attribution),
    )


def append_correction(path: Path, correction: Correction) -> int:
    """Append it; the number it got."""
    return _append(
        path,
        "INSERT INTO corrections (at, who, why, link, field, since, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            correction.at,
            correction.who,
            correction.why,
            correction.link,
            correction.field,
            correction.since,
            correction.value,
        ),
    )


def _append(path: Path, statement: str, values: tuple[str | float | None, ...]) -> int:
    database, number = open_appendable(path), 0
    try:
        with sqlite_errors(path), transaction(database):
            database.execute(statement, values)
            number = database.last_insert_rowid()
    finally:
        database.close()
    return number
