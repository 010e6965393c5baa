"""How does Prometheus read what netmon knows?

Text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). The label texts come finished, so
a series costs one format of its number; the library's own renderer takes 16 times as long, and is used only
for the handful of figures about this process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from math import isfinite
from sys import float_info
from typing import ClassVar

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest

from netmon.model import Family

_LARGEST = float_info.max
_LINES_AT_ONCE = 512
"""Lines formatted in one go: fewer live tuples than set off the garbage collector, whose full passes cost a fifth."""

_PIECE = 256 * 1024
"""Octets of a piece of the page at least: some milliseconds of work."""


Kept = dict[str, tuple[object, tuple[bytes, ...]]]
"""By name: the list of series that a family had, and how it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """Answers `GET /metrics` in the Prometheus text format; needs no settings."""

    CONTENT_TYPE: ClassVar[str] = "text/plain; version=0.0.4; charset=utf-8"

    def render(self, families: Iterable[Family]) -> bytes:
        """The page: each family with HELP and TYPE, then what this process itself uses (CPU, memory, files)."""
        return b"".join(self.pieces(families))

    def pieces(self, families: Iterable[Family], kept: Kept | None = None) -> Iterator[bytes]:
        """The same page bit by bit: each piece is made when it is asked for, so that a large page is never there whole
        and whoever sends it can do something else in between.

        `kept` is filled here and handed in again with the next page: a family whose series are the same list as then
        is not written anew.
        """
        blocks: list[bytes] = []
        size = 0
        for block in chain(_lines(families, {} if kept is None else kept), _own_health()):
            blocks.append(block)
            size += len(block)
            if size >= _PIECE:
                yield b"".join(blocks)
                blocks.clear()
                size = 0
        yield b"".join(blocks)


def _lines(families: Iterable[Family], kept: Kept) -> Iterator[bytes]:
    for family in families:
        known = kept.get(family.name)
        if known is not None and known[0] is family.series:
            yield from known[1]
        elif type(family.series) is list:
            blocks = tuple(_family(family))
            kept[family.name] = (family.series, blocks)
            yield from blocks
        else:
            yield from _family(family)


def _family(family: Family) -> Iterator[bytes]:
    name, metric, series = family
    kind = "counter" if metric.type == "counter" else "gauge"
    help_text = metric.help.replace("\\", "\\\\").replace("\n", "\\n")
    yield f"# HELP {name} {help_text}\n# TYPE {name} {kind}\n".encode()
    rest = iter(series)
    while chunk := list(islice(rest, _LINES_AT_ONCE)):
        yield _block(name, chunk).encode("utf-8", "replace")


def _block(name: str, series: list[tuple[str, float]]) -> str:
    if not _plain(series):
        return "".join([f"{name}{{{text}}} {_odd(value)}\n" for text, value in series])
    # The plus makes an int of a bool, which would print as a word.
    return "".join([f"{name}{{{text}}} {+value}\n" for text, value in series])


def _plain(series: list[tuple[str, float]]) -> bool:
    """Whether Python spells all these numbers as Prometheus does: one look at the sum instead of one at each."""
    try:
        return isfinite(sum([value for _, value in series]))
    except OverflowError:
        return False


def _odd(value: float) -> str:
    """A number that may be one of those Python and Prometheus spell differently, or an int beyond any float."""
    if value != value:
        return "NaN"
    if abs(value) > _LARGEST:
        return "+Inf" if value > 0 else "-Inf"
    return str(+value)


def _own_health() -> Iterator[bytes]:
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    yield generate_latest(registry)
