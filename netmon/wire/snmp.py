"""Which values does an SNMP agent give?

One GET for scalars, one walk for each column of a table. An answer is taken for what it is worth: the
library hides error-status, agents send walks that turn in circles, and replies can be longer than fits.
"""

from collections.abc import Mapping, Sequence

from gufo.snmp import User
from gufo.snmp._fast import GetIter

from netmon.errors import BadAnswer
from netmon.model import Credential
from netmon.wire.channel import Channel, Socket, Unreadable
from netmon.wire.net import SnmpValue

CELLS = 200_000
"""Values that one table may have. An agent that offers more is broken or hostile."""

FEWEST, MOST = 8, 30
"""Rows asked for at once: 30 numbers fit into one Ethernet frame, 8 texts of 255 characters into the library's
buffer of 4080 octets."""

VARBINDS = 32
"""Objects asked for in one GET."""


class Agent:
    """The session with one agent (netmon.wire.net.SnmpSession). Opens its socket with the first request."""

    __slots__ = ("_address", "_channel", "_rows")

    def __init__(self, address: str, credential: Credential, user: User | None = None) -> None:
        """`user` spares hashing the passwords of a v3 credential again; see netmon.wire.usm."""
        self._address = address
        self._channel = Channel(address, credential, user)
        self._rows = MOST

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
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """Whole columns, each walked by itself; see SnmpSession.table. A column the agent lacks is empty."""
        result: dict[str, dict[str, SnmpValue]] = {}
        left = CELLS
        doubtful: list[str] = []
        longest = 0
        for column in columns:
            try:
                rows, ended = await self._walk(column, self._rows, left, timeout)
            except Unreadable:
                rows, ended = await self._walk(column, FEWEST, left, timeout)
            left -= len(rows)
            result[column] = rows
            if ended:
                longest = max(longest, len(rows))
            elif rows:
                doubtful.append(column)
            if rows:
                # with one row more than there were, the request that brings the last also shows the end
                self._rows = min(max(len(rows) + 1, FEWEST), MOST)
        for column in doubtful:
            if len(result[column]) < longest:
                raise BadAnswer(f"{self._address}: the walk of {column} broke off after {len(result[column])} rows")
        return result

    async def _walk(self, column: str, rows: int, most: int, timeout: float) -> tuple[dict[str, SnmpValue], bool]:
        """One column by GETBULK (RFC 3416, 4.2.3), `rows` at a time: row index -> value, and whether its end was seen.

        Without an object behind the last row, the end of the agent's MIB looks the same as an SNMP error.
        """
        cursor = GetIter(column, rows)
        found: dict[str, SnmpValue] = {}
        skip = len(column) + 1
        last: tuple[int, ...] = ()
        while True:
            batch = await self._channel.ask(
                lambda sock: sock.send_get_bulk(cursor), lambda sock: recv_bulk(sock, cursor), timeout
            )
            for item in batch:
                if item is None:
                    return found, True
                oid, value = item
                index = oid[skip:]
                key = row_key(index)
                if key <= last:
                    raise BadAnswer(f"{self._address}: the walk of {column} goes in circles at {oid}")
                last = key
                if value is not None:
                    found[index] = value
            if not batch:
                return found, False
            if len(found) > most:
                raise BadAnswer(f"{self._address}: more than {CELLS} values in one table")

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


def row_key(index: str) -> tuple[int, ...]:
    """A row index as numbers, to be compared; () for none, which is never greater than anything."""
    if not index:
        return ()
    return tuple(map(int, index.split("."))) if "." in index else (int(index),)
