"""What do `netmon status` and `netmon incidents` print, whether the service runs or not?"""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.decide import shapes
from netmon.errors import NotRunning
from netmon.model import Clue, Entry, Incident, IncidentEvent, Standing, State, Transition
from netmon.run.journal.seam import open_inline
from netmon.web import app
from tests.conftest import ROOT
from tests.ports import free_port
from tests.run.province import province
from tests.web.shown import Shown, running_beside

AT = 1_790_000_000.0  # 2026-09-21T21:13:20+07:00
INVENTORY = """\
province: yen-bai
levels: [province, commune]
vantage: noc
timezone: Asia/Ho_Chi_Minh
credentials: {default: {snmp: {version: 2c, community: env:SNMP_COMMUNITY}}}
sites:
  tinh:
    name: Trung tâm dữ liệu tỉnh
    level: province
    devices:
      core: {address: 127.0.0.2, role: router}
      noc: {address: 127.0.0.3, role: server, behind: core}
  chau-que-ha:
    name: Xã Châu Quế Hạ
    level: commune
    devices: {cqh-r1: {address: 127.0.0.4, role: router}}
    uplinks: [{to: core, kind: ftth, circuit: YB-CQH, bandwidth: 50M, role: primary}]
"""
OUTAGE = Incident(
    id=7,
    kind="outage",
    severity="critical",
    root="chau-que-ha",
    seat="chau-que-ha",
    state="open",
    cause="power",
    opened_at=AT,
    affected=("chau-que-ha",),
    evidence=(Clue(AT, "icmp", "silent"),),
)
STATES: dict[str, Any] = {
    "sites": {
        "chau-que-ha": {"state": "down", "since": "2026-09-21T21:13:20.000+07:00", "behind": "cqh-r1", "marks": []},
        "tinh": {"state": "up", "since": "2026-09-21T21:00:00.000+07:00", "behind": None, "marks": []},
    },
    "devices": {},
    "links": {},
    "services": {},
}


def make_project(folder: Path, port: int, language: str = "en") -> Path:
    (folder / "inventory").mkdir()
    (folder / "inventory" / "all.yaml").write_text(INVENTORY, encoding="utf-8")
    (folder / "netmon.yaml").write_text(f"listen: 127.0.0.1:{port}\nlanguage: {language}\n", encoding="utf-8")
    return folder


def run(command: str, *words: str) -> Result:
    return CliRunner().invoke(build(["status", "incidents"]), [command, *words])


@contextmanager
def service(folder: Path, shown: Shown, language: str = "en") -> Iterator[Path]:
    """A project whose service runs and shows this."""
    with running_beside(app.build(shown)) as port:
        yield make_project(folder, port, language)


@pytest.fixture
def unused() -> int:
    return free_port()


def keep_journal(project: Path, beat: bool = True) -> None:
    """What a service that has died left behind: a site that is down and the incident of it."""

    async def write() -> None:
        (project / "var").mkdir()
        journal = open_inline(project / "var" / "journal.db")
        down = Transition(
            id="chau-que-ha",
            of="site",
            at=AT,
            old=Standing(State.UP, AT - 60),
            new=Standing(State.DOWN, AT, "cqh-r1"),
        )
        event = IncidentEvent(event="opened", at=AT, incident=OUTAGE)
        await journal.write([Entry(6, AT, down), Entry(7, AT, event)])
        if beat:
            await journal.beat(AT + 5)
        await journal.close()

    asyncio.run(write())


def told() -> list[dict[str, Any]]:
    return [shapes.incident(province(), OUTAGE, ZoneInfo("Asia/Ho_Chi_Minh"), lambda clue: clue.text)]


def test_status_is_what_the_service_says(tmp_path: Path) -> None:
    with service(tmp_path, Shown(states=STATES, events=told())) as project:
        done = run("status", str(project), "--json")
    assert (done.exit_code, json.loads(done.stdout), done.stderr) == (0, STATES, "")


def test_incidents_are_what_the_service_says(tmp_path: Path) -> None:
    with service(tmp_path, Shown(states=STATES, events=told())) as project:
        done = run("incidents", str(project), "--json")
    assert (done.exit_code, json.loads(done.stdout), done.stderr) == (0, told(), "")


def test_people_see_first_what_is_not_up(tmp_path: Path) -> None:
    with service(tmp_path, Shown(states=STATES, events=told())) as project:
        done = run("status", str(project))
    assert done.exit_code == 0
    lines = [re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines() if line.strip()]
    assert lines == [
        ["sites", "name", "state", "since", "behind"],
        ["chau-que-ha", "Xã Châu Quế Hạ", "down", "21:13 21/09/2026", "cqh-r1"],
        ["level", "up", "degraded", "down", "unreachable", "unknown", "total"],
        ["province", "1", "-", "-", "-", "-", "1"],
        ["commune", "-", "-", "1", "-", "-", "1"],
        ["open incidents"],
        ["id", "kind", "root", "name", "cause", "affected", "opened", "resolved", "state"],
        ["#7", "outage", "chau-que-ha", "Xã Châu Quế Hạ", "power", "1", "21:13 21/09/2026"],
    ]
    assert "\x1b" not in done.stdout


