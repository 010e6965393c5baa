"""Do numbers arrive as they were at the real servers, whatever they are called?

VictoriaMetrics keeps some 15 digits of a number. InfluxDB's protocol has no line for NaN and infinity, cannot hold a
line end in a tag, and its readers do not agree on what a backslash means: there, and only there, a tag reads otherwise.
"""

import asyncio
import json
import math
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from netmon.errors import Permanent
from netmon.exporters.influxdb import MOST_LINES, InfluxDb, said
from netmon.exporters.remote_write import RemoteWrite
from netmon.model import Batch, Family, Metric, Secret
from netmon.reading.label_texts import Kept, pairs, remember
from netmon.run.polls import label_text
from netmon.run.push.plug import Pushing
from netmon.wire.real import RealNet
from tests.servers_of_numbers import Influx1, Receiver, Server, Victoria, asked, influx1, running, victoria

AT = 1_764_000_000.25
ODD = (
    *("a", 'quote"d', "back\\slash", "C:\\ Label", "x\\", "a\\\\b", "a\\,b", "\\", "\\\\\\", "new\nline", "cr\rx"),
    *(
        "crlf\r\n",
        "cổng số 1",
        "{}",
        "a,b=c",
        " ",
        "  a ",
        "\t",
        "#",
        "\x00\x7f",
        "🛰",
        "\u2028\x85",
        "=",
        ",",
        '"',
        "'",
    ),
    *("\x0b\x0c", "$", "a\\\n"),
)
NAMES = st.one_of(
    st.sampled_from(ODD),
    st.text(st.sampled_from('ab\\,= \n\r"\t'), max_size=8),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=1e-200, max_value=1e200),
    st.integers(-(2**70), 2**70),
    st.booleans(),
)
TOLD = st.lists(st.tuples(NAMES, NUMBERS), min_size=80, max_size=120)
MOMENTS = st.integers(1_500_000_000, 1_760_000_000)
FEW = settings(max_examples=3, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate])
"""Each with a hundred names, because what was written is only seen half a second later."""
METRIC = Metric("gauge", "X.", ("number", "port"))


@pytest.fixture(scope="module")
def numbers(require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victoria]:
    with victoria(require_program, tmp_path_factory.mktemp("victoria")) as server:
        yield server


@pytest.fixture(scope="module")
def lines(require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx1]:
    with influx1(require_program, tmp_path_factory.mktemp("influx")) as server:
        asked(f"{server.url}/query?q=create+database+d", b"")
        yield server


def family(told: list[tuple[str, float]], name: str = "netmon_x") -> Family:
    """A series for each of these (port, value), told apart by their numbers."""
    texts = [label_text(METRIC.labels, (str(place), port)) for place, (port, _) in enumerate(told)]
    return Family(name, METRIC, list(zip(texts, [value for _, value in told], strict=True)))


def deliver(plugin: Pushing, families: list[Family], at: float = AT, kept: Kept | None = None) -> list[Batch]:
    async def all_of_it() -> list[Batch]:
        net, batches = RealNet(), list(plugin.encode(families, at, kept or Kept()))
        try:
            for batch in batches:
                reply = await plugin.deliver(batch.payload, net)
                assert (reply.status, reply.body) == (204, b"")
        finally:
            await net.close()
        return batches

    return asyncio.run(all_of_it())


def kept(server: Victoria, name: str = "netmon_x") -> dict[int, tuple[str, dict[int, float]]]:
    """By number: port and values by time."""
    found = ((dict(labels), values) for labels, values in server.series(f'{{__name__="{name}"}}').items())
    return {int(labels["number"]): (labels.get("port", ""), values) for labels, values in found}


