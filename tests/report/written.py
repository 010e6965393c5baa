"""A report with every kind of block, and how people and programs read it back."""

import csv
import hashlib
import io
import re
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

from netmon.report import formats
from netmon.report.document import (
    Bars,
    Break,
    Column,
    Document,
    Facts,
    Heading,
    Lasted,
    Line,
    Measured,
    Moment,
    Share,
    Signatures,
    Table,
    Text,
)
from netmon.settings.config import Language

NAMES = sorted(path.stem for path in Path(formats.__path__[0]).glob("[!_]*.py"))
OCTOBER = 1790787600
"""Seconds since the epoch when October 2026 began in Vietnam."""
HOSTILE = '=HYPERLINK("http://x","a")|<script>alert(1)</script>'

COLUMNS = (
    Column(key="circuit", head="Mã kênh"),
    Column(key="down", head="Gián đoạn", right=True),
    Column(key="share", head="Khả dụng", right=True),
    Column(key="since", head="Từ"),
    Column(key="rtt", head="Trễ", right=True),
    Column(key="times", head="Số lần", right=True),
    Column(key="mos", head="MOS", right=True),
)


def sample(language: Language = "vi", lines: int = 60) -> Document:
    rows = [
        (
            f"YB-VY-{n:02}",
            Lasted(n * 61),
            Share(1 - n / 7000),
            Moment(OCTOBER + n * 3607),
            Measured(n / 1000, "seconds"),
            n * 417,
            None if n == 3 else n / 8,
        )
        for n in range(lines)
    ]
    total = ("Tổng", Lasted(sum(61 * n for n in range(lines))), Share(0.99999999), None, None, 1234567, None)
    return Document(
        id="sample-2026-10",
        title="Báo cáo mẫu",
        subtitle="Tháng 10/2026, theo kênh",
        issuer="Sở Khoa học và Công nghệ",
        language=language,
        zone="Asia/Ho_Chi_Minh",
        blocks=[
            Text("Số liệu đo độc lập."),
            Table(key="lines", title="Từng kênh", columns=COLUMNS, rows=rows, total=total, tones=[(1, "bad")]),
            Text("Không làm tròn.", small=True),
            Break("Biểu đồ"),
            Heading("Tóm tắt"),
            Facts(key="facts", rows=[("lasted", "Tổng", Lasted(6480)), ("power", "Quang", Measured(-27.5, "dbm"))]),
            Table(key="none", title="Ngoại lệ", columns=COLUMNS, rows=[], empty="Không có ngoại lệ."),
            Bars(key="by", title="Theo nhà mạng", unit="ratio", rows=[("VNPT", 0.25, ""), (HOSTILE, 0.5, "bad")]),
            Line(
                key="use",
                title="Tải",
                unit="ratio",
                points=[(OCTOBER + n * 7200, None if n == 50 else n / 400) for n in range(300)],
                limit=0.8,
            ),
            Break(),
            Heading("Phiếu xác nhận", 3),
            Signatures(("Đơn vị vận hành", "Nhà mạng")),
        ],
    )


class Page(HTMLParser):
    """The cells of each row of a page, and the names and attributes of all that stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data.strip("\n").replace("\N{NO-BREAK SPACE}", " ")


def fields(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def squeezed(text: str) -> str:
    """Without any gaps, for sheets of paper have only places, and no spaces."""
    return re.sub(r"[\s\u200b]", "", text)


def printed(document: Document) -> dict[str, str]:
    """Of each format, what its bytes come to."""
    made = {name: import_module(f"netmon.report.formats.{name}").render(document) for name in NAMES}
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
