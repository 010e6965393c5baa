"""Is the journal whole, and have people got what it has for them?"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from netmon.cli._doctor_found import Found
from netmon.cli._doctor_machine import amount
from netmon.errors import NetmonError, NotRunning
from netmon.run.journal.damage import find
from netmon.run.journal.file import held_by, open_readable, sqlite_errors
from netmon.run.journal.notices import read
from netmon.run.journal.restored import last_beat
from netmon.settings.config import Config
from netmon.units import written_duration

LATELY = 86400.0
STALE = 10.0
"""Seconds without a heartbeat, of which there is one each second, after which the journal is not written any more."""


def kept(config: Config, runs: bool) -> Iterator[Found]:
    """The journal and the notices in it; `runs`: whether the service does."""
    path, now = config.data / "journal.db", time.time()
    if not runs and (holder := held_by(path)):
        yield Found("journal", "fail", "held", {"pid": holder})
    try:
        yield _journal(path, now, runs)
    except NotRunning:
        yield Found("journal", "fail" if runs else "ok", "none_yet")
        return
    except NetmonError as error:
        yield Found("journal", "fail", "damaged", {"why": error})
        return
    yield from _notices(path, now)


def _journal(path: Path, now: float, runs: bool) -> Found:
    database = open_readable(path)
    try:
        with sqlite_errors(path):
            [verdict] = [str(row[0]) for row in database.execute("PRAGMA quick_check(1)")]
            beaten = last_beat(database) if verdict == "ok" else None
    finally:
        database.close()
    if verdict != "ok":
        return Found("journal", "fail", "damaged", {"why": verdict})
    ago = 0.0 if beaten is None else max(0.0, now - beaten)
    values = {"size": amount(path.stat().st_size), "ago": written_duration(round(ago))}
    if runs and ago > STALE:
        return Found("journal", "fail", "stale", values)
    entries, days = find(path)
    if not entries and not days:
        return Found("journal", "ok", "sound", values)
    first = [f"{one.what} {one.key}" for one in entries[:1]] + [f"{of}, {_day(at)}" for at, of in days[:1]]
    hurt = {"days": len({at for at, _ in days}), "curves": len({of for _, of in days})}
    return Found("journal", "warn", "parts", {"entries": len(entries), **hurt, "first": "; ".join(first)})


def _day(at: float) -> str:
    """The day of UTC, as the history has it."""
    return f"{datetime.fromtimestamp(at, UTC):%d/%m/%Y}"


def _notices(path: Path, now: float) -> Iterator[Found]:
    """How many wait, how many were given up, and why, by channel; worst first."""
    found = read(path, now - LATELY)
    waiting = Counter(one.notice.channel for one in found if one.state in ("pending", "claimed") and one.tries)
    lost = Counter(one.notice.channel for one in found if one.state == "given_up")
    why = {one.notice.channel: one.why for one in found if one.why}
    for channel in sorted(waiting.keys() | lost.keys()):
        values = {"channel": channel, "waiting": waiting[channel], "lost": lost[channel], "why": why.get(channel, "-")}
        yield Found("notices", "fail" if waiting[channel] else "warn", "waits", values)
    if not waiting and not lost:
        yield Found("notices", "ok", "nothing_waits")