def tag(name: str) -> str:
    """How a name reads in InfluxDB, by the words of the guide."""
    name = name.replace("\r\n", "␤").replace("\n", "␤").replace("\r", "␤")
    said = ""
    for place, character in enumerate(name):
        behind = name[place + 1 : place + 2]
        said += "＼" if character == "\\" and (not behind or behind in "\\,= ") else character
    return said


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("a\\b", "a\\b"),
        ("C:\\ x", "C:＼ x"),
        ("x\\", "x＼"),
        ("a\\\\b", "a＼\\b"),
        ("a\\\n", "a\\␤"),
        ("a\r\nb\rc\n", "a␤b␤c␤"),
    ],
)
def test_what_a_tag_cannot_hold_is_replaced(name: str, reads: str) -> None:
    assert tag(name) == reads
    assert said(name).replace("\\ ", " ") == reads


def close(value: float) -> Any:
    return pytest.approx(float(value), rel=1e-12)


def called(told: list[tuple[str, float]], moment: int) -> str:
    """A family of its own for each example: nothing has to be deleted in between."""
    return f"{sha256(repr((told, moment)).encode()).hexdigest()[:16]}"


def differing(found: Mapping[int, object], expected: Iterable[object]) -> list[tuple[object, object]]:
    """(what is there, what should be), where that is not the same."""
    return [(found.get(place), each) for place, each in enumerate(expected) if found.get(place) != each]


@FEW
@given(TOLD, MOMENTS)
def test_numbers_read_back_from_victoria_metrics(numbers: Victoria, told: list[tuple[str, float]], moment: int) -> None:
    name = called(told, moment)
    deliver(InfluxDb(url=numbers.url), [family(told, f"netmon_lines_{name}")], moment)
    deliver(RemoteWrite(url=f"{numbers.url}/api/v1/write"), [family(told, f"netmon_remote_{name}")], moment)
    values = [{moment * 1000: close(value)} for _, value in told]
    ports = [port for port, _ in told]
    assert differing(kept(numbers, f"netmon_remote_{name}"), zip(ports, values, strict=True)) == []
    assert differing(kept(numbers, f"netmon_lines_{name}"), zip(map(tag, ports), values, strict=True)) == []


@FEW
@given(TOLD, MOMENTS)
def test_lines_read_back_from_influxdb(lines: Influx1, told: list[tuple[str, float]], moment: int) -> None:
    name = called(told, moment)
    for batch in InfluxDb(url=lines.url).encode([family(told, name)], moment, Kept()):
        assert lines.write("d", batch.payload) == (204, b"")
    rows = lines.query("d", f'SELECT value FROM "{name}" GROUP BY *')
    found = {int(row["tags"]["number"]): (row["tags"].get("port", ""), row["values"]) for row in rows}
    found = {place: (port, [[at, float(value)] for at, value in values]) for place, (port, values) in found.items()}
    assert differing(found, [(tag(port), [[moment * 1000, float(value)]]) for port, value in told]) == []


def test_what_the_dashboards_ask_influxdb_is_answered(lines: Influx1) -> None:
    states = [(f'site="s{n}",level="commune",state="{state}"', n) for n in range(3) for state in ("up", "down")]
    found = Family("netmon_site_state", Metric("gauge", "X.", ("site", "level", "state")), states)
    for batch in InfluxDb(url=lines.url).encode([found], AT, Kept()):
        lines.write("d", batch.payload)
    rows = lines.query("d", """SELECT last("value") FROM "netmon_site_state" WHERE "state" = 'down' GROUP BY "site" """)
    assert {(row["tags"]["site"], row["values"][0][1]) for row in rows} == {("s0", 0.0), ("s1", 1.0), ("s2", 2.0)}


STRANGE: Mapping[str, float] = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "huge": 10**400, "ok": 1.5}


