"""What does one DNS server answer to one question (RFC 1035)?

Without EDNS: every server understands that, and what is too long for it comes over TCP.
"""

import struct
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.txtbase import TXTBase

from netmon.errors import NotServing
from netmon.wire.dialogue import Limit, exchange, opened, quoted
from netmon.wire.net import Net

LARGEST = 8 * 1024
LARGEST_DATAGRAM = 1232
"""Octets of an answer that are read. Names that point at names make work with the square of that.

A datagram may hold 512 (RFC 1035, 4.2.1), but some servers take no notice; a flood of them must not keep us busy.
"""


class Told(NamedTuple):
    """What the server said: the response code (RFC 6895, 2.3) by number and name, and the records asked for, as text.

    `texts` are what zone files say (`10 mail.example.vn.`), but for TXT the whole string without quotes.
    """

    code: int
    status: str
    texts: tuple[str, ...]


def question(name: str, kind: str, recurse: bool = True) -> dns.message.Message:
    """A query for records of a kind (`A`). Raises ValueError for what is no name."""
    try:
        asked = dns.message.make_query(name, kind)
        asked.to_wire()
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"{name!r} is not a domain name: {error}") from None
    if not recurse:
        asked.flags &= ~dns.flags.RD
    return asked


def read(wire: bytes, asked: dns.message.Message) -> dns.message.Message | None:
    """The answer to this question; None if it is none, or one of which no sense can be made."""
    try:
        answer = dns.message.from_wire(wire[:LARGEST], ignore_trailing=True)
    except (dns.exception.DNSException, ValueError, IndexError, struct.error):
        return None
    return answer if asked.is_response(answer) else None


def told(answer: dns.message.Message, asked: dns.message.Message) -> Told:
    """What an answer says about the name that was asked for, or the one that is its alias for (CNAME)."""
    code, [about] = answer.rcode(), asked.question
    name = about.name
    texts: tuple[str, ...] = ()
    for _ in range(dns.message.MAX_CHAIN):
        records = answer.get_rrset(answer.answer, name, about.rdclass, about.rdtype)
        if records is not None:
            texts = tuple(_text(record) for record in records)
            break
        alias = answer.get_rrset(answer.answer, name, about.rdclass, dns.rdatatype.CNAME)
        if alias is None or not isinstance(alias[0], CNAME):
            break
        name = alias[0].target
    return Told(int(code), dns.rcode.to_text(code), texts)


async def ask(net: Net, address: str, port: int, asked: dns.message.Message, limit: Limit, tcp: bool) -> Told:
    """Put the question, over TCP if so told or if the answer does not fit into a datagram.

    Raises Unreachable, Refused, or NotServing if what answers is no DNS server.
    """
    answer = None
    if not tcp:
        answer, _ = await exchange(
            net, address, port, asked.to_wire(), limit, lambda wire: read(wire[:LARGEST_DATAGRAM], asked), "DNS"
        )
    if answer is None or answer.flags & dns.flags.TC:
        answer = await _over_tcp(net, address, port, asked, limit)
    return told(answer, asked)


async def _over_tcp(net: Net, address: str, port: int, asked: dns.message.Message, limit: Limit) -> dns.message.Message:
    """The same with two octets of length before each message (RFC 7766, 8)."""
    what = "an answer over TCP"
    async with opened(net, address, port, limit) as dialogue:
        wire = asked.to_wire()
        await dialogue.say(struct.pack("!H", len(wire)) + wire, what)
        [length] = struct.unpack("!H", await dialogue.exactly(2, what))
        said = await dialogue.exactly(min(length, LARGEST), what)
    answer = read(said, asked)
    if answer is None:
        raise NotServing(f"answers, but not with DNS: {quoted(said)}")
    return answer


def _text(record: dns.rdata.Rdata) -> str:
    if isinstance(record, TXTBase):
        return b"".join(record.strings).decode("utf-8", "replace")
    return record.to_text()
