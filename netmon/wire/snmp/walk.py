"""What is in a table, all of its columns asked for at once?

GETBULK over several columns (RFC 3416, 4.2.3): each goes its own way, so rows that some columns lack do no harm,
and a column that has ended is not asked for again. An agent's troubles with one column cost only that column.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from netmon.errors import BadAnswer, CollectError, Unreachable
from netmon.wire.net import SnmpValue
from netmon.wire.snmp import ber, pdu
from netmon.wire.snmp.ber import BerError
from netmon.wire.snmp.memory import Memory, Shape
from netmon.wire.snmp.pdu import Message
from netmon.wire.snmp.rows import Column, read
from netmon.wire.snmp.udp import Udp

CELLS = 200_000
"""Values that one table may have. An agent that offers more is broken or hostile."""

LONGEST = 120.0
"""Seconds that an agent may take over one table, in answers that each come in time."""

MOST = 50
"""Rows asked for at once, and columns."""

NO_SCALARS: Mapping[bytes, str] = {}

LEAST = 8.0
"""Octets that a binding has at least."""

Ask = Callable[[int, int, tuple[bytes, ...]], Awaitable[tuple[Message, float]]]
"""Send a request for so many rows (0: GETNEXT) behind these names, of which so many of the first have one value each:
the answer, and the seconds it took."""


class Walk:
    """One walk over the columns of one table."""

    __slots__ = (
        "_address", "_ask", "_bulk", "_cell", "_cells", "_columns", "_counters", "_key", "_memory", "_octets",
        "_places", "_retry", "_rows", "_scalars", "_took", "_trouble", "told",
    )  # fmt: skip

    def __init__(
        self,
        address: str,
        columns: tuple[str, ...],
        memory: Memory,
        ask: Ask,
        bulk: bool,
        udp: Udp,
        scalars: Mapping[bytes, str] = NO_SCALARS,
    ) -> None:
        """`bulk` False: GETNEXT. `scalars`, by their encoded names, come with the first request; GETBULK only."""
        self._address, self._key, self._memory, self._ask, self._bulk = address, columns, memory, ask, bulk
        self._counters, self._places = udp.counters, udp.places
        self._columns = [Column(oid) for oid in dict.fromkeys(columns)]
        self._cell, self._rows = memory.shape(columns)
        self._cells, self._octets, self._took = 0, 0, 0.0
        self._retry = False
        self._trouble = ""
        self._scalars = scalars
        self.told: dict[str, dict[str, SnmpValue]] = {}

    def found(self) -> dict[str, dict[str, SnmpValue]]:
        """What has arrived so far."""
        return {**self.told, **{column.oid: column.rows for column in self._columns}}

    async def run(self) -> dict[str, dict[str, SnmpValue]]:
        """Walk to the end. Raises what a request raises, or BadAnswer; `columns` of the error are what arrived."""
        groups = [self._columns[at : at + MOST] for at in range(0, len(self._columns), MOST)][::-1]
        try:
            while groups:
                group = [column for column in groups.pop() if not column.ended]
                if group:
                    groups += await self._step(group)
                if self._cells > CELLS:
                    raise BadAnswer(f"{self._address}: more than {CELLS} values in one table")
                if self._took > LONGEST:
                    raise BadAnswer(f"{self._address}: the table was not at its end after {LONGEST:g} s")
        except CollectError as error:
            raise type(error)(str(error), columns=self.found()) from None
        self._judge()
        cell = max(LEAST, self._octets / self._cells) if self._cells else self._cell
        self._memory.learn(self._key, Shape(cell, max((len(each.rows) for each in self._columns), default=0)))
        return self.found()

    def _judge(self) -> None:
        """Raise BadAnswer if not all is as it should be. A column that the agent has never told of is just empty."""
        broken = [column.trouble for column in self._columns if column.trouble]
        if not broken and self._trouble and not any(column.rows for column in self._columns):
            broken = [self._trouble]
        if broken:
            raise BadAnswer(f"{self._address}: {'; '.join(broken[:3])}", columns=self.found())

    async def _step(self, group: list[Column]) -> list[list[Column]]:
        """One request for as many columns of a group as fit; the groups that are left to ask, the next one last."""
        fits = max(1, int(self._memory.room // self._cell))
        later = [group[fits:]] if len(group) > fits else []
        group = group[:fits]
        repetitions = self._repetitions(group, fits)
        wanted = len(group) * max(1, repetitions)
        try:
            names = [*map(before, self._scalars), *[column.cursor for column in group]]
            message, took = await self._ask(len(self._scalars), repetitions, tuple(names))
        except Unreachable:
            self._memory.unanswered(wanted)
            if not self._retry or wanted == 1:
                raise
            self._retry = False
            self._counters["retries"] += 1
            self._memory.shrink(wanted * self._cell)
            return [*later, group]
        self._retry = True  # it does answer: should it fall silent now, less may be asked once
        self._took += took
        if self._scalars:
            if message.status:
                self._memory.apart, self._scalars = True, NO_SCALARS
                return [*later, group]
            message = self._hear(message)
        if message.status:
            return [*later, *self._refused(group, repetitions, message.status)]
        return [*later, *self._taken(group, wanted, message)]

    def _hear(self, message: Message) -> Message:
        """Take in the scalars with which an answer begins; what is left of it."""
        wanted, self._scalars = self._scalars, NO_SCALARS
        at = message.at
        try:
            for oid in wanted.values():
                name, tail, tag, start, at = pdu.split(message.data, at, message.end)
                value = pdu.value(tag, message.data, start, at)
                if value is not None and wanted.get(message.data[name:tail]) == oid:
                    self.told[oid] = {"": value}
        except (BerError, IndexError):
            at = message.end
        return message._replace(at=at)

    def _repetitions(self, group: Sequence[Column], fits: int) -> int:
        """Rows to ask for: what fits, but not far beyond the end, which is where it was the last time plus one row."""
        if not self._bulk:
            return 0
        if group[0].alone:
            return 1
        rows = min(fits // len(group), MOST)
        left = self._rows + 1 - min([len(column.rows) for column in group])
        return min(rows, left) if self._rows and left > 0 else rows

    def _taken(self, group: list[Column], wanted: int, message: Message) -> Iterable[list[Column]]:
        """Read an answer without error; what is left to ask of the group."""
        count, whole = read(message, group, self._places)
        self._cells += count
        self._octets += message.end - message.at
        if count:
            cell = max(LEAST, (message.end - message.at) / count)
            # a table that is known weighs on the whole what it did, though what is left of it may weigh more
            self._cell = max(self._cell, cell) if self._rows else (self._cell + cell) / 2
        if whole and count >= len(group):
            self._memory.answered(wanted)
            # columns that a full answer had no room for go first the next time, lest they lag behind
            behind = count % len(group)
            return [group[behind:] + group[:behind]]
        self._memory.shrink(wanted * self._cell)
        if not count and len(group) == 1 and wanted == 1:
            self._broken(group[0], "no value" if whole else "nothing that can be read")
            return []
        # those that the answer had no room for go first the next time
        return [group[:count], group[count:]] if count < len(group) else [group]

    def _refused(self, group: list[Column], repetitions: int, status: int) -> Iterable[list[Column]]:
        """What is left to ask after an error-status (RFC 3416, 3). Its error-index is often wrong: halves find it."""
        many = len(group) * max(1, repetitions)
        if status == pdu.TOO_BIG and many > 1:
            self._memory.shrink(many * self._cell)
        if len(group) > 1:
            half = len(group) // 2
            return [group[half:], group[:half]] if status != pdu.TOO_BIG or repetitions < 2 else [group]
        [column] = group
        if repetitions > 1:
            column.alone = status != pdu.TOO_BIG
            return [group]
        if status == pdu.NO_SUCH_NAME:
            column.ended = True
        else:
            self._broken(column, pdu.STATUS[status] if 0 < status < len(pdu.STATUS) else f"error {status}")
        return []

    def _broken(self, column: Column, why: str) -> None:
        self._trouble = f"an SNMP error: {why}"
        rows = len(column.rows)
        column.stop(f"the walk of {column.oid} broke off after {rows} rows ({why})" if rows else "")


def before(scalar: bytes) -> bytes:
    """The object type of a scalar (its name without the last 0, RFC 2578, 7): what follows it is the scalar."""
    return ber.wrap(ber.OBJECT_ID, ber.content(scalar)[:-1])