def test_what_is_no_number_is_counted_by_influxdb_and_infinity_is_written_remotely(numbers: Victoria) -> None:
    told = list(STRANGE.items())
    [batch] = deliver(InfluxDb(url=numbers.url), [family(told, "netmon_strange")])
    assert (batch.lines, batch.strange) == (1, 4)
    assert kept(numbers, "netmon_strange") == {4: ("ok", {1_764_000_000_250: 1.5})}
    assert [each.strange for each in InfluxDb(url="http://x").encode([family(told[:2])], AT, Kept())] == [2]
    [batch] = deliver(RemoteWrite(url=f"{numbers.url}/api/v1/write"), [family(told, "netmon_endless")])
    assert (batch.lines, batch.strange) == (5, 0)
    found = {port: [*values.values()] for port, values in kept(numbers, "netmon_endless").values()}
    assert found == {"inf": [math.inf], "-inf": [-math.inf], "huge": [math.inf], "ok": [1.5]}  # of NaN it keeps nothing


@pytest.mark.parametrize("plugin", [InfluxDb(url="http://x"), RemoteWrite(url="http://x")], ids=["lines", "remote"])
def test_batches_are_bounded_can_be_halved_and_say_the_same_with_labels_that_are_known(plugin: Pushing) -> None:
    many = [(f"p{n}", float(n)) for n in range(MOST_LINES + 1)]
    remembered = Kept()
    batches = list(plugin.encode([family(many)], AT, remembered))
    assert [batch.lines for batch in batches] == [MOST_LINES, 1]
    assert len(remembered.spelled) == MOST_LINES + 1
    assert list(plugin.encode([family(many)], AT, remembered)) == batches
    one, two = plugin.halves(batches[0].payload)
    assert (one.lines, two.lines) == (MOST_LINES // 2, MOST_LINES // 2)
    assert plugin.halves(batches[1].payload) == ()
    assert list(plugin.encode([family(many[: MOST_LINES // 2])], AT, Kept())) == [one]
    long = [batch.lines for batch in plugin.encode([family([("x" * 400_000, 1.0)] * 5)], AT, Kept())]
    assert (sum(long), max(long)) == (5, 2)
    alone = [batch.lines for batch in plugin.encode([family([("x" * 1_100_000, 1.0)] * 2)], AT, Kept())]
    assert alone == [1, 1]


@given(st.lists(st.tuples(st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]*", fullmatch=True), st.text(min_size=1)), max_size=6))
def test_labels_are_read_back_from_their_text(told: list[tuple[str, str]]) -> None:
    assert pairs(label_text([name for name, _ in told], [value for _, value in told])) == tuple(told)


def test_of_label_texts_no_more_than_so_many_are_remembered() -> None:
    kept: dict[str, str] = {}
    assert remember(["a", "b", "c"], kept, str.upper, most=4) == {"a": "A", "b": "B", "c": "C"}
    assert remember(["c", "d"], kept, str.upper, most=4).keys() == set("abcd")
    assert remember(["d", "e"], kept, str.upper, most=4) is kept
    assert kept == {"d": "D", "e": "E"}


def seen(server: Server, promql: str, at: float) -> set[str]:
    """The ports of the series that an instant query finds."""
    status, body = asked(f"{server.url}/api/v1/query?" + urlencode({"query": promql, "time": at}))
    assert status == 200, body
    return {each["metric"]["port"] for each in json.loads(body)["data"]["result"]}


def test_a_series_that_ends_is_seen_to_end_and_may_begin_again(numbers: Victoria) -> None:
    a, b, c = ('port="a"', 1.0), ('port="b"', 2.0), ('port="c"', 3.0)
    plugin, kept, lines = RemoteWrite(url=f"{numbers.url}/api/v1/write"), Kept(), []
    for number, (first, second) in enumerate((([a, b], [c]), ([b], [c]), ([a, b], []), ([b, a], []))):
        found = [Family(name, METRIC, [*each]) for name, each in (("netmon_i", first), ("netmon_j", second)) if each]
        lines.append(sum(batch.lines for batch in deliver(plugin, found, AT + 15 * number, kept)))
        if number == 1:  # the inventory changes
            kept = Kept(told=kept.told)
            assert deliver(plugin, [], AT + 16, kept) == [], "a moment without any number is a fault, and no end"
    assert lines == [3, 3, 3, 2]
    asked(f"{numbers.url}/internal/force_flush")
    at = [seen(numbers, '{__name__=~"netmon_[ij]"}', AT + 15 * number + 1) for number in range(4)]
    assert at == [{"a", "b", "c"}, {"b", "c"}, {"a", "b"}, {"a", "b"}]


def test_a_prometheus_takes_what_is_newer_and_what_it_has(
    require_program: Callable[[str, str], str], tmp_path: Path
) -> None:
    """Why there is `in_order`, and why a refusal of what goes again costs no lines."""
    told = [("new\nline", math.nan), ("\\", math.inf), ('"', 1.5)]
    now = round(time.time())

    async def statuses(url: str) -> list[int]:
        net, found, kept = RealNet(), [], Kept()
        plugin = RemoteWrite(url=url, in_order=True)
        for at in (now - 60, now - 45, now - 60, now - 45, now - 30, now - 15):
            [batch] = plugin.encode([family(told if at < now - 15 else told[:2])], at, kept)
            found.append((await plugin.deliver(batch.payload, net)).status)
        await net.close()
        return found

    with running(Receiver(require_program("prometheus", "prometheus"), tmp_path)) as server:
        assert isinstance(server, Receiver)
        assert asyncio.run(statuses(f"{server.url}/api/v1/write")) == [204, 204, 400, 204, 204, 204]
        assert asyncio.run(statuses(f"{server.url}/elsewhere")) == [404] * 6
        rows = server.series(f"netmon_x[10m] @ {now - 20}")
        assert seen(server, "netmon_x", now - 16) == {"new\nline", "\\", '"'}
        assert seen(server, "netmon_x", now - 14) == {"new\nline", "\\"}, "without the five minutes of looking back"
    found = {dict(labels)["port"]: values for labels, values in rows.items()}
    assert found.keys() == {port for port, _ in told}
    assert all([*values] == [(now - ago) * 1000 for ago in (60, 45, 30)] for values in found.values())
    assert math.isnan(found["new\nline"].popitem()[1])
    assert (found["\\"].popitem()[1], found['"'].popitem()[1]) == (math.inf, 1.5)


def test_labels_stand_in_the_order_of_octets(numbers: Victoria) -> None:
    """As remote-write wants it: capitals before `__name__`, all else behind."""
    found = Family("netmon_order", Metric("gauge", "X."), [('site="s",Zone="z",area="a"', 1.0)])
    [batch] = RemoteWrite(url="http://x").encode([found], AT, Kept())
    request = zlib.decompress(batch.payload)
    assert re.findall(rb"Zone|__name__|area|site", request) == [b"Zone", b"__name__", b"area", b"site"]
    deliver(RemoteWrite(url=f"{numbers.url}/api/v1/write"), [found])
    [labels] = numbers.series('{__name__="netmon_order"}')
    assert dict(labels) == {"__name__": "netmon_order", "Zone": "z", "area": "a", "site": "s"}


@pytest.mark.parametrize(
    "plugin",
    [
        InfluxDb(url="http://127.0.0.1:1", token=Secret(None, "env:GONE")),
        RemoteWrite(url="http://127.0.0.1:1", token=Secret(None, "env:GONE")),
        RemoteWrite(url="http://127.0.0.1:1", user="u", password=Secret(None, "env:GONE")),
    ],
)
async def test_a_secret_that_is_not_set_is_said(plugin: Pushing) -> None:
    net = RealNet()
    with pytest.raises(Permanent, match="env:GONE is not set"):
        await plugin.deliver(b"", net)
    await net.close()


def test_half_of_who_writes_is_a_mistake_in_the_settings() -> None:
    secret = Secret("x", "env:X")
    with pytest.raises(ValueError, match="go together"):
        RemoteWrite(url="http://x", user="u")
    with pytest.raises(ValueError, match="go together"):
        RemoteWrite(url="http://x", password=secret)
    with pytest.raises(ValueError, match="either"):
        RemoteWrite(url="http://x", user="u", password=secret, token=secret)
