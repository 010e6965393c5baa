"""Does a network in which nothing happens stay without a word, for as long as it may be?"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from netmon.model import State
from netmon.settings.project import load
from tests.conftest import ROOT
from tests.province import perform


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "minutes", [pytest.param(10, id="ten minutes"), pytest.param(24 * 60, id="a day", marks=pytest.mark.nightly)]
)
def test_calm_weather_brings_no_incident_and_no_notice(minutes: int, tmp_path: Path) -> None:
    project = load(ROOT)
    before = time.process_time()
    run = perform(project, (), minutes * 60.0, journal=tmp_path / "j.db")
    took = time.process_time() - before
    print(f"{len(project.inventory.sites)} sites, {minutes} virtual minutes: {took:.1f} s of CPU")
    assert run.told.said() == []
    assert run.notices == []
    assert run.bugs == 0
    assert project.inventory.sites.keys() <= run.standings.keys()
    assert {standing.state for standing in run.standings.values()} == {State.UP}
