"""Is everybody told what the desk's scenarios say, by whom they say, and at no other time?

Each file in tests/desk/alerts/scenarios is one behaviour of the on-call desk on a province of seven sites.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from netmon.cli._rehearsal import rehearse
from netmon.settings.project import Project, load
from netmon.settings.script import read
from netmon.sim.expected import compare
from tests.conftest import ROOT

PROJECT = ROOT / "tests" / "desk"
FILES = sorted((PROJECT / "alerts" / "scenarios").glob("*.yaml"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Channels that refuse are a scenario here, and no news."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def project() -> Project:
    return load(PROJECT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_desk_does_what_the_scenario_says(path: Path, project: Project) -> None:
    script = read(path, project.inventory, project.config.notifiers, project.roster.people)
    assert script.expect is not None
    assert script.expect.notices is not None, "each says exactly who is told"
    result = rehearse(project, script)
    lines = compare(script, result.incidents, result.told, result.standings)
    assert [f"expected {line.expected}, got {line.seen}" for line in lines if not line.agrees] == []
    assert result.bugs == 0
