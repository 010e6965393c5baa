"""A starter project is written once, and is right."""

from pathlib import Path

import pytest
import typer

from netmon.cli.init import init
from tests.conftest import ROOT
from tests.settings.written import checked


def test_a_starter_project_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "project"
    init(folder)
    sample = {path.relative_to(ROOT) for path in (ROOT / "inventory").rglob("*.yaml")}
    assert {path.relative_to(folder) for path in (folder / "inventory").rglob("*.yaml")} == sample
    assert checked(folder, capsys)[0] == 0


def test_never_over_something(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("x")
    for folder in (tmp_path, tmp_path / "mine"):
        with pytest.raises(typer.Exit) as end:
            init(folder)
        assert end.value.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert capsys.readouterr().out.count("is not an empty folder") == 2
