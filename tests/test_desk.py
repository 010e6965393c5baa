"""Is everybody told what the desk's scenarios say, by whom they say, and at no other time?

Each file in tests/desk/alerts/scenarios is one behaviour of the on-call desk on a province of seven sites.
"""

import shutil
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
    played(path, project)


def played(path: Path, project: Project) -> None:
    """Assert that everything came as the script expects."""
    script = read(path, project.inventory, project.config.notifiers, project.roster.people)
    assert script.expect is not None
    assert script.expect.notices is not None, "each says exactly who is told"
    result = rehearse(project, script)
    lines = compare(script, result.incidents, result.told, result.standings)
    assert [f"expected {line.expected}, got {line.seen}" for line in lines if not line.agrees] == []
    assert result.bugs == 0


FELL = """
sites:
  fell:
    name: Fell
    level: commune
    area: ridge
    devices: {fell-r: {address: 10.0.7.1, role: router}}
    uplinks: [{to: core-2, kind: ftth, carrier: viettel, circuit: FELL-1, address: 10.9.7.1}]
"""
BEYOND = """
start: 2026-10-14T02:00:00+07:00
duration: 7m
events:
  - {at: 20s, say: {verb: silence, who: an, what: [hill, lake, moor], lasts: 2h, text: a new mast}}
  - {at: 60s, fail: [hill, lake, moor]}
  - {at: 5m, fail: fell}
expect:
  incidents: [{kind: outage, root: ridge, affected: 4, opened: 60s, within: 12s}]
  notices:
    - {to: an, by: call, event: opened, root: ridge, after: 5m, within: 15s}
    - {to: an, by: sms, event: opened, root: ridge, after: 5m, within: 15s}
"""


def test_what_grows_beyond_its_silence_rings_though_nothing_else_is_said_of_it(tmp_path: Path) -> None:
    """The verdict takes a fourth site into an outage of an area without an event of its own."""
    folder = tmp_path / "desk"
    shutil.copytree(PROJECT, folder)
    (folder / "inventory" / "fell.yaml").write_text(FELL, encoding="utf-8")
    (folder / "beyond.yaml").write_text(BEYOND, encoding="utf-8")
    played(folder / "beyond.yaml", load(folder))
