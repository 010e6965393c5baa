"""Where do the points of a curve lie on paper, and what can be said of them in numbers?"""

import html
import math
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.report.document import Cell, Line, Measured
from netmon.report.formats._pen import Pen
from netmon.report.formats._words import words
from netmon.settings.config import Language

WIDTH, HEIGHT = 660, 150
"""Of the curve itself, in units of its drawing."""
MOST_DAYS = 10
"""Dates that are written below it."""

_LETTERS = 'font-family="Libertinus Serif, DejaVu Sans, sans-serif" font-size="10" fill="#333"'
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


class Drawing(NamedTuple):
    """A curve in units of the drawing, y downwards: one path for each stretch without a gap, heights of the marks
    (y, value), days (x, seconds since the epoch), and of the limit if there is one."""

    paths: Sequence[str]
    marks: Sequence[tuple[float, float]]
    days: Sequence[tuple[float, float]]
    limit: float | None


def drawing(line: Line, zone: ZoneInfo) -> Drawing:
    """Where everything lies; of more points than the paper can show, each column's lowest and highest."""
    points = _measured(line)
    if not points:
        return Drawing((), (), (), None)
    begin, end = line.points[0][0], line.points[-1][0]
    top = _rounded(max([value for _, value in points] + ([line.limit] if line.limit is not None else [])))
    across = WIDTH / max(end - begin, 1.0)

    def height(value: float) -> float:
        return HEIGHT * (1 - max(value, 0.0) / top)

    return Drawing(
        paths=[
            "M" + "L".join(f"{(at - begin) * across:.1f} {height(value):.1f}" for at, value in stretch)
            for stretch in _stretches(line, (end - begin) / WIDTH)
        ],
        marks=[(height(share * top), share * top) for share in (0.0, 0.5, 1.0)],
        days=[((at - begin) * across, at) for at in _days(begin, end, zone)],
        limit=None if line.limit is None else height(line.limit),
    )


def svg(line: Line, pen: Pen) -> str:
    """The curve as a picture that can stand in a page or alone; nothing that anybody wrote is in it."""
    drawn = drawing(line, pen.zone)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-62 -8 {WIDTH + 72} {HEIGHT + 30}" {_LETTERS}>']
    for y, value in drawn.marks:
        label = html.escape(pen.cell(Measured(value, line.unit)))
        parts.append(f'<path d="M0 {y}H{WIDTH}" stroke="#bbb" stroke-width="0.6"/>')
        parts.append(f'<text x="-6" y="{y + 3}" text-anchor="end">{label}</text>')
    for x, at in drawn.days:
        parts.append(f'<path d="M{x:.1f} {HEIGHT}v4" stroke="#555" stroke-width="0.6"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT + 15}" text-anchor="middle">{_day(at, pen.zone)}</text>')
    parts += [f'<path d="{path}" fill="none" stroke="#1d3f66" stroke-width="1.3"/>' for path in drawn.paths]
    if drawn.limit is not None:
        dashes = 'stroke="#000" stroke-dasharray="6 4"'
        parts.append(f'<path d="M0 {drawn.limit:.1f}H{WIDTH}" {dashes}/>')
    return "".join([*parts, "</svg>"])


def _day(at: float, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%d/%m}"


def summary(line: Line, language: Language) -> list[tuple[str, str, Cell]]:
    """(key, label, value): what the curve comes to, for where nothing can be drawn."""
    word, values = words(language), [value for _, value in _measured(line)]
    rows: list[tuple[str, str, Cell]] = [("measured", word["measured"], len(values))]
    if values:
        told = (("least", min(values)), ("most", max(values)), ("last", values[-1]))
        rows += [(key, word[key], Measured(value, line.unit)) for key, value in told]
    if line.limit is not None:
        rows.append(("limit", word["limit"], Measured(line.limit, line.unit)))
    return rows


def _measured(line: Line) -> list[tuple[float, float]]:
    return [(at, value) for at, value in line.points if value is not None and math.isfinite(value)]


def _stretches(line: Line, column: float) -> list[list[tuple[float, float]]]:
    """The measured points without gaps between them, thinned to two for each `column` seconds."""
    found: list[list[tuple[float, float]]] = []
    open_ = False
    for at, value in line.points:
        if value is None or not math.isfinite(value):
            open_ = False
            continue
        if not open_:
            found.append([])
            open_ = True
        found[-1].append((at, value))
    return [_thinned(stretch, column) for stretch in found]


def _thinned(stretch: list[tuple[float, float]], column: float) -> list[tuple[float, float]]:
    columns: dict[int, list[tuple[float, float]]] = {}
    for point in stretch:
        columns.setdefault(int((point[0] - stretch[0][0]) / column) if column else 0, []).append(point)
    kept: list[tuple[float, float]] = []
    for points in columns.values():
        ends = {min(points, key=lambda one: one[1]), max(points, key=lambda one: one[1])}
        kept += sorted(ends)
    return kept if len(kept) > 1 else [kept[0], (kept[0][0] + column, kept[0][1])]  # one point alone is seen, too


def _rounded(value: float) -> float:
    """The next round number that is not below."""
    if value <= 0:
        return 1.0
    value = max(value, sys.float_info.min)  # the power of ten of a smaller one might be 0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _ROUND if step * power >= value * (1 - 1e-9))


def _days(begin: float, end: float, zone: ZoneInfo) -> list[float]:
    """Midnights in between, so many that their dates do not touch."""
    first = datetime.fromtimestamp(begin, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    step = max(1, math.ceil((end - begin) / 86400 / MOST_DAYS))
    found = [(first + timedelta(days=step * n)).timestamp() for n in range(MOST_DAYS + 2)]
    return [at for at in found if begin <= at <= end]