def test_vietnamese_operators_read_vietnamese(tmp_path: Path) -> None:
    with service(tmp_path, Shown(states=STATES, events=told()), "vi") as project:
        status, incidents = run("status", str(project)).stdout, run("incidents", str(project)).stdout
    assert "Mất liên lạc" in status
    assert "Sự cố đang mở" in status
    assert "Gián đoạn" in incidents
    assert "mất điện" in incidents


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("cqh-r1", "interfaces", "4.2", "tables asked for more seldom, their agents are silent: 3")),
        ("vi", ("Chậm nhất", "4,2", "Số bảng hỏi thưa hơn vì SNMP không trả lời: 3")),
    ],
)
def test_the_slowest_devices_are_named(tmp_path: Path, language: str, said: tuple[str, ...]) -> None:
    polls = shapes.polls([("cqh-r1", "interfaces", 4.2)], 3)
    assert polls["slowest"] == [{"id": "cqh-r1", "collector": "interfaces", "seconds": 4.2}]
    with service(tmp_path, Shown(states=STATES | polls), language) as project:
        status, script = run("status", str(project)).stdout, run("status", str(project), "--json").stdout
    assert [words for words in said if words not in status] == []
    assert json.loads(script) == STATES | polls


def test_a_quiet_province_says_so(tmp_path: Path) -> None:
    up = {**STATES, "sites": {"tinh": STATES["sites"]["tinh"]}}
    with service(tmp_path, Shown(states=up)) as project:
        status, incidents = run("status", str(project)).stdout, run("incidents", str(project)).stdout
    assert "no open incidents" in status
    assert "since" not in status
    assert incidents.strip() == "no incidents in the last 30 days"


@pytest.mark.parametrize("command", ["status", "incidents"])
def test_the_journal_answers_when_the_service_does_not(tmp_path: Path, unused: int, command: str) -> None:
    project = make_project(tmp_path, unused)
    keep_journal(project)
    done = run(command, str(project), "--json")
    assert done.exit_code == 3
    assert done.stderr == "netmon: not running; as of 2026-09-21T21:13:25+07:00\n"
    found = json.loads(done.stdout)
    if command == "status":
        assert found["sites"]["chau-que-ha"] == STATES["sites"]["chau-que-ha"]
        assert found["sites"]["tinh"] == {"state": "unknown", "since": None, "behind": None, "marks": []}
        assert found["devices"].keys() == {"core", "noc", "cqh-r1"}
        assert (found["slowest"], found["backed_off"]) == ([], 0), "nobody polls"
    else:
        assert [(one["id"], one["root"], one["state"], one["affected"]) for one in found] == [
            (7, "chau-que-ha", "open", ["chau-que-ha"])
        ]
        assert found[0]["evidence"][0]["text"]


def test_the_journal_is_told_to_people_too(tmp_path: Path, unused: int) -> None:
    project = make_project(tmp_path, unused, "vi")
    keep_journal(project, beat=False)
    done = run("status", str(project))
    assert done.exit_code == 3
    assert "không chạy; tính đến thời điểm không rõ" in done.stderr
    assert "Mất liên lạc" in done.stdout


@pytest.mark.parametrize(
    "shown",
    [
        Shown(states={"sites": {"elsewhere": {"state": "up", "since": None, "behind": None}}}),
        Shown(states={"sites": "nonsense"}),
        Shown(states={}),
    ],
)
def test_another_projects_service_does_not_count(tmp_path: Path, shown: Shown) -> None:
    with service(tmp_path, shown) as project:
        keep_journal(project)
        done = run("status", str(project), "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["sites"]["chau-que-ha"]["state"] == "down"


def test_something_else_on_the_port_does_not_count(tmp_path: Path) -> None:
    async def rubbish(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"<html>"})  # type: ignore[operator]

    with running_beside(rubbish) as port:
        project = make_project(tmp_path, port)
        keep_journal(project)
        assert run("status", str(project), "--json").exit_code == 3


def test_without_service_and_journal_nobody_knows(tmp_path: Path, unused: int) -> None:
    done = run("status", str(make_project(tmp_path, unused)))
    assert isinstance(done.exception, NotRunning)
    assert done.stdout == ""


def test_a_proxy_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused: int) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused}")
    with service(tmp_path, Shown(states=STATES)) as project:
        assert run("status", str(project), "--json").exit_code == 0


@pytest.mark.parametrize("command", ["status", "incidents"])
def test_the_sample_project_has_not_run_yet(tmp_path: Path, command: str) -> None:
    shutil.copytree(ROOT / "tests" / "samples" / "three-level", tmp_path / "p")
    with (tmp_path / "p" / "netmon.yaml").open("a", encoding="utf-8") as file:
        file.write(f"listen: 127.0.0.1:{free_port()}\n")
    assert isinstance(run(command, str(tmp_path / "p")).exception, NotRunning)
