"""Do the sample project's own scripts of faults read well, and does netmon say what they expect?

`make scenarios` plays all of them; here a few, and all in the nightly run.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from netmon.app import App
from netmon.cli._rehearsal import rehearse
from netmon.settings.project import Project, load
from netmon.settings.script import Script, read
from netmon.sim.expected import compare
from tests.conftest import ROOT

FILES = sorted((ROOT / "alerts" / "scenarios").glob("*.yaml"))
QUICK = ("short-break",)

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def sample() -> Project:
    return load(ROOT)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    yield
    structlog.reset_defaults()


def script(path: Path, sample: Project) -> Script:
    return read(path, sample.inventory, sample.config.notifiers, sample.roster.people)


def differences(path: Path, sample: Project) -> list[str]:
    found = script(path, sample)
    result = rehearse(sample, found)
    assert result.bugs == 0
    lines = compare(found, result.incidents, result.told, result.standings)
    assert lines
    return [f"expected {line.expected}, got {line.seen}" for line in lines if not line.agrees]


def test_there_are_some() -> None:
    assert len(FILES) >= 8
    assert set(QUICK) <= {path.stem for path in FILES}


def test_the_one_that_the_readme_shows_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = ROOT / "alerts" / "scenarios" / "commune-power.yaml"
    assert f"```yaml\n{shown.read_text(encoding='utf-8')}```" in readme


@each_file
def test_a_script_explains_itself_and_expects_something(path: Path, sample: Project) -> None:
    vietnamese, english, *_ = path.read_text(encoding="utf-8").splitlines()
    assert vietnamese.startswith("# ")
    assert vietnamese.endswith(".")
    assert english.startswith("# ")
    assert english.endswith(".")
    found = script(path, sample)
    assert found.expect is not None
    assert found.expect.incidents is not None
    assert found.expect.notices is not None
    assert found.deeds
    assert found.deeds[0].at >= 50, "everything must have been heard before"
    assert found.duration <= 600


@pytest.mark.parametrize("path", [path for path in FILES if path.stem in QUICK], ids=lambda path: path.stem)
def test_a_short_script_holds(path: Path, sample: Project) -> None:
    assert differences(path, sample) == []


def test_a_hung_agent_is_seen_beside_the_state_while_it_hangs_and_asked_for_less(sample: Project) -> None:
    hangs = script(ROOT / "alerts" / "scenarios" / "agent-hangs.yaml", sample)
    hung = {"van-yen-r1", "cqh-r1"}
    seen: list[tuple[float, set[str], int]] = []

    def look(app: App, now: float) -> None:
        shown = app.view.status()
        assert {shown["devices"][name]["state"] for name in hung} <= {"up", "unknown"}
        marked = {name for name, row in shown["devices"].items() if "agent_silent" in row["marks"]}
        seen.append((now - hangs.start, marked, shown["backed_off"]))

    result = rehearse(sample, hangs, look=look)
    assert (result.incidents, result.told) == ([], [])
    assert set().union(*(marked for _, marked, _ in seen)) == hung
    begun = min(at for at, marked, _ in seen if marked == hung)
    assert 60 < begun < 200
    assert not any(marked or backed_off for at, marked, backed_off in seen if not 60 < at < 285)
    assert all(marked == hung and backed_off for at, marked, backed_off in seen if begun < at < 240)


@pytest.mark.nightly
@each_file
def test_every_script_holds(path: Path, sample: Project) -> None:
    assert differences(path, sample) == []
