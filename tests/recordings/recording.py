"""What did a real device answer, as somebody has written it down?

A recording is a text with one object instance a line, `OID|tag|value`: the decimal BER tag of the value, and `x`
behind it if the value is hexadecimal. The files may be compressed by bzip2. Values that were made to move
(`2:numeric|…,initial=154`) keep the number they begin with; whatever else cannot be read is counted and left out.
"""

import bz2
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from netmon.wire.snmp import ber
from netmon.wire.snmp.ber import Oid

IP_ADDRESS, OPAQUE = 0x40, 0x44
NUMBERS = frozenset({ber.INTEGER, ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS, ber.COUNTER64})
OCTETS = frozenset({ber.OCTET_STRING, IP_ADDRESS, OPAQUE})


class Recording:
    """The object instances of one device in the order of their identifiers, ready to be sent."""

    def __init__(self, rows: Iterable[tuple[Oid, bytes]], skipped: int = 0) -> None:
        """`rows`: identifier and encoded value; of two for the same identifier the first counts."""
        self.rows: dict[Oid, bytes] = {}
        for oid, value in rows:
            self.rows.setdefault(oid, value)
        self.order = sorted(self.rows)
        self.skipped = skipped

    def after(self, oid: Oid) -> Oid | None:
        """The first object instance behind `oid`; None = the end of what was recorded."""
        at = bisect_right(self.order, oid)
        return self.order[at] if at < len(self.order) else None


def load(path: Path, subtrees: Collection[str] = (), most: int = 250_000) -> Recording:
    """The recording in a file, or only some subtrees of it. ValueError if more than `most` instances would be kept."""
    raw = path.read_bytes()
    text = (bz2.decompress(raw) if path.suffix == ".bz2" else raw).decode("latin-1")
    wanted = tuple(subtree.rstrip(".") + "." for subtree in subtrees)
    rows: list[tuple[Oid, bytes]] = []
    skipped = 0
    for line in text.split("\n"):
        if wanted and not line.startswith(wanted):
            continue
        row = read_row(line.rstrip("\r"))
        if row is not None:
            rows.append(row)
        elif line.strip() and not line.startswith("#"):
            skipped += 1
        if len(rows) > most:
            raise ValueError(f"{path.name}: more than {most} object instances")
    return Recording(rows, skipped)


def read_row(line: str) -> tuple[Oid, bytes] | None:
    """One line as identifier and encoded value; None if it says nothing that an agent could send."""
    parts = line.split("|", 2)
    if len(parts) != 3:
        return None
    name, kind, text = parts
    kind, _, moving = kind.partition(":")
    if moving:
        known = dict(item.partition("=")[::2] for item in text.split(","))
        text = known.get("initial", known.get("value", ""))
    try:
        hexadecimal = kind.endswith("x")
        return parse_oid(name), encode(int(kind.rstrip("x")), bytes.fromhex(text) if hexadecimal else text)
    except ValueError:
        return None


def parse_oid(text: str) -> Oid:
    """A dotted identifier. ValueError if it is none, or one that cannot be sent."""
    oid = tuple(map(int, text.strip(".").split(".")))
    if len(oid) < 2 or oid[0] > 2 or (oid[0] < 2 and oid[1] > 39) or min(oid) < 0 or max(oid) >= 2**32:
        raise ValueError(text)
    return oid


def encode(tag: int, value: str | bytes) -> bytes:
    """A value with its tag. ValueError if the text is no such value."""
    if tag in NUMBERS:
        return ber.encode_int(int(value), tag)
    if tag in OCTETS:
        if isinstance(value, str):
            value = bytes(map(int, value.split("."))) if tag == IP_ADDRESS else value.encode("latin-1")
        if tag == IP_ADDRESS and len(value) != 4:
            raise ValueError(value)
        return ber.wrap(tag, value)
    if tag == ber.OBJECT_ID and isinstance(value, str):
        return ber.encode_oid(parse_oid(value))
    if tag == ber.NULL:
        return ber.wrap(tag, b"")
    raise ValueError(tag)


def walk(recording: Recording, below: Oid) -> Iterator[tuple[Oid, bytes]]:
    """Everything below an identifier, in order."""
    oid = recording.after(below)
    while oid is not None and oid[: len(below)] == below:
        yield oid, recording.rows[oid]
        oid = recording.after(oid)
