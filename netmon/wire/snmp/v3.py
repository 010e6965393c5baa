"""Which values does an SNMPv3 agent give?

One GET for scalars, one walk for each column of a table. An answer is taken for what it is worth: the
library hides error-status, agents send walks that turn in circles, and replies can be longer than fits.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gufo.snmp import User
from gufo.snmp._fast import GetIter

from netmon.errors import BadAnswer, CollectError
from netmon.model import Credential
from netmon.wire.net import SnmpValue, by_themselves
from netmon.wire.snmp.channel import Channel, Socket, Unreadable
from netmon.wire.snmp.pace import Pacer
from netmon.wire.snmp.walk import CELLS, LONGEST

FEWEST, MOST = 8, 30
"""Rows asked for at once: 30 numbers fit into one Ethernet frame, 8 texts of 255 characters into the library's
buffer of 4080 octets."""

VARBINDS = 32
"""Objects asked for in one GET."""


class Column(NamedTuple):
    """A column to be walked into `rows`: at most so many values, until this time of the loop, by GETBULK or GETNEXT."""

    oid: str
    rows: dict[str, SnmpValue]
    most: int
    until: float
    bulk: bool


class Agent:
    """The session with one agent (netmon.wire.net.SnmpSession). Opens its socket with the first request."""

    __slots__ = ("_address", "_channel", "_rows")

    def __init__(
        self, address: str, credential: Credential, user: User, pacer: Pacer, counters: dict[str, int]
    ) -> None:
        """`user` is the credential's (see usm.py); `counters` has the names of COUNTED in udp.py."""
        self._address = address
        self._channel = Channel(address, credential, user, pacer, counters)
        self._rows = MOST

    @property
    def rtt(self) -> float:
        """See SnmpSession."""
        return self._channel.rtt

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """The scalars that the agent has, by the OID asked for; see SnmpSession.get.

        tooBig and genErr look like an agent that has nothing. So what comes back empty is asked for again in
        halves, which also finds the good objects beside a broken one; nothing at all is a BadAnswer.
        """
        values: dict[str, SnmpValue] = {}
        for start in range(0, len(oids), VARBINDS):
            values |= await self._get(oids[start : start + VARBINDS], timeout)
        if oids and not values:
            raise BadAnswer(f"{self._address}: an SNMP error, or none of the objects asked for")
        return values

    async def _get(self, oids: Sequence[str], timeout: float) -> dict[str, SnmpValue]:
        answer = await self._channel.ask(lambda sock: sock.send_get_many(list(oids)), recv_get, timeout)
        values = {oid: value for oid in oids if (value := answer.get(oid)) is not None}
        if values or len(oids) < 2:
            return values
        half = len(oids) // 2
        return await self._get(oids[:half], timeout) | await self._get(oids[half:], timeout)

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """Whole columns, each walked by itself; see SnmpSession.table. A column the agent lacks is empty."""
        told = await by_themselves(self, scalars, timeout)
        result: dict[str, dict[str, SnmpValue]] = {column: {} for column in columns}
        started = asyncio.get_running_loop().time()
        ended: set[str] = set()
        try:
            for column, rows in result.items():
                left = CELLS - sum(map(len, result.values()))
                if await self._column(Column(column, rows, left, started + LONGEST, bulk), timeout):
                    ended.add(column)
                if rows:
                    # with one row more than there were, the request that brings the last also shows the end
                    self._rows = min(max(len(rows) + 1, FEWEST), MOST)
            longest = max((len(result[column]) for column in ended), default=0)
            for column in result.keys() - ended:
                if 0 < len(result[column]) < longest:
                    text = f"the walk of {column} broke off after {len(result[column])} rows"
                    raise BadAnswer(f"{self._address}: {text}")
        except CollectError as error:
            raise type(error)(str(error), columns={**told, **result}) from None
        return {**told, **result}

    async def _column(self, column: Column, timeout: float) -> bool:
        """Walk one column, in smaller pieces if the answers are too long; whether its end was seen."""
        try:
            return await self._walk(column, self._rows if column.bulk else 1, timeout)
        except Unreadable:
            column.rows.clear()
            return await self._walk(column, FEWEST if column.bulk else 1, timeout)

    async def _walk(self, column: Column, rows: int, timeout: float) -> bool:
        """One column by GETBULK (RFC 3416, 4.2.3), `rows` at a time, or by GETNEXT; whether its end was seen.

        Without an object behind the last row, the end of the agent's MIB looks the same as an SNMP error.
        """
        cursor = GetIter(column.oid, rows)
        loop = asyncio.get_running_loop()
        skip = len(column.oid) + 1
        last: tuple[int, ...] = ()
        while True:
            batch = await self._channel.ask(
                lambda sock: sock.send_get_bulk(cursor) if column.bulk else sock.send_get_next(cursor),
                lambda sock: recv_bulk(sock, cursor) if column.bulk else recv_next(sock, cursor),
                timeout,
            )
            for item in batch:
                if item is None:
                    return True
                oid, value = item
                index = oid[skip:]
                key = row_key(index)
                if key <= last:
                    raise BadAnswer(f"{self._address}: the walk of {column.oid} goes in circles at {oid}")
                last = key
                if value is not None:
                    column.rows[index] = value
            if not batch:
                return False
            if len(column.rows) > column.most:
                raise BadAnswer(f"{self._address}: more than {CELLS} values in one table")
            if loop.time() > column.until:
                raise BadAnswer(f"{self._address}: the table was not at its end after {LONGEST:g} s")

    def close(self) -> None:
        """Give the socket back; the next request would open another."""
        self._channel.close()


def recv_get(sock: Socket) -> Mapping[str, SnmpValue | None]:
    """The values of a GET, by OID."""
    return sock.recv_get_many()


def recv_bulk(sock: Socket, cursor: GetIter) -> Sequence[tuple[str, SnmpValue | None] | None]:
    """The rows of a GETBULK: None follows the last one of the column, nothing at all means there are no more."""
    try:
        return sock.recv_get_bulk(cursor)
    except StopAsyncIteration:
        return ()


def recv_next(sock: Socket, cursor: GetIter) -> Sequence[tuple[str, SnmpValue | None] | None]:
    """The row of a GETNEXT, or None behind the last one."""
    try:
        return (sock.recv_get_next(cursor),)
    except StopAsyncIteration:
        return (None,)


def row_key(index: str) -> tuple[int, ...]:
    """A row index as numbers, to be compared; () for none, which is never greater than anything."""
    if not index:
        return ()
    return tuple(map(int, index.split("."))) if "." in index else (int(index),)
