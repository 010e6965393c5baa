"""What became of the notices, and when?"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from netmon.errors import JournalError
from netmon.model import Notice
from netmon.run.journal_codec import Codec
from netmon.run.journal_file import open_readable, sqlite_errors

State = Literal["pending", "claimed", "delivered", "given_up"]
STATES: Mapping[str, State] = MappingProxyType({state: state for state in get_args(State)})


class Delivery(NamedTuple):
    """A notice and where it stands since `changed_at` (None: nobody has tried yet), after so many tries; `why` the last
    one failed, "" = it did not."""

    notice: Notice
    state: State
    tries: int
    changed_at: float | None
    why: str


def read(path: Path, since: float) -> list[Delivery]:
    """The notices written from then on, and all that still wait, the oldest first; whether the service runs or not.

    NotRunning if there is no journal.
    """
    database, codec, found = open_readable(path), Codec(), list[Delivery]()
    statement = (
        "SELECT body, state, tries, changed_at, why FROM notices"
        " WHERE at >= ? OR state IN ('pending', 'claimed') ORDER BY n"
    )
    try:
        with sqlite_errors(path), database:
            for body, state, tries, changed_at, why in database.execute(statement, (since,)):
                at = None if changed_at is None else float(str(changed_at))
                notice = codec.unpack_notice(str(body))
                found.append(Delivery(notice, STATES[str(state)], int(str(tries)), at, str(why)))
    except ValueError as error:
        raise JournalError(f"{path}: a notice cannot be read: {error}") from error
    finally:
        database.close()
    return found
