"""A folder listing is the list of plug-ins, and a broken file is a line, not a traceback."""

import shutil
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.settings.plugin import data_folder, discover
from tests.conftest import ROOT
from tests.settings.written import NOTIFIER, PLUGIN, SMALL, checked, write


def test_installed_and_the_projects_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"collectors/own.py": PLUGIN, "collectors/_helper.py": "raise RuntimeError", "notifiers/gong.py": NOTIFIER},
    )
    assert set(discover("collectors", tmp_path)) - set(discover("collectors")) == {"own"}
    assert {"icmp", "tcp"} <= set(discover("collectors"))
    assert "gong" in discover("notifiers", tmp_path)
    assert "prometheus" in discover("exporters", tmp_path)


def test_the_same_file_is_the_same_class_until_it_changes(tmp_path: Path) -> None:
    write(tmp_path, {"collectors/own.py": PLUGIN})
    first = discover("collectors", tmp_path)["own"]
    assert discover("collectors", tmp_path)["own"] is first
    write(tmp_path, {"collectors/own.py": PLUGIN + "\n# changed\n"})
    assert discover("collectors", tmp_path)["own"] is not first


def test_the_checkout_is_a_project_whose_collectors_are_the_installed_ones() -> None:
    assert discover("collectors", ROOT) == discover("collectors")


def test_the_same_name_twice_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"collectors/icmp.py": PLUGIN})
    with pytest.raises(InputError) as error:
        discover("collectors", tmp_path)
    assert str(error.value) == "collectors/icmp.py: 'icmp' is already the name of an installed plug-in"


def test_a_link_to_an_installed_file_is_not_a_second_one(tmp_path: Path) -> None:
    (tmp_path / "collectors").symlink_to(ROOT / "collectors")
    assert discover("collectors", tmp_path) == discover("collectors")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def (:\n", ":1:5: broken plug-in: invalid syntax"),
        ("x = 1\nimport no_such_thing\n", ":2:1: broken plug-in: ModuleNotFoundError: No module named 'no_such_thing'"),
        ("\n\n1 / 0\n", ":3:1: broken plug-in: ZeroDivisionError: division by zero"),
        ("x = 1\n", ": must hold one public frozen dataclass with `collect`, holds 0"),
        (PLUGIN.replace("EVERY", "OFTEN"), ": broken plug-in: its options cannot be read: a collector declares EVERY"),
        (PLUGIN.replace("frozen=True, ", ""), ": must hold one public frozen dataclass with `collect`, holds 0"),
        (PLUGIN.replace("url: str", "url: Strng"), ":21:1: broken plug-in: NameError: name 'Strng' is not defined"),
        (PLUGIN.replace("url: str", "timeout: str"), ": broken plug-in: its options cannot be read: "),
    ],
    ids=["syntax", "import", "raises", "empty", "no-interval", "not-frozen", "annotation", "frame-option"],
)
def test_a_broken_plugin_is_a_problem_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    text = SMALL.replace("role: server", "role: server, collect: {bad: {}}")
    code, lines = checked(write(tmp_path, {"a.yaml": text, "collectors/bad.py": source}), capsys)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("collectors/bad.py" + said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{urll: x}", "unknown key 'urll' (did you mean 'url'?)"),
        ("{expect: 99}", "expect: must be at least 100"),
        ("{expect: ok}", "expect: must be a whole number"),
        ("{strict: no}", "strict: must be true or false"),
        ("{url: 'ftp://x'}", "own: url: ftp is not spoken here"),
        ("{every: often}", "every: 'often' is not a duration such as 30s, 500ms, 2m or 1h"),
        ("[url]", "must be a mapping"),
        ("text", "must be a mapping"),
    ],
)
def test_options_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: str, said: str) -> None:
    text = SMALL.replace("role: server", f"role: server, collect: {{own: {options}}}")
    code, lines = checked(write(tmp_path, {"a.yaml": text, "collectors/own.py": PLUGIN}), capsys)
    assert code == 1
    assert [line.split(": ", 1)[1] for line in lines] == [said]
    assert lines[0].startswith("inventory/a.yaml:8:")


def test_data_folders() -> None:
    assert data_folder("inventory") == ROOT / "inventory"
    assert data_folder("alerts").is_dir()


def test_a_project_may_be_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "one", {"a.yaml": SMALL, "collectors/own.py": PLUGIN})
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert checked(tmp_path / "one", capsys) == checked(tmp_path / "two", capsys)
