"""What is wrong with a dashboard, as far as it can be read off its JSON?

Each rule is a function from a dashboard, and what there is around it, to what is wrong. test_lint.py shows each of them
a dashboard that breaks it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, NamedTuple

from tests.dashboards.shown import Board, asked, overrides, panels

UNITS = {
    "percentunit": (0, 1.3),
    "s": (0, 1e8),
    "bps": (0, 1e11),
    "bytes": (0, 1e13),
    "dBm": (-140, 30),
    "pps": (0, 1e8),
    "cps": (0, 1e7),
    "none": (0, 1e9),
    "dateTimeFromNow": (1.7e12, 2.1e12),
    "string": (0, 1e9),
}
"""Those that dashboards use, and what a number of a province can be at all in each."""
LEAST_TEXT, SCREEN, ROW, GAP = 40, 1080, 30, 8
"""Pixels: letters on a wall are read from 5 metres; a row of the grid is so high, with a gap below each."""
COLUMNS = 24
LONGEST = 7 * 86_400.0
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_RANGE = re.compile(r"\[(\d+)([smhdwy])(?::[^\]]*)?\]")
_SELECTOR = re.compile(r"\b([a-z_:][\w:]*)\{([^}]*)\}")
METRIC = re.compile(r"\b((?:netmon|process|python)_[a-z0-9_]+)\b")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


class Around(NamedTuple):
    """What a dashboard may refer to: data sources by uid, dashboards by uid with their variables, metrics with their
    labels (None = any)."""

    sources: Set[str]
    boards: Mapping[str, Set[str]]
    metrics: Mapping[str, Set[str] | None]


Rule = Callable[[str, Board, Around], Iterator[str]]


def bare(_: str, board: Board, around: Around) -> Iterator[str]:
    """Every panel says what it shows, in which unit, and what stands there when there is nothing."""
    for panel in panels(board):
        defaults = panel.get("fieldConfig", {}).get("defaults", {})
        said = {"title": panel.get("title"), "description": panel.get("description")}
        if panel["type"] != "text":
            said |= {"unit": defaults.get("unit"), "noValue": defaults.get("noValue")}
            if defaults.get("unit") not in UNITS:
                yield f"{panel.get('title')}: {defaults.get('unit')!r} is no unit that we know"
        yield from (f"{panel.get('title')}: no {name}" for name, text in said.items() if not text)


def numbered(name: str, board: Board, around: Around) -> Iterator[str]:
    """Ids are unique, and the uid is that of the file."""
    ids = [panel.get("id") for panel in board["panels"]] + [
        inner.get("id") for panel in board["panels"] for inner in panel.get("panels", ())
    ]
    if None in ids or len(ids) != len(set(ids)):
        yield f"ids of panels are not unique: {ids}"
    folder, _, key = name.partition("/")
    language, _, variant = folder.partition("-")
    uid = f"netmon-{key}" + (f"-{variant}" if variant else "") + ("" if language == "vi" else f"-{language}")
    if board["uid"] != uid:
        yield f"uid {board['uid']}, not {uid}"
    refs = [[target["refId"] for target in panel.get("targets", ())] for panel in panels(board)]
    yield from (f"refIds are not unique: {each}" for each in refs if len(each) != len(set(each)))


def fed(_: str, board: Board, around: Around) -> Iterator[str]:
    """Every panel, query, variable and annotation names a data source that is provisioned."""
    found = [
        *((panel["title"], panel) for panel in panels(board) if panel["type"] != "text"),
        *((panel["title"], target) for panel in panels(board) for target in panel.get("targets", ())),
        *((each["name"], each) for each in board["templating"].get("list", ()) if each["type"] == "query"),
        *((each["name"], each) for each in board.get("annotations", {}).get("list", ())),
    ]
    for name, one in found:
        uid = (one.get("datasource") or {}).get("uid")
        if uid not in around.sources:
            yield f"{name}: data source {uid!r}"


def declared(name: str, board: Board, around: Around) -> Iterator[str]:
    """No query asks for a metric, or by a label, that nobody exports."""
    for told, query in _queries(name, board):
        for metric in METRIC.findall(query):
            if metric not in around.metrics:
                yield f"{told}: nothing exports {metric}"
        for metric, matchers in _SELECTOR.findall(query):
            labels = around.metrics.get(metric)
            if labels is not None:
                yield from (
                    f"{told}: {metric} has no label {label}"
                    for label in _MATCHER.findall(matchers)
                    if label not in labels
                )


def led(_: str, board: Board, around: Around) -> Iterator[str]:
    """A click leads to a dashboard that is there, and chooses what it lets one choose."""
    for uid, query in re.findall(r'"url": ?"/d/([\w-]+)\??([^"]*)"', json.dumps(board)):
        variables = around.boards.get(uid)
        if variables is None:
            yield f"leads to {uid}, which is not there"
        else:
            chosen = set(re.findall(r"var-(\w+)=", query))
            yield from (f"{uid} has no variable {name}" for name in sorted(chosen - variables))


def worded(_: str, board: Board, around: Around) -> Iterator[str]:
    """Colour is never the only bearer: what is mapped has a text, and two things never the same."""
    for panel in panels(board):
        tables = [overrides(panel, o["matcher"]["options"]) for o in panel["fieldConfig"]["overrides"]]
        every = [panel["fieldConfig"]["defaults"].get("mappings", ()), *(o.get("mappings", ()) for o in tables)]
        for mappings in every:
            found = [result for each in mappings if each["type"] == "value" for result in each["options"].values()]
            texts = [result.get("text", "") for result in found]
            if not all(texts) or len(texts) != len(set(texts)):
                yield f"{panel['title']}: colours without words of their own: {texts}"


def timed(_: str, board: Board, around: Around) -> Iterator[str]:
    """The province's time, weeks from Monday."""
    if board.get("timezone") != "Asia/Ho_Chi_Minh":
        yield f"time zone {board.get('timezone')!r}"
    if board.get("weekStart") != "monday":
        yield f"week starts {board.get('weekStart')!r}"


