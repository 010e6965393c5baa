"""Do silences and storms hold in the whole program, over restarts, with what the batteries say?"""

import shutil
from pathlib import Path

import pytest

from netmon.cli._rehearsal import Rehearsal, rehearse
from netmon.settings.project import Project, load
from netmon.settings.script import read
from tests.conftest import ROOT

SCRIPT = """
seed: 4
start: 2026-10-14T21:00:00+07:00
duration: 34m
events:
  - {at: 1m, say: {verb: storm, who: an, what: valley, lasts: 32m}}
  - {at: 2m, say: {verb: silence, who: an, what: [moor, lake+], lasts: 20m}}
  - {at: 3m, cut: [mill/1, ford/1, lake/1, moor/1]}
  - {at: 4m, power: {town: 90m}}
  - {at: 10m, restore: [moor/1]}
  - {at: 20m, kill: 30s}
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    project = with_a_ups(tmp_path_factory.mktemp("valley"))
    path = project.path / "script.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    script = read(path, project.inventory, project.config.notifiers, project.roster.people)
    return rehearse(project, script)


def with_a_ups(folder: Path) -> Project:
    """The small project of the desk's scenarios; Town has a UPS that is asked."""
    shutil.copytree(ROOT / "tests" / "desk", folder, dirs_exist_ok=True)
    inventory = folder / "inventory" / "all.yaml"
    text = inventory.read_text(encoding="utf-8").replace("env:NONE", "file:community")
    text = text.replace("every: 5s", "every: 20s")  # nothing here is about how soon a fault is seen
    router = "town-r: {address: 10.0.1.1, role: router}"
    assert router in text
    text = text.replace(router, f"{router}, town-ups: {{address: 10.0.1.9, role: ups, collect: {{ups: {{}}}}}}")
    (folder / "community").write_text("public", encoding="utf-8")
    inventory.write_text(text, encoding="utf-8")
    return load(folder)


def minutes(played: Rehearsal, kind: str) -> list[float]:
    start = played.done[0][0] - 60
    return sorted({round((told.at - start) / 60, 1) for told in played.told if told.notice.incident.kind == kind})


def test_a_bulletin_at_once_each_half_hour_and_at_the_end(played: Rehearsal) -> None:
    assert minutes(played, "storm") == [1.0, 31.0, 33.0]


def test_it_says_how_the_area_stands_and_how_long_the_battery_lasts(played: Rehearsal) -> None:
    text = next(told.notice.text for told in played.told if "21:31" in told.notice.subject)
    lines = text.splitlines()
    assert lines[0] == "[STORM] valley 21:31: 1 of 3 sites lost, 1 on backup"
    assert lines[1:3] == ["- 1 lost, cause not known yet: Ford", "- 1 on backup by 4G: Mill"]
    assert lines[3].startswith("- Town on battery, 1 h ")
    assert lines[3].endswith(" left")


def test_what_is_hidden_is_told_when_it_may_be_and_what_ended_before_is_not(played: Rehearsal) -> None:
    told = {(one.notice.incident.root, one.notice.event) for one in played.told if one.notice.incident.kind == "outage"}
    assert {root for root, _ in told} == {"lake", "ford"}
    assert {(root, "opened") for root in ("lake", "ford")} <= told
    assert not [one for one in played.told if one.notice.incident.root == "moor"]
    first = [one.notice for one in played.told if one.notice.event == "opened" and one.notice.incident.root == "lake"]
    assert {notice.at - first[0].at for notice in first} == {0.0}
    assert first[0].at >= played.done[0][0] + 60 + 20 * 60, "when the silence is over, not before"
