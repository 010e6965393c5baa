"""Does every query of every dashboard bring what its panel shows: numbers of its unit, with the labels it needs?

The program is played in virtual time while things break, and real servers answer what they would have been told. No
answer is a failure: a panel that stays empty says nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, NamedTuple

import pytest

from tests.dashboards.lint import METRIC, UNITS, Around, declared
from tests.dashboards.servers import Server, influxdb, prometheus, victoria
from tests.dashboards.shown import Asked, Board, asked, boards, filled
from tests.dashboards.town import CHOSEN, lines, played

DAY = 86_400.0


class Fed(NamedTuple):
    """A Prometheus, an InfluxDB and a VictoriaMetrics, and the time at which they were last told something."""

    server: Server
    influx: Server
    victoria: Server
    end: float

    def answer(self, one: Asked) -> list[dict[str, Any]]:
        """The series that a panel gets."""
        query = filled(one.query, CHOSEN)
        if one.source == "influxdb":
            return self.told(query)
        return self.over(query) if one.over else self.now(query)

    def told(self, query: str) -> list[dict[str, Any]]:
        """The series of InfluxDB: a column of texts is a label, one of numbers has the values."""
        since, until = round((self.end - 240) * 1000), round(self.end * 1000)
        query = query.replace("$timeFilter", f"time >= {since}ms AND time <= {until}ms")
        answer = self.influx.get("/query", {"db": "netmon", "q": query, "epoch": "ms"})["results"][0]
        assert "error" not in answer, f"{query}: {answer}"
        return [series(row) for row in answer.get("series", ())]

    def now(self, query: str) -> list[dict[str, Any]]:
        """The series of an answer at the end."""
        answer = self.server.get("/api/v1/query", {"query": query, "time": self.end})
        result: list[dict[str, Any]] = answer["data"]["result"]
        return [{"metric": one["metric"], "values": [one["value"]]} for one in result]

    def over(self, query: str) -> list[dict[str, Any]]:
        """The series of the last four minutes."""
        when = {"start": self.end - 240, "end": self.end, "step": 15}
        result: list[dict[str, Any]] = self.server.get("/api/v1/query_range", {"query": query, **when})["data"][
            "result"
        ]
        return result


def series(row: dict[str, Any]) -> dict[str, Any]:
    """One of InfluxDB as Prometheus would have it: texts are labels, numbers are values."""
    cells = [
        (name, value)
        for values in row["values"]
        for name, value in zip(row["columns"], values, strict=True)
        if name != "time" and value is not None
    ]
    texts = {name: value for name, value in cells if isinstance(value, str)}
    return {
        "metric": row.get("tags", {}) | texts,
        "values": [(0, value) for _, value in cells if not isinstance(value, str)],
    }


@pytest.fixture(scope="module")
def fed(require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fed]:
    folder = tmp_path_factory.mktemp("town")
    program, promtool = (require_program(name, "prometheus") for name in ("prometheus", "promtool"))
    influxd = require_program("influxd", "influxdb")
    _, samples, end = played(folder)
    samples.write(folder / "samples.txt")
    told = b"\n".join(lines(folder / "samples.txt"))
    with (
        prometheus(program, promtool, folder / "samples.txt", folder) as server,
        influxdb(influxd, folder) as influx,
        victoria(require_program("victoria-metrics", "victoria-metrics"), folder) as beside,
    ):
        for other in (influx, beside):
            other.post("/write?db=netmon&precision=ms", told)
        beside.post("/internal/force_flush")
        yield Fed(server, influx, beside, end)


def wrong(one: Asked, series: list[dict[str, Any]]) -> Iterator[str]:
    """What is not right with an answer."""
    if not series:
        yield "brings nothing"
    missing = one.labels - {name for each in series for name in each["metric"]}
    if series and missing:
        yield f"has no {', '.join(sorted(missing))}"
    least, most = UNITS[one.unit]
    values = [float(value) for each in series for _, value in each["values"]]
    beyond = [value for value in values if not least <= value <= most]
    if beyond:
        yield f"{beyond[0]} is no {one.unit}"
    known = mapped(one.panel)
    if len(known) > 1 and one.unit == "none" and not set(values) <= known:
        yield f"{sorted(set(values) - known)} has no words"


def mapped(panel: Mapping[str, Any]) -> set[float]:
    """The numbers that a panel has words for."""
    found = panel["fieldConfig"]["defaults"].get("mappings", ())
    texts = {value for each in found if each["type"] == "value" for value in each["options"]}
    return {float(value) for value in texts if value[:1].isdigit()}


def test_every_dashboard_has_its_data(fed: Fed) -> None:
    """One test, for the province is played once; all that is wrong at once, for a list says more than the first."""
    shown = boards()
    cases = [one for name, board in shown.items() for one in asked(name, board)]
    assert len(cases) > 200
    answers: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for one in cases:
        if (one.query, one.over) not in answers:
            answers[one.query, one.over] = fed.answer(one)
    found = [f"{one.told}\n    {text}" for one in cases for text in wrong(one, answers[one.query, one.over])]
    other = fed._replace(server=fed.victoria)
    found += [
        f"VictoriaMetrics: {one.told}\n    {text}"
        for one in {(one.query, one.over): one for one in cases if one.source == "prometheus"}.values()
        for text in wrong(one, other.answer(one))
    ]
    found += [f"{one.told}\n    has nothing to count" for one in cases if uncounted(fed, one)]
    labels = exported(fed, {metric for one in cases for metric in METRIC.findall(one.query)})
    for name, board in shown.items():
        found += [f"{name}: {text}" for text in declared(name, board, Around(set(), {}, labels))]
        found += [f"{name}: {text}" for text in (*unchosen(fed, board), *unannotated(fed, board))]
    assert not found, "\n".join(found)


ZERO = re.compile(r" or (?:vector\(0\)|0 \* \w+\([^()]*\))")
"""What a count falls back on, so that there is a 0 and not nothing: no answer would ever be empty."""
CALM = (
    'open{kind="blind"}) or', 'cause="power"', 'cause="fibre"', 'info{site="$site"}',
    "unless on (site) (netmon_link_state",
)  # fmt: skip
"""Where 0 is the truth: netmon sees, no cut is known by its cause, the site chosen has no incident of its own, and the
only site that is degraded has lost a line."""


def uncounted(fed: Fed, one: Asked) -> bool:
    """Whether nothing stands behind a 0 although there is something to count in the town."""
    alone = ZERO.sub("", one.query)
    if alone == one.query or any(calm in one.query for calm in CALM):
        return False
    return not fed.answer(one._replace(query=alone))


GOOD: dict[str, Any] = {"metric": {"site": "d"}, "values": [[0, "0.5"]]}
PANEL = {
    "title": "x",
    "fieldConfig": {"defaults": {"mappings": [{"type": "value", "options": {"0": {}, "1": {}}}]}},
}


@pytest.mark.parametrize(
    ("unit", "labels", "answer", "said"),
    [
        ("percentunit", {"site"}, [GOOD], ""),
        ("percentunit", {"site"}, [], "brings nothing"),
        ("percentunit", {"device"}, [GOOD], "has no device"),
        ("percentunit", {"site"}, [GOOD | {"values": [[0, "7"]]}], "7.0 is no percentunit"),
        ("percentunit", {"site"}, [GOOD | {"values": [[0, "NaN"]]}], "nan is no percentunit"),
        ("dBm", {"site"}, [GOOD | {"values": [[0, "-300"]]}], "-300.0 is no dBm"),
        ("none", {"site"}, [GOOD | {"values": [[0, "1"]]}], ""),
        ("none", {"site"}, [GOOD | {"values": [[0, "3"]]}], "[3.0] has no words"),
    ],
)
def test_a_bad_answer_is_seen(unit: str, labels: set[str], answer: list[dict[str, Any]], said: str) -> None:
    one = Asked("vi/x", PANEL, "prometheus", "x", over=False, unit=unit, labels=frozenset(labels))
    assert list(wrong(one, answer)) == ([said] if said else [])


def exported(fed: Fed, metrics: set[str]) -> dict[str, Set[str] | None]:
    """The labels that each metric really has."""
    when = {"start": fed.end - 3600, "end": fed.end + 1}
    return {
        metric: set(fed.server.get("/api/v1/labels", {"match[]": metric, **when})["data"]) for metric in sorted(metrics)
    }


def unchosen(fed: Fed, board: Board) -> Iterator[str]:
    """Variables that offer nothing, or not the names that people know."""
    for each in board["templating"].get("list", ()):
        if each["datasource"]["type"] == "influxdb":
            if not fed.told(each["query"]):
                yield f"${each['name']} offers nothing"
            continue
        query = filled(each["query"]["query"], CHOSEN)
        if found := re.fullmatch(r"label_values\((.*), (\w+)\)", query):
            values = {row["metric"].get(found[2], "") for row in fed.now(f"group by ({found[2]}) ({found[1]})")}
            if not values - {""}:
                yield f"${each['name']} offers nothing"
        elif not set(picked(fed, each, query)) >= SITES:
            yield f"${each['name']} offers {set(picked(fed, each, query))}"


SITES = {("Huyện Văn Yên", "d"), ('Trung tâm dữ liệu "tỉnh"', "core"), ("Xã Châu Quế Hạ\\nB", "x")}


def picked(fed: Fed, each: dict[str, Any], query: str) -> Iterator[tuple[str, str]]:
    """Text and value of each row, as Grafana writes it out and takes it apart."""
    inner = query.removeprefix("query_result(").removesuffix(")")
    pattern = re.compile(each["regex"].strip("/").replace("(?<", "(?P<"))
    for row in fed.now(inner):
        labels = ",".join(f'{name}="{value}"' for name, value in sorted(row["metric"].items()))
        if taken := pattern.search(f"{{{labels}}} 1 1791939600000"):
            yield taken["text"], taken["value"]


def unannotated(fed: Fed, board: Board) -> Iterator[str]:
    """Annotations that bring no incident, or not what their text names."""
    for each in board.get("annotations", {}).get("list", ()):
        rows = fed.over(filled(each["expr"], CHOSEN | {"site": ".*"}))
        needed = set(re.findall(r"\{\{(\w+)\}\}", each["titleFormat"]))
        if not rows or any(not needed <= row["metric"].keys() for row in rows):
            yield "the annotation brings no incidents"
