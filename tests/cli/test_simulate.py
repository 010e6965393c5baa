"""Does `netmon simulate` play a script with the real program, and say what came of it, the same each time?"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import InputError
from tests.conftest import ROOT
from tests.province import SMALL

START = 1_791_939_600.0
SCRIPT = """
seed: 7
duration: 90s
settle: [1s, 4s]
events:
  - {at: 30s, cut: [d/1, d/2]}
  - {at: 60s, restore: all}
"""
HOLDS = """
expect:
  incidents: [{kind: outage, root: d, affected: 3, opened: 30s, resolved: 60s, within: 10s}]
  notices:
    - {to: noc, event: opened, root: d, after: 30s, within: 15s}
    - {to: noc, event: resolved, root: d, after: 60s, within: 15s}
  states: {d: up, b1: up}
"""
DIFFERS = """
expect:
  incidents: [{kind: outage, root: d, affected: 2}]
  notices: []
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small province, with one recipient."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "all.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "community").write_text("public", encoding="utf-8")
    (tmp_path / "netmon.yaml").write_text("notifiers: {noc: {console: {}}}\n", encoding="utf-8")
    return tmp_path


def simulate(project: Path, *words: str, hashes: str = "0") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netmon.cli.main", "simulate", str(project), *words]
    env = {**os.environ, "PYTHONHASHSEED": hashes, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def here(project: Path, *words: str) -> Result:
    """The same in this process."""
    return CliRunner().invoke(build(["simulate"]), ["simulate", str(project), *words])


def written(project: Path, text: str, name: str = "s.yaml") -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_json_has_the_promised_shape_and_is_the_same_each_time(project: Path) -> None:
    script = written(project, SCRIPT + HOLDS)
    one = simulate(project, "--script", str(script), "--json", hashes="1")
    other = simulate(project, "--script", str(script), "--json", hashes="2")
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout == other.stdout
    said: dict[str, Any] = json.loads(one.stdout)
    assert {"incidents", "notices", "status"} <= said.keys()
    [incident] = said["incidents"]
    assert (incident["kind"], incident["root"], incident["state"]) == ("outage", "d", "resolved")
    assert incident["affected"] == ["b1", "b2", "d"]
    assert re.fullmatch(r"2026-10-14T08:00:3\d\.\d{3}\+07:00", incident["opened_at"])
    assert {"id", "severity", "cause", "resolved_at", "evidence"} <= incident.keys()
    assert [(each["to"], each["event"], each["incident"]) for each in said["notices"]] == [
        ("noc", "opened", incident["id"]),
        ("noc", "resolved", incident["id"]),
    ]
    assert said["notices"][0]["text"].startswith("[MẤT] D ")
    assert said["status"]["sites"]["d"]["state"] == "up"
    assert {"devices", "links"} <= said["status"].keys()
    assert [each["act"] for each in said["events"]] == ["cut d/1, d/2", "restore all"]
    assert all(line["agrees"] for line in said["expected"])
    assert not (project / "var").exists(), "nothing is written into the project"


def test_another_seed_is_another_run(project: Path) -> None:
    script = written(project, SCRIPT)
    one = here(project, "--script", str(script), "--json")
    other = here(project, "--script", str(written(project, SCRIPT.replace("7", "8"))), "--json")
    assert one.exit_code == other.exit_code == 0
    assert json.loads(one.stdout)["incidents"] != json.loads(other.stdout)["incidents"]


def test_the_story_is_told(project: Path) -> None:
    done = here(project, "--script", str(written(project, SCRIPT + HOLDS)))
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "s, seed 7, from 08:00:00 14/10/2026"
    assert lines[1] == "08:00:30      0:30  cut d/1, d/2"
    assert re.match(r"08:00:4\d +0:4\S+    -> noc: \[MẤT\] D ", lines[2])
    assert lines[3] == "08:01:00      1:00  restore all"
    assert re.match(r"08:01:\d\d +1:\S+ +-> noc: \[XONG\] D", lines[4])
    assert "as expected" in lines
    assert re.fullmatch(r"1\.5 virtual minutes in \d+\.\d s", lines[-1])


def test_what_is_not_expected_is_shown_and_exits_1(project: Path) -> None:
    script = written(project, SCRIPT + DIFFERS)
    done = here(project, "--script", str(script))
    assert done.exit_code == 1
    assert "NOT as expected" in done.stdout
    lines = done.stdout.splitlines()
    wrong = lines.index("DIFFERS   expected  outage d, 2 site(s)")
    assert re.fullmatch(r" {10}got       outage d, 3 site\(s\), opened 0:3\S+, resolved \S+", lines[wrong + 1])
    done = here(project, "--script", str(script), "--json")
    assert done.exit_code == 1
    json.loads(done.stdout)
    lines = done.stderr.splitlines()
    assert lines[:2] == ["s: not as expected", "  expected  outage d, 2 site(s)"]
    assert lines[2].startswith("  got       outage d, 3 site(s), opened 0:3")
    assert lines[3] == "  expected  nothing"
    assert lines[4].startswith("  got       noc told opened: outage d, at 0:4")


WORK = """
duration: 130s
settle: 1s
maintenance:
  - {what: d, from: 20s, until: 90s, why: thay tủ}
events:
  - {at: 30s, cut: [d/1, d/2]}
  - {at: 60s, restore: all}
  - {at: 70s, fail: b1}
expect:
  incidents: [{kind: outage, root: b1, state: open}]
  notices: [{to: noc, event: opened, root: b1, after: 90s, within: 15s}]
  states: {d: up, b1: down}
"""


def test_work_is_rehearsed_as_it_is_planned(project: Path) -> None:
    script = written(project, WORK)
    done = here(project, "--script", str(script))
    assert done.exit_code == 0, done.stdout
    lines = done.stdout.splitlines()
    assert lines[1] == "08:00:20      0:20  maintenance of d begins: thay tủ"
    assert "08:01:30      1:30  maintenance of d is over" in lines
    assert "agrees    b1 down at the end" in lines
    said = json.loads(here(project, "--script", str(script), "--json").stdout)
    assert said["maintenance"] == [
        {
            "what": ["d"],
            "from": "2026-10-14T08:00:20.000+07:00",
            "until": "2026-10-14T08:01:30.000+07:00",
            "why": "thay tủ",
        }
    ]
    unplanned = WORK.replace("  - {what: d, from", "  - {what: b2, from")
    assert here(project, "--script", str(written(project, unplanned))).exit_code == 1


def test_a_long_line_is_not_broken_where_it_is_piped(project: Path) -> None:
    many = ", ".join(["d/1"] * 100)
    done = here(project, "--script", str(written(project, f"duration: 20s\nevents: [{{at: 9s, cut: [{many}]}}]\n")))
    assert f"08:00:09      0:09  cut {many}" in done.stdout.splitlines()


def test_where_samples_cannot_go_is_known_before(project: Path, tmp_path: Path) -> None:
    script = str(written(project, "events: [{at: 1s, cut: nowhere}]\n"))
    for place in (tmp_path, tmp_path / "none" / "samples.txt"):
        done = here(project, "--script", script, "--samples", str(place))
        assert done.exit_code == 2, "before the script is read"


def test_a_mistake_in_a_script_is_one_line(project: Path) -> None:
    script = written(project, "events: [{at: 60s, cut: dd/1}]\n")
    done = simulate(project, "--script", str(script))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{script}:1:25: unknown link, site or carrier 'dd/1' (did you mean 'd/1'?)\n"


def test_without_a_script_all_of_the_projects_own_are_played(project: Path) -> None:
    written(project, SCRIPT + HOLDS, "alerts/scenarios/good.yaml")
    written(project, SCRIPT + DIFFERS, "alerts/scenarios/other.yaml")
    done = simulate(project)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"ok +good +1\.5 min in +\d+\.\d s", lines[0])
    assert re.fullmatch(r"DIFFERS +other +1\.5 min in +\d+\.\d s", lines[1])
    assert lines[2] == "  expected  outage d, 2 site(s)"
    assert re.fullmatch(r"2 scripts in \d+\.\d s", lines[-1])


