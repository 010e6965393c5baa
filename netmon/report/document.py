"""What does a written report consist of, whatever it is printed as?

A report is built once, as values, and every format shows the same ones: a page or a PDF as people write them, a
workbook as real numbers and dates, JSON as they are. So two formats of one report cannot contradict each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from netmon.settings.config import Language


class Share(NamedTuple):
    """A ratio from 0 to 1, shown as a percentage with three digits and never rounded up to a whole."""

    ratio: float


class Lasted(NamedTuple):
    """A length of time in seconds: `1 giờ 48 phút`; in a workbook a number of hours and minutes."""

    seconds: int


class Moment(NamedTuple):
    """Seconds since the epoch, shown with its day in the project's zone."""

    at: float


class Day(NamedTuple):
    """The day in which this second since the epoch lies: `22/11/2026`."""

    at: float


class Measured(NamedTuple):
    """A value in a unit of netmon.decide.telling.units: `48 ms`, `-27,5 dBm`, `97%`."""

    value: float
    unit: str


Cell = str | int | float | Share | Lasted | Moment | Day | Measured | None
"""What stands in one place of a table; None = there is no such number, which is not zero."""

Tone = Literal["", "good", "warn", "bad", "dim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, and a `key` that stays the same in every language, for JSON and CSV. Numbers stand to the
    right."""

    key: str
    head: str
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, one for each column. `total`: the last row, which adds the others up. `tones` colours whole rows,
    by their number; a tone is never the only bearer of what it says."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    tones: Sequence[tuple[int, Tone]] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labelled values, one a line: (key, label, value)."""

    key: str
    title: str = ""
    rows: Sequence[tuple[str, str, Cell]]


class Text(NamedTuple):
    """A paragraph; `small`: a footnote, how something was counted."""

    text: str
    small: bool = False


class Heading(NamedTuple):
    """A heading inside the report: 2 = a part, 3 = a section of one."""

    text: str
    depth: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Horizontal bars, longest value = whole width, or `limit` if there is one (then marked): (label, value, tone)."""

    key: str
    title: str
    unit: str
    rows: Sequence[tuple[str, float, Tone]]
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A curve over time: (seconds since the epoch, value or None where nothing was measured), and a limit if any."""

    key: str
    title: str
    unit: str
    points: Sequence[tuple[float, float | None]]
    limit: float | None = None


class Break(NamedTuple):
    """The next page begins; in a workbook the next sheet, which is called so; without a name on paper only."""

    sheet: str = ""


class Signatures(NamedTuple):
    """Boxes to sign in, side by side, each with who signs."""

    whose: tuple[str, ...]


Block = Table | Facts | Text | Heading | Bars | Line | Break | Signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report: `id` names its file, `subtitle` is its period and grouping in words, `issuer` who answers for it.

    Nothing in it depends on when it was written: the same journal and period give the same bytes.
    """

    id: str
    title: str
    subtitle: str
    issuer: str
    language: Language
    zone: str
    blocks: Sequence[Block]