def chosen(name: str, board: Board, around: Around) -> Iterator[str]:
    """A query uses no variable that is not there."""
    there = {each["name"] for each in board["templating"].get("list", ())} | {"timeFilter"}
    texts = [query for _, query in _queries(name, board)]
    texts += [str(each["query"]) for each in board["templating"].get("list", ())]
    for text in texts:
        for variable in re.findall(r"\$\{?(\w+)", text):
            if variable not in there and not variable.startswith("__"):
                yield f"no variable {variable}: {text}"


def cheap(name: str, board: Board, around: Around) -> Iterator[str]:
    """No query reads more than a week, or every metric there is, or a subquery."""
    for told, query in _queries(name, board):
        if "__name__" in query or re.search(r"\[[^\]]*:[^\]]*\]", query):
            yield f"{told}: reads everything"
        for number, unit in _RANGE.findall(query):
            if int(number) * _SECONDS[unit] > LONGEST:
                yield f"{told}: reads [{number}{unit}]"
        if query.startswith(("SELECT", "select")) and "$timeFilter" not in query:
            yield f"{told}: is not limited in time"


def offline(_: str, board: Board, around: Around) -> Iterator[str]:
    """Nothing is fetched from the Internet."""
    yield from (f"fetches {url}" for url in re.findall(r"https?://[^\"\\]+", json.dumps(board)))


def english(name: str, board: Board, around: Around) -> Iterator[str]:
    """The English dashboards are English, to the last word."""
    if name.startswith("en"):
        found = [text for text in _texts(board) if _VIETNAMESE.search(text)]
        yield from (f"Vietnamese: {text}" for text in found)


def legible(name: str, board: Board, around: Around) -> Iterator[str]:
    """On a wall: no letters below 40 px, and nothing to scroll for."""
    if "/wall" not in name:
        return
    for panel in panels(board):
        if panel["type"] in ("stat", "gauge", "bargauge"):
            sizes = panel["options"].get("text", {})
            small = {key: sizes.get(key, 0) for key in ("valueSize", "titleSize") if sizes.get(key, 0) < LEAST_TEXT}
            shown = panel["options"].get("textMode", "auto")
            small = {key: size for key, size in small.items() if not (key == "titleSize" and shown == "value")}
            if small:
                yield f"{panel['title']}: {small}"
    lowest = max((panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"]), default=0)
    if lowest * (ROW + GAP) > SCREEN:
        yield f"{lowest} rows are {lowest * (ROW + GAP)} px high"


def placed(_: str, board: Board, around: Around) -> Iterator[str]:
    """No panel sticks out of the 24 columns, or lies over another."""
    taken = dict[tuple[int, int], str]()
    for panel in board["panels"]:
        at = panel["gridPos"]
        if at["x"] + at["w"] > COLUMNS:
            yield f"{panel['title']}: columns {at['x']} to {at['x'] + at['w']}"
        cells = [(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])]
        over = {taken[cell] for cell in cells if cell in taken}
        yield from (f"{panel['title']} lies over {other}" for other in sorted(over))
        taken |= dict.fromkeys(cells, panel["title"])


RULES: tuple[Rule, ...] = (
    bare, numbered, fed, declared, led, worded, timed, chosen, cheap, offline, english, legible, placed,
)  # fmt: skip


def _queries(name: str, board: Board) -> Iterator[tuple[str, str]]:
    for one in asked(name, board):
        yield one.panel["title"], one.query
    for each in board.get("annotations", {}).get("list", ()):
        yield each["name"], each.get("expr", "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
