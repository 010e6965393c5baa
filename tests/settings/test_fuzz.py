"""Whatever stands in the files: a project, or problems with their places; never a traceback."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import InputError, Problem
from netmon.settings.project import load
from tests.settings.written import SMALL, write

BASE = re.sub(r"\A# expect.*\n", "", (Path(__file__).parent / "bad" / "bad-address.yaml").read_text(encoding="utf-8"))
BASE = BASE.replace("10.28.5.256", "10.28.5.1")

KEYS = st.sampled_from(
    [
        "province",
        "levels",
        "vantage",
        "anchors",
        "timezone",
        "calendars",
        "carriers",
        "credentials",
        "nodes",
        "defaults",
        "classes",
        "sites",
        "name",
        "level",
        "class",
        "at",
        "area",
        "contacts",
        "power",
        "valid",
        "formerly",
        "successor",
        "parent",
        "transit",
        "hours",
        "collect",
        "devices",
        "uplinks",
        "services",
        "address",
        "role",
        "behind",
        "from",
        "to",
        "via",
        "id",
        "carrier",
        "snmp",
        "version",
        "user",
        "auth",
        "SHA256",
        "icmp",
        "tcp",
        "port",
        "every",
        "a",
        "b",
        "core",
        "<<",
        "*a",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | KEYS
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=5), max_leaves=25
)


def try_to_load(content: bytes, name: str = "inventory/x.yaml") -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = write(Path(folder), {"inventory/x.yaml": SMALL})
        (project / name).write_bytes(content)
        problems: tuple[Problem, ...] = ()
        try:
            problems = load(project).warnings
        except InputError as error:
            problems = error.problems or (Problem("nothing said", 0, 0, ""),)
        assert all(problem.text and "\n" not in problem.text for problem in problems)
        assert all(problem.file.startswith(("inventory", "netmon.yaml")) for problem in problems)


def test_the_base_is_right() -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert len(load(write(Path(folder), {"x.yaml": BASE})).inventory.devices) == 6


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_bytes(content: bytes) -> None:
    try_to_load(content)


@settings(max_examples=150)
@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_well_formed_nonsense(tree: Any) -> None:
    try_to_load(json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace"))


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["listen", "data", "verdict", "exporters", "notifiers", "language"]), TREES))
def test_nonsense_settings(tree: Any) -> None:
    try_to_load(json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace"), "netmon.yaml")


LINE = st.integers(0, len(BASE.splitlines()) - 1)
WORDS = sorted(set(re.findall(r"[\w.-]+", BASE)))


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS) | st.text(max_size=5)), min_size=1, max_size=4)
)
def test_words_put_in_wrong_places(edits: list[tuple[str, str]]) -> None:
    text = BASE
    for old, new in edits:
        text = text.replace(old, new)
    try_to_load(text.encode("utf-8", "replace"))


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.integers(0, len(BASE.splitlines()) - 1), st.integers(0, len(BASE.splitlines()) - 1)), max_size=4
    )
)
def test_lines_taken_out_and_doubled(edits: list[tuple[int, int]]) -> None:
    lines = BASE.splitlines()
    for source, target in edits:
        lines[target : target + 1] = [lines[source], lines[target]] if source % 2 else []
        lines = lines or ["vantage: noc"]
        lines += [""] * (len(BASE.splitlines()) - len(lines))
    try_to_load("\n".join(lines).encode())
