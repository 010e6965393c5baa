"""What does the journal tell the ledger, and what did the inventory say?"""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import apsw

from netmon.decide.ledger.facts import Asset, Correction, Facts, Ruling
from netmon.model import Incident, Mark, State, Transition, Unread
from netmon.run.journal.codec import Codec
from netmon.run.journal.file import open_readable, sqlite_errors
from netmon.run.journal.unread import readable, unknown

KEEP_LOG = 400 * 86400.0
"""Seconds for which the log, finished notices and dead times are kept; assets, rulings and corrections always are."""

DEAD_AFTER = 5.0
"""Seconds without a heartbeat after which netmon counts as having been dead (or stopped) in between."""

STEPPED = 86400.0
"""Seconds by which a clock may have been set back between two entries."""
_OPEN = '"state":"open"'
"""What the body of an incident has that was not over when it was written; what people wrote has its quotes escaped."""
_ALL_ASSETS = (
    'SELECT at, "of", id, site, circuit, carrier, source, target, parent, promised, area, level, gone'
    " FROM assets ORDER BY seq"
)
_NEW_ASSET = (
    'INSERT INTO assets (at, "of", id, site, circuit, carrier, source, target, parent, promised, area, level, gone)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def read(path: Path, since: float, until: float) -> Facts:
    """What the ledger of [since, until) follows from, as far as it can be read. NotRunning if there is no journal."""
    database, codec, found = open_readable(path), Codec(), Facts()
    lost: list[Unread] = []
    try:
        with sqlite_errors(path), database:
            transitions = tuple(_transitions(database, codec, since, until, lost))
            found = Facts(
                transitions=transitions,
                marks=tuple(_marks(database, codec, since, until, lost)),
                dead=tuple(_dead(database, since, until)),
                incidents=_incidents(database, codec, min(_reach(transitions, since), since) - STEPPED, lost),
                assets=tuple(_assets(database)),
                rulings=tuple(_rulings(database)),
                corrections=tuple(_corrections(database)),
                unread=lost,
            )
    finally:
        database.close()
    return found


def append_assets(database: apsw.Connection, at: float, rows: Sequence[Asset]) -> None:
    """Append the rows that differ from the last one of the same thing, and that what is missing among them is gone."""
    last = {(asset.of, asset.id): _said(asset) for asset in _assets(database)}
    now = {(asset.of, asset.id): _said(asset) for asset in rows}
    news = [said for key, said in now.items() if last.get(key) != said]
    news += [(*said[:-1], 1) for key, said in last.items() if key not in now and not said[-1]]
    database.executemany(_NEW_ASSET, [(at, *said) for said in news])


def _said(asset: Asset) -> tuple[str | float | None, ...]:
    """The columns of an asset but for the time."""
    return (
        asset.of,
        asset.id,
        asset.site,
        asset.circuit,
        asset.carrier,
        asset.source,
        asset.target,
        asset.parent,
        asset.promised,
        asset.area,
        asset.level,
        int(asset.gone),
    )


def _transitions(
    database: apsw.Connection, codec: Codec, since: float, until: float, lost: list[Unread]
) -> Iterable[Transition]:
    """Those after the beginning of the period and, for each id, the one before; as many as are needed. A state may
    begin hours before it is written, and the outage at the end of the period ends after it: so of each id one is read
    that both began and was written after it, and no more."""
    statement = (
        "WITH base AS (SELECT key, max(seq) AS seq FROM log WHERE kind = 'transition' AND at < ? GROUP BY key)"
        " SELECT key, at, CAST(body AS BLOB) FROM log LEFT JOIN base USING (key)"
        " WHERE kind = 'transition' AND log.seq >= coalesce(base.seq, 0) ORDER BY log.seq"
    )
    over: set[str] = set()
    for key, at, body in _rows(database, statement, (since,)):
        if key in over:
            continue
        try:
            turn: Transition | None = codec.unpack_transition(body)
        except ValueError:
            lost.append(Unread("transition", key, at))
            turn = unknown(database, key, at)
        if turn is not None:
            yield turn
            if min(at, turn.new.since) >= until:
                over.add(key)


def _marks(database: apsw.Connection, codec: Codec, since: float, until: float, lost: list[Unread]) -> Iterable[Mark]:
    """Those that touch the period, each by its last row. The state goes first, where the log may have forgotten."""
    statement = (
        "SELECT id, NULL, CAST(body AS BLOB), 0 AS seq FROM marks UNION ALL"
        " SELECT key, at, CAST(body AS BLOB), seq FROM log WHERE kind = 'mark' ORDER BY seq"
    )
    last: dict[tuple[str, str, float], Mark] = {}
    rows = (row[:3] for row in _rows(database, statement))
    for _, mark in readable("mark", rows, codec.unpack_mark, lost):
        last[mark.id, mark.mark, mark.since] = mark
    return (mark for mark in last.values() if mark.since < until and (mark.until is None or mark.until > since))


def _dead(database: apsw.Connection, since: float, until: float) -> Iterable[tuple[float, float]]:
    """The gaps between heartbeats; what is so old that the log forgot it; and all after the last heartbeat."""
    ((kept,),) = _rows(database, "SELECT max(at) FROM snapshot")
    if kept is not None and kept - KEEP_LOG > since:
        yield -math.inf, kept - KEEP_LOG
    yield from _rows(database, "SELECT since, until FROM dead WHERE until > ? AND since < ?", (since, until))
    ((beat,),) = _rows(database, "SELECT max(at) FROM beat")
    if beat is None or until - beat > DEAD_AFTER:
        yield -math.inf if beat is None else beat, math.inf


def _reach(transitions: Iterable[Transition], since: float) -> float:
    """When the first of the outages began that reach into the period: what explains it may have ended before."""
    up = (State.UP, State.DEGRADED)
    return min((one.new.since for one in transitions if one.new.state not in up), default=since)


def _incidents(database: apsw.Connection, codec: Codec, since: float, lost: list[Unread]) -> dict[int, Incident]:
    """All that were open at this time or after it, as they were last written, as far as that can be read.

    The state has what the log has forgotten, or what is damaged there.
    """
    statement = (
        "SELECT key, at, CAST(body AS BLOB) FROM log WHERE kind = 'incident'"
        " AND seq IN (SELECT max(seq) FROM log WHERE kind = 'incident' GROUP BY key)"
        " AND (at >= ? OR instr(body, ?)) ORDER BY seq"
    )
    values, wrong = (since, _OPEN), list[Unread]()
    events = readable("incident", _rows(database, statement, values), codec.unpack_event, wrong)
    found = {event.incident.id: event.incident for _, event in events}
    statement = (
        "SELECT id, NULL, CAST(body AS BLOB) FROM incidents WHERE (resolved_at IS NULL OR resolved_at >= ?)"
        " AND (id IN (SELECT value FROM json_each(?))"
        " OR NOT EXISTS (SELECT 1 FROM log WHERE kind = 'incident' AND key = CAST(incidents.id AS TEXT)))"
    )
    damaged = json.dumps([int(one.key) for one in wrong if one.key.isdecimal()])
    rows = _rows(database, statement, (since, damaged))
    found |= dict(readable("incident", rows, codec.unpack_incident, wrong))
    lost += wrong
    return dict(sorted(found.items()))


def _assets(database: apsw.Connection) -> Iterable[Asset]:
    for at, of, key, site, circuit, carrier, source, target, parent, *more, gone in _rows(database, _ALL_ASSETS):
        promised, area, level = more
        yield Asset(
            at=at,
            of=of,
            id=key,
            site=site,
            circuit=circuit,
            carrier=carrier,
            source=source,
            target=target,
            parent=parent,
            promised=promised,
            area=area,
            level=level,
            gone=bool(gone),
        )


def _rulings(database: apsw.Connection) -> Iterable[Ruling]:
    statement = 'SELECT seq, at, who, why, "of", id, moment, attribution FROM rulings ORDER BY seq'
    for seq, at, who, why, of, key, moment, attribution in _rows(database, statement):
        yield Ruling(seq=seq, at=at, who=who, why=why, of=of, id=key, moment=moment, attribution=attribution)


def _corrections(database: apsw.Connection) -> Iterable[Correction]:
    statement = "SELECT seq, at, who, why, link, field, since, value FROM corrections ORDER BY seq"
    for seq, at, who, why, link, field, since, value in _rows(database, statement):
        yield Correction(seq=seq, at=at, who=who, why=why, link=link, field=field, since=since, value=value)


def _rows(database: apsw.Connection, statement: str, values: tuple[float | str, ...] = ()) -> Iterable[tuple[Any, ...]]:
    """Rows as the schema types them: the tables are STRICT, so what a column declares is what it holds."""
    return database.execute(statement, values)


def prune(database: apsw.Connection, before: float, folded: int) -> None:
    """Forget what was over before this time (s) and has been folded, up to this number of the log.

    The last transition of each id stays: it says in which state the time that is kept began.
    """
    database.execute(
        "DELETE FROM log WHERE at < ?1 AND seq <= ?2 AND seq NOT IN"
        " (SELECT max(seq) FROM log WHERE kind = 'transition' AND at < ?1 GROUP BY key)",
        (before, folded),
    )
    database.execute("DELETE FROM notices WHERE at < ? AND state IN ('delivered', 'given_up')", (before,))
    database.execute("DELETE FROM learned WHERE at < ?", (before,))
    database.execute("DELETE FROM dead WHERE until < ?", (before,))
