"""How does a Prometheus come to know what it would have scraped every 15 s for months?

5,000 million numbers take hours to be scraped, or to be read as text. So the blocks are written as Prometheus itself
keeps them (prometheus/tsdb/docs/format: chunks, index, meta.json): 120 numbers a chunk, Gorilla-compressed, blocks of
162 hours, which is what it merges those of two hours to. Series that move alike share their chunks, so three months
take a few hundred megabytes; what is left out is the wait for a disk that does not have them in memory. An own writer
is no reader: the real program reads, and a test compares.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

SCRAPE_S, NUMBERS = 15, 120
CHUNK_S = SCRAPE_S * NUMBERS
BLOCK = 162 * 3600 // CHUNK_S
"""Chunks of a series in a block."""

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What comes back again and again: a chunk each, without the time at which it begins."""

    chunks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Its labels, sorted, with `__name__`; the curve it follows; its first chunk and the one after its last, counted
    from 1970."""

    labels: Labels
    curve: Curve
    first: int
    end: int


def curve(values: Sequence[float]) -> Curve:
    """One of these values, of which there are whole chunks."""
    return Curve(tuple(_packed(values[at : at + NUMBERS]) for at in range(0, len(values), NUMBERS)))


def write(folder: Path, series: Sequence[Series]) -> None:
    """All blocks of them."""
    first, end = min(one.first for one in series), max(one.end for one in series)
    ordered = sorted(series, key=lambda one: one.labels)
    for number in range(first // BLOCK, -(-end // BLOCK)):
        since, until = max(number * BLOCK, first), min((number + 1) * BLOCK, end)
        there = [one for one in ordered if one.first < until and one.end > since]
        _block(folder / f"01{number:024}", there, since, until)


def _block(folder: Path, series: Sequence[Series], since: int, until: int) -> None:
    (folder / "chunks").mkdir(parents=True)
    octets = bytearray(struct.pack(">IBxxx", 0x85BD40DD, 1))
    places: dict[Curve, list[int]] = {}
    for one in series:
        if one.curve not in places:
            places[one.curve] = []
            for number in range(since, until):
                places[one.curve].append(len(octets))
                octets += _chunk(one.curve, number)
    (folder / "chunks" / "000001").write_bytes(octets)
    known: dict[tuple[Curve, int, int], bytes] = {}
    entries = []
    for one in series:
        key = one.curve, max(one.first, since), min(one.end, until)
        if key not in known:
            known[key] = _contents(places[one.curve][key[1] - since : key[2] - since], key[1])
        entries.append((one.labels, known[key]))
    (folder / "index").write_bytes(_index(entries))
    meta = {
        "ulid": folder.name, "minTime": since * CHUNK_S * 1000, "maxTime": until * CHUNK_S * 1000, "version": 1,
        "stats": {"numSeries": len(series)}, "compaction": {"level": 5, "sources": [folder.name]},
    }  # fmt: skip
    (folder / "meta.json").write_text(json.dumps(meta))


def _chunk(one: Curve, number: int) -> bytes:
    packed = one.chunks[number % len(one.chunks)]
    data = b"\x01" + struct.pack(">H", NUMBERS) + _signed(number * CHUNK_S * 1000) + packed
    return _unsigned(len(data) - 1) + data + _sum(data)


def _packed(values: Sequence[float]) -> bytes:
    """Numbers as a chunk has them (Gorilla, Pelkonen et al., VLDB 2015), 15 s apart; the first one's time is not in it.
    Bits are put together as text: a chunk is packed once."""
    words = [int.from_bytes(struct.pack(">d", value), "big") for value in values]
    bits, leading, trailing = [], 65, 65
    for at, (before, word) in enumerate(pairwise(words)):
        changed = before ^ word
        bits.append("0" * (at > 0))  # how much the time between two readings changed: not at all
        if not changed:
            bits.append("0")
            continue
        left, right = min(64 - changed.bit_length(), 31), (changed & -changed).bit_length() - 1
        if left >= leading and right >= trailing:
            bits.append("10")
        else:
            leading, trailing = left, right
            bits.append(f"11{left:05b}{(64 - left - right) % 64:06b}")
        bits.append(f"{changed >> trailing:0{64 - leading - trailing}b}")
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return struct.pack(">Q", words[0]) + _unsigned(SCRAPE_S * 1000) + int(text, 2).to_bytes(len(text) // 8, "big")


def _contents(places: Sequence[int], first: int) -> bytes:
    """When each chunk of a series begins and ends, and where it is."""
    span, gap = _unsigned((NUMBERS - 1) * SCRAPE_S * 1000), _unsigned(SCRAPE_S * 1000)
    found = [_unsigned(len(places)), _signed(first * CHUNK_S * 1000), span, _unsigned(places[0])]
    for before, place in pairwise(places):
        found += (gap, span, _signed(place - before))
    return b"".join(found)


def _index(entries: Sequence[tuple[Labels, bytes]]) -> bytes:
    """Version 2: symbols, series, postings, the table of postings, and where each of them begins."""
    symbols = sorted({text for labels, _ in entries for pair in labels for text in pair}, key=str.encode)
    at = {text: _unsigned(number) for number, text in enumerate(symbols)}
    index = bytearray(struct.pack(">IB", 0xBAAAD700, 2))
    places = [len(index)]
    index += _framed(struct.pack(">I", len(symbols)) + b"".join(map(_text, symbols)))
    postings: dict[tuple[str, str], list[int]] = {("", ""): []}
    places.append(len(index) + -len(index) % 16)
    for labels, contents in entries:
        index += bytes(-len(index) % 16)
        for pair in (("", ""), *labels):
            postings.setdefault(pair, []).append(len(index) // 16)
        body = _unsigned(len(labels)) + b"".join(at[name] + at[value] for name, value in labels) + contents
        index += _unsigned(len(body)) + body + _sum(body)
    places += [len(index)] * 2  # label indices, which nothing reads any more
    index += _framed(bytes(4))
    index += bytes(-len(index) % 4)
    places.append(len(index))
    table = []
    for (name, value), refs in sorted(postings.items(), key=lambda each: [part.encode() for part in each[0]]):
        table.append(b"\x02" + _text(name) + _text(value) + _unsigned(len(index)))
        index += _framed(struct.pack(f">{len(refs) + 1}I", len(refs), *refs))
    places.append(len(index))
    index += _framed(struct.pack(">I", len(table)) + b"".join(table))
    contents = struct.pack(">6Q", *places)
    return bytes(index + contents + _sum(contents))


def _framed(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body + _sum(body)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _unsigned(len(encoded)) + encoded


def _unsigned(number: int) -> bytes:
    """Seven bits an octet, the lowest first."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


def _signed(number: int) -> bytes:
    return _unsigned(number * 2 if number >= 0 else -number * 2 - 1)


@cache
def _remainders() -> tuple[Sequence[int], Sequence[int]]:
    """What an octet, and what two of them, leave of a CRC-32C."""
    one = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        one.append(number)
    return one, [one[(one[n & 255] ^ n >> 8) & 255] ^ one[n & 255] >> 8 for n in range(1 << 16)]


def _sum(data: bytes) -> bytes:
    """CRC-32C (Castagnoli, RFC 3720 appendix B.4), big-endian. Two octets at a time, for there are gigabytes."""
    of_one, of_two = _remainders()
    left = 0xFFFFFFFF
    for (two,) in struct.iter_unpack("<H", data[: len(data) & ~1]):
        left = of_two[(left ^ two) & 65535] ^ left >> 16
    if len(data) % 2:
        left = of_one[(left ^ data[-1]) & 255] ^ left >> 8
    return struct.pack(">I", left ^ 0xFFFFFFFF)