def test_all_scripts_are_read_before_any_is_played(project: Path) -> None:
    written(project, SCRIPT, "alerts/scenarios/good.yaml")
    written(project, "events: [{at: 1s, cutt: d/1}]\n", "alerts/scenarios/zz.yaml")
    done = here(project)
    assert isinstance(done.exception, InputError)
    assert "zz.yaml:1:19: unknown key 'cutt'" in str(done.exception)
    assert done.stdout == ""


def test_a_project_without_scripts_says_so(project: Path) -> None:
    said = here(project).exception
    assert isinstance(said, InputError)
    assert "holds no script" in str(said)
    assert here(project, "--json").exit_code == 2


def test_samples_are_openmetrics_that_promtool_takes(
    project: Path, tmp_path: Path, require_program: Callable[[str, str], str]
) -> None:
    promtool = require_program("promtool", "prometheus")
    out = tmp_path / "samples.txt"
    done = here(project, "--script", str(written(project, SCRIPT)), "--samples", str(out))
    assert done.exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert text.endswith("# EOF\n")
    families = list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]
    assert len({family.name for family in families}) == len(families), "each family in one piece"
    samples = [sample for family in families for sample in family.samples]
    assert f"{len(samples)} samples in {out}\n" == done.stderr
    by_name = {family.name: family for family in families}
    assert by_name["netmon_probe_sent"].type == "counter"
    assert {sample.name for sample in by_name["netmon_site"].samples} == {"netmon_site_info"}
    down = [
        float(sample.timestamp) - START
        for sample in by_name["netmon_site_state"].samples
        if sample.labels["site"] == "d" and sample.labels["state"] == "down" and sample.value == 1
    ]
    assert 30 < min(down) <= 60
    assert max(down) <= 75
    rounds = [sample for sample in by_name["netmon_probe_rtt_seconds"].samples if sample.labels.get("device") == "dr"]
    assert rounds == sorted(rounds, key=lambda sample: float(sample.timestamp))
    assert rounds[0].labels == {"site": "d", "level": "district", "device": "dr", "collector": "icmp"}
    made = subprocess.run(
        [promtool, "tsdb", "create-blocks-from", "openmetrics", str(out), str(tmp_path / "tsdb")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    listed = subprocess.run(
        [promtool, "tsdb", "list", str(tmp_path / "tsdb")], capture_output=True, text=True, timeout=60, check=True
    )
    counted = [int(line.split()[4]) for line in listed.stdout.splitlines()[1:]]
    assert sum(counted) == len(samples)
