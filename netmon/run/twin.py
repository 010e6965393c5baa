"""Is this netmon the master, or a twin that may tell nobody?

A project that was restored from a backup carries a marker in its folder of data. So long as it is there, the service
watches, judges and writes as ever, and nobody hears anything of it by any way. Whoever makes it the master takes the
marker away and leaves a word of who did; the service notices by itself. What the marker says is for people: a damaged
one counts like a whole one.
"""

import asyncio
import json
import os
from collections.abc import Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import structlog

from netmon.clock import Clock, rfc3339
from netmon.decide.desk import mute
from netmon.decide.desk.state import Desk
from netmon.errors import NotPermitted
from netmon.model import Evidence, Family, Metric
from netmon.people import Act
from netmon.settings.whole import settle, write_whole

MARKER = "twin.json"
WORD = "master.json"
"""Who made it the master, until the service has written that down."""
GLANCE = 2.0
"""Seconds between two looks at whether the marker is still there."""
_LONGEST = 64_000
"""Octets of a marker that are read."""

log = structlog.get_logger()


class Speaks(Protocol):
    """The engine, as far as it is needed here."""

    desk: Desk

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        """Look at once."""
        ...

    def say(self, act: Act) -> "asyncio.Future[Act]":
        """Write down what somebody did."""
        ...


class Origin(NamedTuple):
    """Of which host a twin is one, when the backup was made and when it was restored (wall time; 0 = not known)."""

    host: str = "?"
    backup: float = 0.0
    since: float = 0.0


def origin(data: Path) -> Origin | None:
    """Of what the netmon with this folder of data is a twin, printable; None: of nothing, it is the master."""
    path = data / MARKER
    if not os.path.lexists(path):
        return None
    read = _read(path)
    host, backup, since = read.get("host"), read.get("backup"), read.get("since")
    return Origin(_text(host), _number(backup), _number(since))


def mark(data: Path, found: Origin) -> None:
    """Make the netmon with this folder of data a twin, also if the power fails now. OSError."""
    write_whole(data / MARKER, json.dumps(found._asdict(), ensure_ascii=False) + "\n")
    settle(data / MARKER)
    settle(data)


def unmark(data: Path, who: str, wall: float) -> None:
    """Make it the master, at the wish of `who`, also if the power fails now: nobody would know that it is mute again.
    NotPermitted."""
    try:
        write_whole(data / WORD, json.dumps({"who": who, "at": wall}, ensure_ascii=False) + "\n")
        (data / MARKER).unlink(missing_ok=True)
        settle(data)
    except OSError as error:
        raise NotPermitted(f"{data}: cannot be written: {error.strerror}") from None


class Twin:
    """What the running program knows of that."""

    def __init__(self, data: Path | None, clock: Clock) -> None:
        """`data` None: there is no folder, as in virtual time, and it is the master."""
        self._data, self._clock = data, clock
        self.origin = None if data is None else origin(data)
        self._master = asyncio.Event()
        if self.origin is None:
            self._master.set()

    @property
    def mute(self) -> bool:
        """Whether nobody may be told anything."""
        return not self._master.is_set()

    def silence(self) -> Act | None:
        """The silence of everything that the desk keeps, None if it keeps none."""
        return mute.hushed(self._clock.now() + self._clock.ahead()) if self.mute else None

    async def after(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this as soon as it is the master."""
        try:
            await self._master.wait()
        except asyncio.CancelledError:
            work.close()
            raise
        await work

    async def run(self, engine: Speaks) -> None:
        """Notice when it is made the master, and let the desk speak; write down who did that."""
        if self._data is None:
            return
        if self.origin is not None:
            since, host = rfc3339(self.origin.since), self.origin.host
            log.warning("MUTE: not the master, nobody is told anything", twin_of=host, since=since)
            while origin(self._data) is not None:  # noqa: ASYNC110 (somebody else's process takes it away)
                await asyncio.sleep(GLANCE)
            self._master.set()
            mute.speak(engine.desk, self._clock.now())
        self._note(self._data / WORD, engine)
        engine.evidence(())  # the desk looks at once

    def families(self) -> Iterator[Family]:
        """Whether it is mute."""
        text = "Whether this netmon is a twin that tells nobody anything (1) or the master (0)."
        yield Family("netmon_mute", Metric("gauge", text), [("", float(self.mute))])

    def _note(self, path: Path, engine: Speaks) -> None:
        """Into the log and the journal; the word stays until it is there."""
        if not path.exists():
            return
        word, wall = _read(path), self._clock.now() + self._clock.ahead()
        who = _text(word.get("who"))
        text = "" if self.origin is None else f"twin of {self.origin.host}"
        log.warning("this netmon is the master now", who=who, was=text or "-")
        written = engine.say(Act(verb="master", who=who, at=_number(word.get("at")) or wall, by="cli", text=text))
        written.add_done_callback(lambda done: None if done.cancelled() else path.unlink(missing_ok=True))


def _read(path: Path) -> dict[str, Any]:
    """The mapping in a file of ours, as far as it can be read."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """For people to read, whoever wrote it."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value or "?")[:200])


def _number(value: object) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e11
    return float(value) if good and isinstance(value, int | float) else 0.0
