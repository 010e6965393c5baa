"""How does a history look, to people and to scripts?"""

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._words import Words
from netmon.decide.history import FULL, P95, STEP, Curve, coverage, daily, fullest, quantile, trend, weeks
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.settings.config import Language
from netmon.settings.project import Project
from netmon.web.history import as_object

_SAY = Words(
    {
        "id": "Mã",
        "quantity": "Đại lượng",
        "direction": "Chiều",
        "lowest": "Thấp nhất",
        "median": "Trung vị",
        "highest": "Cao nhất",
        "measured": "Có số đo",
        "loss": "Mất gói",
        "rtt": "Trễ khứ hồi",
        "jitter": "Biến động trễ",
        "mos": "Điểm thoại (MOS)",
        "use": "Tải",
        "receive": "nhận",
        "transmit": "gửi",
        "time": "Thời gian",
        "mean": "Trung bình",
        "nothing is in the history of this time": "trong thời gian này chưa có số đo",
        "pings fill it (`icmp:`, of a line its `address:`), and ports (`local:`, `bandwidth:`)": (
            "số đo lấy từ ping (`icmp:`, của kênh là `address:`) và từ cổng (`local:`, `bandwidth:`)"
        ),
        "damaged in the journal, shown as not measured: {ids}, the 24 hours from {days} on; ask netmon doctor": (
            "hỏng trong nhật ký, hiện như không đo được: {ids}, 24 giờ kể từ {days}; chạy netmon doctor"
        ),
        "the fullest 7 days, from {day} on: P95 {p95} (at most {limit} by the norm)": (
            "7 ngày liền cao nhất, từ {day}: P95 {p95} (quy định không quá {limit})"
        ),
        "rises {rise} percentage points a day, give or take {error}": (
            "tăng {rise} điểm phần trăm mỗi ngày, sai số {error}"
        ),
        "at {limit} about {at}, between {earliest} and {latest}": (
            "tới {limit} khoảng {at}, trong khoảng {earliest} đến {latest}"
        ),
        "neither rises nor falls more than by chance": "không tăng hay giảm quá mức ngẫu nhiên",
        "falls {rise} percentage points a day, give or take {error}": (
            "giảm {rise} điểm phần trăm mỗi ngày, sai số {error}"
        ),
    }
)
_HEADS = ("id", "quantity", "direction", "lowest", "median", "P95", "highest", "measured")
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The dots of a braille letter, from below: its left column and its right one."""
_BRAILLE = 0x2800
_ROWS = 5
_WIDEST = 100
_NAMED = 5
"""Things and days that are named; of more only how many."""


def show(found: Sequence[Curve], project: Project, period: tuple[int, int], pictures: bool) -> None:
    """A table with a row for each curve; with `pictures` each one drawn, and what the use of a line comes to."""
    language, out = project.config.language, tables.terminal()
    says = speaker(project.messages, project.inventory, language)
    zone = ZoneInfo(project.inventory.timezone)
    begin, end = (_moment(at, zone) for at in period)
    out.print(f"{begin} - {end}", markup=False)
    for sentence in damaged(found, zone, language):
        out.print(Text(sentence, "bold red"))
    found = [curve for curve in found if any(mean == mean for mean in curve.means)]
    if not found:
        out.print(_SAY("nothing is in the history of this time", language))
        filled = _SAY("pings fill it (`icmp:`, of a line its `address:`), and ports (`local:`, `bandwidth:`)", language)
        out.print(filled, markup=False)
        return
    out.print(table(found, says, language))
    for curve in found if pictures else ():
        direction = f" ({_SAY(curve.direction, language)})" if curve.direction else ""
        out.print(Text(f"\n{_SAY(curve.quantity, language)}{direction}", "bold"))
        for line in drawn(curve, says, min(_WIDEST, out.width - 12)):
            out.print(Text(line), no_wrap=True)
        for sentence in _means(curve, says, zone, language) if curve.quantity == "use" else ():
            out.print(Text(sentence))


def table(found: Sequence[Curve], says: Speaker, language: Language) -> Table:
    """A row for each curve."""
    made = tables.plain_table(*(_SAY(head, language) for head in _HEADS))
    tables.fold(made, 0)  # a long id has no right to the room of figures
    for column in made.columns[3:]:
        column.justify = "right"
    for curve in found:
        made.add_row(*map(Text, _row(curve, says, language)))
    return made


def damaged(found: Sequence[Curve], zone: ZoneInfo, language: Language) -> Iterator[str]:
    """What cannot be read any more, if anything, and what to do about it."""
    days = sorted({day for curve in found for day in curve.damaged})
    ids = list(dict.fromkeys(curve.of for curve in found if curve.damaged))
    if days:
        text = "damaged in the journal, shown as not measured: {ids}, the 24 hours from {days} on; ask netmon doctor"
        yield _SAY(text, language, ids=_some(ids), days=_some([_moment(day, zone) for day in days]))


def _moment(at: float, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%H:%M %d/%m/%Y}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" (+{len(names) - _NAMED})" if len(names) > _NAMED else "")


def _row(curve: Curve, says: Speaker, language: Language) -> tuple[str, ...]:
    figure = _figure(curve.quantity, says)
    four = ("" if value is None else figure(value) for value in _four(curve))
    direction = _SAY(curve.direction, language) if curve.direction else ""
    share = says.percent(coverage(curve.means))
    return (curve.of, _SAY(curve.quantity, language), direction, *four, share)


def _four(curve: Curve) -> Iterator[float | None]:
    """Lowest, median, 95th percentile, highest; None if the curve has no mean."""
    return (quantile(curve.means, p) for p in (0.0, 0.5, P95, 1.0))


def _figure(quantity: str, says: Speaker) -> Callable[[float], str]:
    if quantity in ("rtt", "jitter"):
        return says.milliseconds
    return says.percent if quantity in ("loss", "use") else lambda value: says.number(value, 2)


def drawn(curve: Curve, says: Speaker, width: int) -> Iterator[str]:
    """The curve as rows of braille letters, the worst of each piece of time; nothing where nothing was measured."""
    figure, low, high = _figure(curve.quantity, says), *_scale(curve)
    count = min(len(curve.means), 2 * max(1, width))
    pieces = [curve.means[n * len(curve.means) // count : (n + 1) * len(curve.means) // count] for n in range(count)]
    tops = [quantile(piece, 0.0 if curve.quantity == "mos" else 1.0) for piece in pieces]
    heights = [0 if top is None else 1 + round((top - low) / (high - low) * (4 * _ROWS - 1)) for top in tops]
    for row in range(_ROWS - 1, -1, -1):
        letters = (
            chr(_BRAILLE + sum(_column(heights[n : n + 2], side, row) for side in (0, 1))) for n in range(0, count, 2)
        )
        label = figure(high) if row == _ROWS - 1 else figure(low) if row == 0 else ""
        yield f"{label:>9} {''.join(letters)}"


def _column(pair: Sequence[int], side: int, row: int) -> int:
    """The dots that a height lights in one side of a letter of this row, counted from below."""
    height = pair[side] if side < len(pair) else 0
    return sum(_DOTS[side][: max(0, min(4, height - 4 * row))])


def _scale(curve: Curve) -> tuple[float, float]:
    """Lowest and highest of a picture: scores from 1 to 5, all else from 0 to a round number."""
    if curve.quantity == "mos":
        return 1.0, 5.0
    most, step = max(mean for mean in curve.means if mean == mean), 1e-4
    while most > step * 10:
        step *= 10
    return 0.0, next(step * times for times in (1, 2, 5, 10) if most <= step * times)


def _means(curve: Curve, says: Speaker, zone: ZoneInfo, language: Language) -> Iterator[str]:
    """What the norm says of the use of a line, and where it goes, as far as there are days enough."""
    week = fullest(weeks(curve, zone))
    if week is not None and week.p95 is not None:
        text = "the fullest 7 days, from {day} on: P95 {p95} (at most {limit} by the norm)"
        yield _SAY(text, language, day=says.date(week.begins), p95=says.percent(week.p95), limit=says.percent(FULL))
    line = trend(daily(curve, zone))
    if line is None:
        return
    if not line.significant:
        yield _SAY("neither rises nor falls more than by chance", language)
        return
    rise, error = (says.number(value * 100, 2) for value in (abs(line.rise), line.error))
    text = "{rise} percentage points a day, give or take {error}"
    yield _SAY(f"{'rises' if line.rise > 0 else 'falls'} {text}", language, rise=rise, error=error)
    if line.full is not None:
        text = "at {limit} about {at}, between {earliest} and {latest}"
        days = {name: says.date(at) for name, at in line.full._asdict().items()}
        yield _SAY(text, language, limit=says.percent(FULL), **days)


def as_json(curve: Curve, zone: ZoneInfo, whole: bool) -> dict[str, Any]:
    """A curve for scripts: its figures, and with `whole` all its means."""
    found = as_object(curve, zone)
    four = (None if value is None else float(f"{value:.6g}") for value in _four(curve))
    figures = dict(zip(("min", "median", "p95", "max"), four, strict=True))
    if not whole:
        del found["means"]
    return {**found, **figures, "coverage": round(coverage(curve.means), 4)}


def print_csv(found: Sequence[Curve], zone: ZoneInfo, language: Language) -> None:
    """All means on stdout as Excel reads them here: UTF-8 with a mark, semicolons, the language's decimal sign."""
    page = StringIO()
    rows = csv.writer(page, delimiter=";", lineterminator="\r\n")
    rows.writerow([_SAY(head, language) for head in ("time", "id", "quantity", "direction", "mean")])
    sys.stdout.write("\ufeff")
    for curve in found:
        own = (_plain(curve.of), curve.quantity, curve.direction)
        for place, mean in enumerate(curve.means):
            if mean == mean:
                at = datetime.fromtimestamp(curve.begins + place * STEP, zone)
                text = f"{mean:.7f}"
                rows.writerow([f"{at:%Y-%m-%d %H:%M}", *own, text.replace(".", ",") if language == "vi" else text])
        sys.stdout.write(page.getvalue())
        page.seek(0)
        page.truncate()


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
