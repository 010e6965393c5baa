"""Does a parser read back what the page says?"""

import math
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from netmon.exporters.prometheus import Prometheus
from netmon.model import Family, Metric
from netmon.run.store import label_text

GAUGE = Metric("gauge", "A gauge.", ("name",))
COUNTER = Metric("counter", "A counter.", ("name",))
INFO = Metric("info", "An info.", ("name",))


def page(*families: Family) -> str:
    return Prometheus().render(families).decode()


def ours(text: str) -> list[str]:
    return [line for line in text.splitlines() if "netmon_" in line]


def test_a_family_has_help_type_and_its_series() -> None:
    text = page(Family("netmon_x_total", COUNTER, [('name="a"', 1), ('name="b"', 2.5)]))
    assert ours(text) == [
        "# HELP netmon_x_total A counter.",
        "# TYPE netmon_x_total counter",
        'netmon_x_total{name="a"} 1',
        'netmon_x_total{name="b"} 2.5',
    ]


def test_an_info_is_a_gauge_to_this_format() -> None:
    assert "# TYPE netmon_x_info gauge" in page(Family("netmon_x_info", INFO, [('name="a"', 1)]))


def test_ints_are_exact_beyond_the_floats() -> None:
    text = page(Family("netmon_x_total", COUNTER, [('name="a"', 2**53 + 1), ('name="b"', 2**64 - 1)]))
    assert 'netmon_x_total{name="a"} 9007199254740993\n' in text
    assert 'netmon_x_total{name="b"} 18446744073709551615\n' in text


def test_odd_numbers_are_spelled_the_way_prometheus_does() -> None:
    values: list[float] = [math.nan, math.inf, -math.inf, True, 1e300, 10**400, -(10**400), 7, 0.5]
    text = page(Family("netmon_x", GAUGE, [(f'name="{place}"', value) for place, value in enumerate(values)]))
    written = [line.split()[1] for line in ours(text)[2:]]
    assert written == ["NaN", "+Inf", "-Inf", "1", "1e+300", "+Inf", "-Inf", "7", "0.5"]


def test_a_bool_among_plain_numbers_is_a_number_too() -> None:
    assert ours(page(Family("netmon_x", GAUGE, [('name="a"', True), ('name="b"', False)])))[2:] == [
        'netmon_x{name="a"} 1',
        'netmon_x{name="b"} 0',
    ]


def test_long_families_are_written_completely_from_an_iterator() -> None:
    def series() -> Iterator[tuple[str, float]]:
        for n in range(5_000):
            yield f'name="{n}"', n if n != 4_999 else math.nan

    assert ours(page(Family("netmon_x", GAUGE, series())))[2:] == [
        *(f'netmon_x{{name="{n}"}} {n}' for n in range(4_999)),
        'netmon_x{name="4999"} NaN',
    ]


def test_help_is_escaped() -> None:
    text = page(Family("netmon_x", Metric("gauge", "one\\two\nthree"), []))
    assert "# HELP netmon_x one\\\\two\\nthree\n" in text


def test_a_series_without_labels_can_be_read() -> None:
    found = {f.name: f for f in text_string_to_metric_families(page(Family("netmon_x", GAUGE, [("", 3)])))}
    assert [(s.labels, s.value) for s in found["netmon_x"].samples] == [({}, 3)]


def test_a_lone_surrogate_does_not_break_the_page() -> None:
    assert 'netmon_x{name="?"} 1' in page(Family("netmon_x", GAUGE, [('name="\ud800"', 1)]))


def test_the_page_says_what_this_process_uses() -> None:
    found = {f.name: f for f in text_string_to_metric_families(page())}
    assert {"process_cpu_seconds", "process_resident_memory_bytes", "process_open_fds"} <= set(found)
    assert found["process_resident_memory_bytes"].samples[0].value > 1e6


def test_rendering_twice_gives_the_page_twice() -> None:
    exporter = Prometheus()
    family = Family("netmon_x", GAUGE, [('name="a"', 1)])
    assert ours(exporter.render([family]).decode()) == ours(exporter.render([family]).decode())
    assert Prometheus.CONTENT_TYPE.startswith("text/plain; version=0.0.4")


NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=True))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.dictionaries(TEXTS, NUMBERS, max_size=20))
def test_any_text_and_number_comes_back(written: dict[str, float]) -> None:
    series = [(label_text(("name", "tail"), (value, "end}")), number) for value, number in written.items()]
    found = {f.name: f for f in text_string_to_metric_families(page(Family("netmon_x", GAUGE, series)))}
    samples = found["netmon_x"].samples
    assert [s.labels for s in samples] == [{"name": value, "tail": "end}"} for value in written]
    for sample, number in zip(samples, written.values(), strict=True):
        assert sample.value == number or (math.isnan(sample.value) and math.isnan(number))


def test_what_is_the_same_list_is_not_written_anew() -> None:
    series = [('site="a"', 1.0)]
    family = Family("netmon_x", Metric("gauge", "X."), series)
    kept = dict[str, tuple[object, tuple[bytes, ...]]]()

    def written(family: Family) -> bytes:
        return b"".join(Prometheus().pieces([family], kept))

    assert b'netmon_x{site="a"} 1.0\n' in written(family)
    series[0] = ('site="a"', 2.0)
    assert b'netmon_x{site="a"} 1.0\n' in written(family), "who changes a list must make another"
    assert b'netmon_x{site="a"} 2.0\n' in written(family._replace(series=list(series)))
    assert b'netmon_x{site="a"} 2.0\n' in Prometheus().render([family])


def test_a_large_page_comes_in_pieces_that_are_made_when_they_are_asked_for() -> None:
    made = 0

    def series() -> Iterator[tuple[str, float]]:
        nonlocal made
        for number in range(100_000):
            made += 1
            yield f'number="{number}"', number

    pieces = Prometheus().pieces([Family("netmon_x", GAUGE, series())])
    first = next(pieces)
    assert 0 < made < 50_000
    rest = list(pieces)
    assert made == 100_000
    assert all(0 < len(piece) < 400_000 for piece in [first, *rest])
    found = {f.name: f for f in text_string_to_metric_families(b"".join([first, *rest]).decode())}
    assert [sample.value for sample in found["netmon_x"].samples] == list(range(100_000))
