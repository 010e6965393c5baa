"""Which entries of the journal cannot be read any more, and what stands in their place?

A damaged entry must not keep the others from being read: the service would not start, and no month would have figures.
Bodies are therefore asked for as octets, for a text that is no UTF-8 would end the reading of all rows behind it. What
cannot be read is left out, and told. Only a change of state leaves a gap: in its place the thing is unknown, which the
ledger books as unmeasured until the next change.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypeVar

import apsw
import structlog

from netmon.decide.ledger.facts import SUBJECTS, Subject
from netmon.model import Standing, State, Transition, Unread

T = TypeVar("T")
log = structlog.get_logger()


def readable(
    what: str, rows: Iterable[tuple[Any, ...]], unpack: Callable[[bytes], T], lost: list[Unread]
) -> Iterator[tuple[Any, T]]:
    """(key, value) of rows (key, when, body); what cannot be unpacked is added to `lost`. `when` may be None."""
    for key, at, body in rows:
        try:
            value = unpack(body)
        except ValueError:
            lost.append(Unread(what, str(key), at))
        else:
            yield key, value


def unknown(database: apsw.Connection, key: str, at: float) -> Transition | None:
    """In place of a change of state that cannot be read; None if it was of nothing that the ledger has."""
    found = database.execute('SELECT "of" FROM assets WHERE id = ? ORDER BY seq DESC LIMIT 1', (key,)).get
    of: Subject | None = next((one for one in SUBJECTS if one == found), None)
    standing = Standing(State.UNKNOWN, at)
    return None if of is None else Transition(id=key, of=of, at=at, old=standing, new=standing)


def tell(unread: Collection[Unread]) -> None:
    """Log what a start left out, if anything."""
    for one in list(unread)[:1]:
        text = "entries of the journal are damaged and left out"
        log.error(text, count=len(unread), first=f"{one.what} {one.key}", help="netmon doctor")
