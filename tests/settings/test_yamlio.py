"""YAML 1.1's surprises are gone, places are exact, and no file can hurt."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import InputError
from netmon.settings.tree import Map, Spot, key_spot, merge, plain, value_spot
from netmon.settings.yamlio import MAX_DEPTH, parse


def tree(text: str) -> Map:
    found, problems = parse(text, "x.yaml")
    assert not problems
    assert isinstance(found, Map)
    return found


def value(text: str) -> Any:
    return plain(tree(f"key: {text}\n"))["key"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True), ("false", False), ("no", "no"), ("yes", "yes"), ("on", "on"), ("True", "True"),
        ("null", None), ("~", None), ("", None), ("Null", "Null"),
        ("12", 12), ("-3", -3), ("022", "022"), ("0x1f", "0x1f"), ("0o17", "0o17"), ("1_000", "1_000"),
        ("12:34:56", "12:34:56"), ("190:20", "190:20"), ("0912345678", "0912345678"), ("+84", "+84"),
        ("1.5", 1.5), ("1.50", "1.50"), ("1e3", "1e3"), (".5", ".5"), (".inf", ".inf"), (".nan", ".nan"),
        ("2025-07-01", "2025-07-01"), ("'12'", "12"), ('"true"', "true"), ("9" * 20, "9" * 20),
        ("|\n  a\n  b", "a\nb\n"), ("[1, a]", [1, "a"]), ("{a: 1}", {"a": 1}),
    ],
)  # fmt: skip
def test_what_scalars_mean(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_keys_are_always_text() -> None:
    assert plain(tree("012: a\ntrue: b\n2025-07-01: c\n3: d\n")) == {
        "012": "a",
        "true": "b",
        "2025-07-01": "c",
        "3": "d",
    }


def test_places_count_characters_not_bytes() -> None:
    found = tree("# chú thích\nđiểm: {tên: Xã Châu Quế Hạ, at: [1, 2]}\n")
    assert key_spot(found, ("điểm", "at")) == Spot("x.yaml", 2, 29)
    assert value_spot(found, ("điểm", "at", 1)) == Spot("x.yaml", 2, 37)
    assert value_spot(found, ("điểm", "không", "có")) == Spot("x.yaml", 2, 7)


def test_anchors_and_merge_keys() -> None:
    found = tree("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [{y: 7}, *a], z: 4}\nd: *a\n")
    assert plain(found) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 7, "z": 4},
        "d": {"x": 1, "y": 2},
    }
    assert key_spot(found, ("b", "x")).line == 1
    assert key_spot(found, ("b", "y")).line == 2


def test_merge_is_deep_and_the_higher_wins() -> None:
    low, high = tree("icmp: {every: 2s, size: 56}\nsnmp: {}\n"), tree("icmp: {every: 5s}\ntcp: {port: 22}\n")
    assert plain(merge(low, high)) == {"icmp": {"every": "5s", "size": 56}, "snmp": {}, "tcp": {"port": 22}}
    assert plain(low) == {"icmp": {"every": "2s", "size": 56}, "snmp": {}}


def test_mistakes_that_leave_the_rest_readable() -> None:
    _, problems = parse("a: 1\nb: !x 2\na: 3\n? \n: 4\nc: {<<: 5}\n", "x.yaml")
    assert [(problem.line, problem.column) for problem in problems] == [(2, 4), (3, 1), (4, 2), (6, 9)]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}]\n" for n in range(MAX_DEPTH * 3))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, "- " * 100_000, "? " * 100_000, "{a: " * 100_000, "a: " + "[" * 1000 + "]" * 1000,
        BOMB, CHAIN, "&a [*a]", "&a {b: *a}", "a: *nothing", "a: {<<: &b {<<: *b}}",
        "a:\n\tb: 1", "a: 1\n---\nb: 2", "{a: 1}: 2", "a: [1", "@", "a: 'x", "%YAML 9.9\n---\na: 1", "\x00",
        "a: \x1b[0m", "a: \ud800", "*a", "? *a\n: 1", "a: b: c", "- a\nb: c",
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text: str) -> None:
    with pytest.raises(InputError) as error:
        parse(text, "x.yaml")
    assert all(problem.file == "x.yaml" and problem.line > 0 for problem in error.value.problems)
    assert all(len(problem.text) < 300 and "\n" not in problem.text for problem in error.value.problems)


@settings(max_examples=300)
@given(st.text(alphabet="ab:-?*&!|>{}[],'\"#%@`~<= \t\n0.é\x85\ufeff", max_size=60))
def test_never_anything_but_an_input_error(text: str) -> None:
    try:
        found, _ = parse(text, "x.yaml")
    except InputError:
        return
    if found is not None:
        plain(found)
