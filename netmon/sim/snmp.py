"""What does an agent answer to this datagram?

SNMPv2c (RFC 1901, RFC 3416) over one Mib: GET, GETNEXT, GETBULK; SET is refused. As a real agent does,
it says nothing at all to a wrong community, another version, or bytes that are no message.

Which objects a request leads to never changes, only their values do: the plan of an answer is kept by
the bytes of the question without its request-id, so that a poller's routine costs a look-up.
"""

from typing import NamedTuple

from netmon.sim.mib import Mib, Row
from netmon.wire.snmp import ber
from netmon.wire.snmp.ber import BerError, Oid

GET, GET_NEXT, RESPONSE, SET, GET_BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
TOO_BIG, NOT_WRITABLE = 1, 17
MAX_MESSAGE = 1472  # what fits an Ethernet frame; many devices stop there too

_VERSION_2C = 1
_MAX_REPETITIONS = 128
_MAX_PLANS = 512
_MAX_PLANNED = 512  # bytes; longer questions are no poller's routine
_LIVE_BYTES = 11  # a Counter64 with tag and length
_HEADERS = 32  # of message, PDU and list, beside the community


class _Live(NamedTuple):
    """A binding whose value has to be read when it is sent: its encoded OID and the row."""

    oid: bytes
    row: Row


class _Plan(NamedTuple):
    """An answer but for its request-id and live values; `status` and `culprit` as error-status, error-index."""

    status: int
    culprit: int
    bindings: tuple[bytes | _Live, ...]


class _Question(NamedTuple):
    """A request taken apart: PDU type, the two numbers after the request-id, the OIDs, the raw bindings."""

    pdu: int
    first: int
    second: int
    oids: tuple[Oid, ...]
    raw: bytes


class Responder:
    """Answers for one device."""

    __slots__ = ("_community", "_mib", "_plans", "_room")

    def __init__(self, mib: Mib) -> None:
        self._mib = mib
        self._community = mib.spec.community.encode()
        self._room = MAX_MESSAGE - _HEADERS - len(self._community)
        self._plans: dict[bytes, _Plan] = {}

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        """The answer to a datagram at `now` (seconds since the epoch), or None where an agent stays silent."""
        try:
            return self._answer(datagram, now)
        except BerError:
            return None

    def _answer(self, datagram: bytes, now: float) -> bytes | None:
        _, start, end = ber.read(datagram, 0, len(datagram), ber.SEQUENCE)
        version, community_at = ber.read_int(datagram, start, end)
        _, community, pdu_at = ber.read(datagram, community_at, end, ber.OCTET_STRING)
        if version != _VERSION_2C or datagram[community:pdu_at] != self._community:
            return None
        pdu, request_id, stop = ber.read(datagram, pdu_at, end)
        if stop != end or end != len(datagram) or pdu not in (GET, GET_NEXT, SET, GET_BULK):
            return None
        _, rest = ber.read_int(datagram, request_id, stop)
        key = datagram[pdu_at : pdu_at + 1] + datagram[rest:]
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plan(_question(datagram, pdu, rest, stop))
            if len(key) <= _MAX_PLANNED:
                if len(self._plans) >= _MAX_PLANS:
                    self._plans.clear()
                self._plans[key] = plan
        status = ber.encode_int(plan.status) + ber.encode_int(plan.culprit)
        bindings = b"".join([part if isinstance(part, bytes) else _bind_live(part, now) for part in plan.bindings])
        body = datagram[request_id:rest] + status + ber.wrap(ber.SEQUENCE, bindings)
        return ber.wrap(ber.SEQUENCE, datagram[start:pdu_at] + ber.wrap(RESPONSE, body))

    def _plan(self, question: _Question) -> _Plan:
        if question.pdu == SET:
            fits = len(question.raw) <= self._room
            return _Plan(NOT_WRITABLE, min(1, len(question.oids)), (question.raw,)) if fits else _Plan(TOO_BIG, 0, ())
        if question.pdu == GET_BULK:
            return _Plan(0, 0, self._bulk(question))
        bind = self._get if question.pdu == GET else self._next
        bindings = tuple(bind(oid)[1] for oid in question.oids)
        if sum(map(_size, bindings)) > self._room:
            return _Plan(TOO_BIG, 0, ())
        return _Plan(0, 0, bindings)

    def _get(self, oid: Oid) -> tuple[Oid, bytes | _Live]:
        row = self._mib.rows.get(oid)
        if row is not None:
            return oid, _bind(oid, row)
        missing = ber.NO_SUCH_INSTANCE if self._mib.has_object(oid) else ber.NO_SUCH_OBJECT
        return oid, _bind_exception(oid, missing)

    def _next(self, oid: Oid) -> tuple[Oid, bytes | _Live]:
        following = self._mib.after(oid)
        if following is None:
            return oid, _bind_exception(oid, ber.END_OF_MIB_VIEW)
        return following, _bind(following, self._mib.rows[following])

    def _bulk(self, question: _Question) -> tuple[bytes | _Live, ...]:
        """GETBULK (RFC 3416 section 4.2.3): as many bindings as fit."""
        once = max(0, min(question.first, len(question.oids)))
        repeaters = list(question.oids[once:])
        repetitions = max(0, min(question.second, _MAX_REPETITIONS)) if repeaters else 0
        bindings: list[bytes | _Live] = []
        room = self._room
        for turn in range(1 + repetitions):
            found = [self._next(oid) for oid in (repeaters if turn else question.oids[:once])]
            for _, binding in found:
                room -= _size(binding)
                if room < 0:
                    return tuple(bindings)
                bindings.append(binding)
            if turn:
                reached = [oid for oid, _ in found]
                if reached == repeaters:  # every column is at the end of the MIB view
                    break
                repeaters = reached
        return tuple(bindings)


def _question(datagram: bytes, pdu: int, at: int, end: int) -> _Question:
    """What follows the request-id, taken apart. Raises BerError."""
    first, at = ber.read_int(datagram, at, end)
    second, at = ber.read_int(datagram, at, end)
    _, start, stop = ber.read(datagram, at, end, ber.SEQUENCE)
    if stop != end:
        raise BerError("bytes after the bindings")
    oids = []
    at = start
    while at < stop:
        _, binding, at = ber.read(datagram, at, stop, ber.SEQUENCE)
        oid, value = ber.read_oid(datagram, binding, at)
        _, _, last = ber.read(datagram, value, at)
        if last != at:
            raise BerError("bytes after a binding's value")
        oids.append(oid)
    return _Question(pdu, first, second, tuple(oids), datagram[start:stop])


def _size(binding: bytes | _Live) -> int:
    return len(binding) if isinstance(binding, bytes) else len(binding.oid) + _LIVE_BYTES + 2


def _bind(oid: Oid, row: Row) -> bytes | _Live:
    name = ber.encode_oid(oid)
    value = row.value
    if callable(value):
        return _Live(name, row)
    if isinstance(value, bytes):
        return ber.wrap(ber.SEQUENCE, name + ber.wrap(row.tag, value))
    if isinstance(value, str):
        return ber.wrap(ber.SEQUENCE, name + ber.encode_oid(tuple(map(int, value.split(".")))))
    return ber.wrap(ber.SEQUENCE, name + ber.encode_int(int(value), row.tag))


def _bind_live(live: _Live, now: float) -> bytes:
    return ber.wrap(ber.SEQUENCE, live.oid + ber.encode_int(int(live.row.at(now)), live.row.tag))


def _bind_exception(oid: Oid, tag: int) -> bytes:
    return ber.wrap(ber.SEQUENCE, ber.encode_oid(oid) + ber.wrap(tag, b""))
