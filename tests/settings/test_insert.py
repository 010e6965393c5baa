"""A key comes into a file, and nothing else of it changes."""

import difflib

import pytest
import yaml

from netmon.settings.insert import Insertion, appended, inserted
from netmon.settings.tree import Leaf, Map, Path, Spot, plain, reach
from netmon.settings.written import flow
from netmon.settings.yamlio import parse

FLOW = """\
sites:
  vy: {name: Văn Yên,   # the district
    devices: {r1: {address: 10.0.0.1}},
    uplinks: [{to: core, circuit: "A, B" }, {to: core,
      role: backup,},
    ]}
  leer: {devices: {}}
"""
BLOCK = """\
sites:
  vy:
    name: >-
      Văn
      Yên

    devices:
      r1:
        address: 10.0.0.1
        # no role

    uplinks:
      - to: core
        circuit: A      # kept
      - to: core
    hours: |
      x
  z:
    name: Z"""


def put(text: str, *what: tuple[Path, str, str]) -> str:
    tree = parse(text, "a.yaml").tree
    assert tree is not None
    found = [
        Insertion(at=reach(tree, path)[0][-1].at, key=key, value=value, comment=f"why {key}")
        for path, key, value in what
    ]
    made = inserted(text, found)
    after = parse(made, "a.yaml").tree
    assert after is not None
    for path, key, value in what:
        holder = reach(after, path)[0][-1]
        assert isinstance(holder, Map)
        told = holder.items.pop(key)
        assert isinstance(told, Leaf)
        assert told.value == value
    assert plain(after) == plain(tree)
    changes = [line for line in difflib.ndiff(text.splitlines(), made.splitlines()) if line[0] in "-+"]
    assert sum(line.startswith("+") and "# why" in line for line in changes) == len(what)
    return made


@pytest.mark.parametrize("text", [FLOW, BLOCK])
@pytest.mark.parametrize(
    "path",
    [
        ("sites", "vy"),
        ("sites", "vy", "devices"),
        ("sites", "vy", "devices", "r1"),
        ("sites", "vy", "uplinks", 0),
        ("sites", "vy", "uplinks", 1),
        ("sites",),
        (),
    ],
)
def test_in_every_style(text: str, path: Path) -> None:
    put(text, (path, "new", "x1"))


def test_several_in_one_file() -> None:
    first, second = ("sites", "vy", "uplinks", 0), ("sites", "vy", "uplinks", 1)
    for text in (FLOW, BLOCK):
        made = put(text, (first, "local", "Gi0/0/0"), (first, "remote", "Gi0/0/4"), (second, "local", "Gi0/0/1"))
        assert made.index("local: Gi0/0/0") < made.index("remote: Gi0/0/4") < made.index("local: Gi0/0/1")


def test_lines_end_as_they_do_there() -> None:
    made = put(BLOCK.replace("\n", "\r\n"), (("sites", "vy", "devices", "r1"), "new", "x1"))
    assert made.count("\r\n") == made.count("\n") == BLOCK.count("\n") + 2


def test_into_nothing() -> None:
    assert "{devices: {new: x1}}" in put(FLOW, (("sites", "leer", "devices"), "new", "x1"))


def test_at_the_end_of_a_file_without_a_last_line_break() -> None:
    assert put(BLOCK, (("sites", "z"), "area", "kv-z")).endswith("    name: Z\n    # why area\n    area: kv-z")


def test_where_no_mapping_begins() -> None:
    with pytest.raises(ValueError, match="no mapping begins here"):
        inserted(BLOCK, [Insertion(at=Spot("a.yaml", 3, 1), key="a", value="b", comment="")])


@pytest.mark.parametrize(
    "text", ["Gi0/0/0", "true", "1/1/1", "0123", "a: b", "x #y", "{", "Cổng 1", 'q"\\', "", "null", "a,b"]
)
def test_a_scalar_is_read_back(text: str) -> None:
    tree = parse(f"[{flow(text)}]\n", "a.yaml").tree
    assert tree is not None
    assert plain(tree) == [text]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "work:\n  - {new: 1}\n"),
        ("# only a remark", "# only a remark\nwork:\n  - {new: 1}\n"),
        ("work:\n", "work:\n  - {new: 1}\n"),
        ("work:   # what is planned\n#  - {old: 1}\n", "work:   # what is planned\n  - {new: 1}\n#  - {old: 1}\n"),
        ("work: null\nother: 1\n", "work:\n  - {new: 1}\nother: 1\n"),
        ("other: 1", "other: 1\nwork:\n  - {new: 1}\n"),
        ("work: []\n", "work: [{new: 1}]\n"),
        ("work: [{a: 1}, {b: 2},]  # two\n", "work: [{a: 1}, {b: 2}, {new: 1}]  # two\n"),
        ("work: [\n  {a: 1}\n]\n", "work: [\n  {a: 1}, {new: 1}]\n"),
        ("work:\n- {a: 1}   # kept\n", "work:\n- {a: 1}   # kept\n- {new: 1}\n"),
        ("work:\n  - {a: 1}", "work:\n  - {a: 1}\n  - {new: 1}\n"),
        ("work:\n    - a: 1\n      b: [2,\n        3]\nother: 1\n",
         "work:\n    - a: 1\n      b: [2,\n        3]\n    - {new: 1}\nother: 1\n"),
        ("work:\r\n  - {a: 1} # x\r\n", "work:\r\n  - {a: 1} # x\r\n  - {new: 1}\r\n"),
        ("\ufeffwork: [{a: 1}]", "\ufeffwork: [{a: 1}, {new: 1}]\n"),
        ("work:\n  - why: |\n      a\nother: 1\n", "work:\n  - why: |\n      a\n  - {new: 1}\nother: 1\n"),
    ],
)  # fmt: skip
def test_an_item_comes_to_the_end_of_a_list(before: str, after: str) -> None:
    made = appended(before, "work", "{new: 1}")
    assert made == after
    was = yaml.safe_load(before) or {}
    assert yaml.safe_load(made) == was | {"work": [*(was.get("work") or ()), {"new": 1}]}


@pytest.mark.parametrize("text", ["work: 3\n", "work: {a: 1}\n", "[1]\n", "{work: []}\n", "text\n"])
def test_no_item_comes_where_no_list_can_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        appended(text, "work", "{new: 1}")
