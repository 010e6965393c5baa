"""Each file under bad/ has one mistake, and names the one line that must be said of it."""

from itertools import permutations
from pathlib import Path

import pytest

from netmon.settings.report import did_you_mean
from tests.settings.written import SMALL, checked, write

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_says_exactly_what_is_wrong(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    expected = text.splitlines()[0].removeprefix("# expect: ")
    code, lines = checked(write(tmp_path, {path.name: text}), capsys)
    assert lines == [expected]
    assert code == 1


def test_there_are_many() -> None:
    assert len(BAD) >= 28


def test_all_problems_at_once_sorted_over_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "sites:\n  b: {name: B, level: distrct}\n  c: {nam: C, level: province, devices: {d: {address: x}}}\n"
    code, lines = checked(write(tmp_path, {"z.yaml": SMALL, "a.yaml": more, "netmon.yaml": "lissen: x\n"}), capsys)
    assert code == 1
    assert lines == [
        "inventory/a.yaml:2:23: unknown level 'distrct' (did you mean 'district'?)",
        "inventory/a.yaml:3:3: `name` is missing",
        "inventory/a.yaml:3:7: unknown key 'nam' (did you mean 'name'?)",
        "inventory/a.yaml:3:55: address: 'x' is not an IP address",
        "netmon.yaml:1:1: unknown key 'lissen' (did you mean 'listen'?)",
    ]


def test_the_name_that_was_meant_is_the_nearest_in_whatever_order_they_are_known() -> None:
    for known in permutations(("a-room-2", "a-room", "a-room-1", "b-room")):
        assert did_you_mean("a-roo", known) == did_you_mean("a-rom", known) == "did you mean 'a-room'?"
        assert did_you_mean("a-room-", known) == "did you mean 'a-room-1'?"


def test_an_unreadable_file_does_not_blame_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write(tmp_path, {"small.yaml": SMALL.replace("vantage: noc", ""), "top.yaml": "vantage: noc\nsites: ["})
    code, lines = checked(project, capsys)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("inventory/top.yaml:3:1: not YAML")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"name: \xff\n", "inventory/x.yaml:1:7: not UTF-8: save the file as UTF-8"),
        (b"ok: 1\nname: caf\xe9\n", "inventory/x.yaml:2:10: not UTF-8: save the file as UTF-8"),
        (b"\xff\xfev\x00", "inventory/x.yaml:1:1: not UTF-8: save the file as UTF-8"),
    ],
)
def test_not_utf8(tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes, expected: str) -> None:
    write(tmp_path, {"a.yaml": SMALL})
    (tmp_path / "inventory" / "x.yaml").write_bytes(raw)
    assert checked(tmp_path, capsys) == (1, [expected])


def test_no_project_and_no_inventory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path / "none", capsys) == (1, [f"{tmp_path / 'none'}: no such folder"])
    code, lines = checked(tmp_path, capsys)
    assert (code, lines) == (1, [f"inventory: no such folder in {tmp_path.name}"])


def test_one_mistake_in_a_class_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sites = "".join(
        f"  s{n}: {{name: S, class: c, devices: {{s{n}-r: {{address: 10.1.0.{n}, role: router}}}}, "
        "uplinks: [{to: core}]}\n"
        for n in range(1, 30)
    )
    text = SMALL + sites + "classes: {c: {level: commune, collect: {icmp: {evry: 2s}}}}\n"
    code, lines = checked(write(tmp_path, {"a.yaml": text}), capsys)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].endswith("unknown key 'evry' (did you mean 'every'?)")


def test_a_mistake_in_a_class_that_no_site_uses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SMALL + "classes: {c: {level: comune, collect: {icpm: {}, tcp: {every: 5s}}}}\n"
    code, lines = checked(write(tmp_path, {"a.yaml": text}), capsys)
    assert code == 1
    assert [line.split(": ", 1)[1] for line in lines] == [
        "unknown level 'comune' (did you mean 'commune'?)",
        "unknown collector 'icpm' (did you mean 'icmp'?)",
    ]
