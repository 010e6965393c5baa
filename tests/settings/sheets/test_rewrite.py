"""Is everything but what changes left as it is, character by character?"""

import copy
import difflib
import random
from typing import Any

import pytest

from netmon.errors import InputError
from netmon.settings.sheets.rewrite import rewrite
from netmon.settings.tree import plain
from netmon.settings.yamlio import parse
from tests.conftest import ROOT

FILES = sorted((ROOT / "inventory").rglob("*.yaml"))
VALUES = (
    "Xã Mới",
    "10.28.4.99",
    "0216 000",
    "a: b",
    "# no",
    "",
    "yes",
    "- x",
    "50M",
    "1:30",
    "đ\t\n\"'",
    7,
    1.5,
    True,
    None,
)


def said(text: str) -> Any:
    tree, problems = parse(text, "x")
    assert tree is not None
    assert not problems
    return plain(tree)


def stirred(value: Any, chance: random.Random) -> Any:
    """The value with some of it changed and some added, nothing taken away."""
    if isinstance(value, dict):
        new = {key: stirred(item, chance) for key, item in value.items()}
        if chance.random() < 0.1:
            new[f"key-{chance.randrange(99)}"] = chance.choice([*VALUES, {"a": [1, {"b": "c"}]}, ["x", "y z"]])
        return new
    if isinstance(value, list):
        more = [chance.choice([*VALUES, {"to": "x"}])] if chance.random() < 0.1 else []
        return [*(stirred(item, chance) for item in value), *more]
    return chance.choice(VALUES) if chance.random() < 0.05 else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_any_change_of_the_sample_is_small(path: Any, end: str) -> None:
    text = path.read_text(encoding="utf-8").replace("\n", end)
    old = said(text)
    assert rewrite(text, copy.deepcopy(old), "x") == text
    for seed in range(8):
        wanted = stirred(old, random.Random(seed))
        new = rewrite(text, wanted, "x")
        assert said(new) == wanted
        steps = difflib.SequenceMatcher(None, text.split(end), new.split(end), autojunk=False).get_opcodes()
        gone = [line for kind, a, b, _, _ in steps if kind == "delete" for line in text.split(end)[a:b]]
        assert gone == []
        comments = [part.split("#", 1)[1] for part in text.split(end) if "#" in part]
        assert all(comment in new for comment in comments)


FORMS: dict[str, tuple[str, dict[str, Any], str]] = {
    "flow": ("a: {b: 1}  # c\n", {"a": {"b": 2, "d": "x"}}, "a: {b: 2, d: x}  # c\n"),
    "empty-flow": ("a: {}\n", {"a": {"b": 1}}, "a: {b: 1}\n"),
    "empty-list": ("a: []\n", {"a": [1, 2]}, "a: [1, 2]\n"),
    "nothing": ("a:\nb: 1\n", {"a": "x", "b": 1}, "a: x\nb: 1\n"),
    "nothing-at-the-end": ("a:   # why\n", {"a": None, "b": 1}, "a:   # why\nb: 1\n"),
    "no-last-line-end": ("a: 1", {"a": 1, "b": 2}, "a: 1\nb: 2"),
    "quoted": ('a: "x: y"  # z\n', {"a": "q"}, "a: q  # z\n"),
    "text-block": (
        "a: |\n  one\n  two\nb: 1\n",
        {"a": "one\ntwo\n", "b": 1, "c": 2},
        "a: |\n  one\n  two\nb: 1\nc: 2\n",
    ),
    "text-block-last": ("a: |\n  one\n", {"a": "one\n", "c": 2}, "a: |\n  one\nc: 2\n"),
    "list": ("a:\n- x   # first\n- y\n\n# end\n", {"a": ["x", "y", "z"]}, "a:\n- x   # first\n- y\n- z\n\n# end\n"),
    "comment-below": (
        "s:\n  a: 1\n  # of b\n  b: 2\n",
        {"s": {"a": 1, "b": 2, "c": 3}},
        "s:\n  a: 1\n  # of b\n  b: 2\n  c: 3\n",
    ),
    "order": ("name: x\nuplinks: []\n", {"name": "x", "uplinks": [], "area": "k"}, "name: x\narea: k\nuplinks: []\n"),
    "fresh": ("", {"a": {"b": 1}}, "a: {b: 1}\n"),
    "only-comments": ("# hi\n", {"a": 1}, "# hi\na: 1\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_yaml(form: str) -> None:
    text, wanted, expected = FORMS[form]
    assert rewrite(text, wanted, "x") == expected


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 2}, "c": {"b": 1}}),
        ("a: 1\nb: 2\n", {"a": 1}),
        ("a: [1, 2]\n", {"a": [1]}),
    ],
)
def test_what_needs_more_than_small_changes_is_refused(text: str, wanted: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="make this change by hand"):
        rewrite(text, wanted, "x")


def test_a_merge_key_gives_way_to_a_key_of_its_own() -> None:
    text = "base: &b {x: 1, w: 2}\na:\n  <<: *b\n  z: 3\n"
    wanted = {"base": {"x": 1, "w": 2}, "a": {"x": 1, "w": 5, "z": 3}}
    assert rewrite(text, wanted, "x") == "base: &b {x: 1, w: 2}\na:\n  <<: *b\n  z: 3\n  w: 5\n"
