"""Is the right command line asked about what has just broken, and is what it says fit to be kept?"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.clock import SystemClock
from netmon.decide.telling.messages import speaker
from netmon.errors import Unreachable
from netmon.model import Clue, Evidence, Incident, Inventory, Kind, Looked
from netmon.run.looking import Looker
from netmon.run.looks_cli import DEVICES, LINES, CliLook, nearby
from netmon.settings.project import Project, load
from tests.collectors.fakes import FakeNet
from tests.settings.written import write

PASSWORD = "lantern-7731"
PROVINCE = """
vantage: noc
levels: [province, district, commune]
credentials: {default: {ssh: {user: netmon, password: file:secrets/ssh, known_hosts: /dev/null}}}
defaults: {collect: {icmp: {}}}
sites:
  core:
    name: Centre
    level: province
    devices:
      core-1: {address: 10.0.0.1, role: router, cli: {platform: huawei_vrp}}
      noc: {address: 10.0.0.2, role: server}
  dist:
    name: District
    level: district
    devices:
      dist-r: {address: 10.0.1.1, role: router, cli: {platform: cisco_ios}}
      dist-sw: {address: 10.0.1.2, role: switch, cli: {platform: cisco_ios, backup: false}}
      theirs: {address: 10.0.1.3, role: router}
    uplinks: [{to: core-1, local: Gi0/0, remote: GigabitEthernet0/0/4, address: 10.0.9.1}]
    services: {web: {name: Web, on: dist-sw, collect: {tcp: {port: 80}}}}
  xa:
    name: Commune
    level: commune
    devices: {xa-r: {address: 10.0.2.1, role: router}}
    uplinks: [{to: dist-r, remote: "Gi0/1; reload"}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load(write(tmp_path, {"a.yaml": PROVINCE, "secrets/ssh": PASSWORD}))


def incident(root: str, kind: Kind = "outage", links: Sequence[str] = ()) -> Incident:
    return Incident(
        id=7, kind=kind, severity="critical", root=root, seat=root, state="open", cause="unknown", opened_at=0.0,
        links=tuple(links),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("root", "wanted"),
    [
        ("dist/1", {"dist-r": ["Gi0/0"], "core-1": ["GigabitEthernet0/0/4"]}),
        ("dist", {"core-1": ["GigabitEthernet0/0/4"], "dist-r": ["Gi0/0"]}),
        ("dist-r", {"core-1": ["GigabitEthernet0/0/4"], "dist-r": ["Gi0/0", "Gi0/1; reload"]}),
        ("dist-sw", {"dist-r": [], "dist-sw": []}),
        ("xa", {"dist-r": ["Gi0/1; reload"]}),
        ("web", {"dist-sw": []}),
        ("vnpt", {}),
    ],
)
def test_who_is_asked(project: Project, root: str, wanted: dict[str, list[str]]) -> None:
    found = nearby(incident(root), project.inventory)
    assert {key: list(ports) for key, ports in found.items()} == wanted
    assert list(found)[0:1] != [root] or len(found) == 1, "the near side first"
    assert len(found) <= DEVICES


async def looked(inventory: Inventory, net: FakeNet, root: str) -> dict[str, str]:
    clues = await CliLook(net, SystemClock())(incident(root), inventory)
    assert {clue.text for clue in clues} <= {"look_says"}
    return {f"{clue.source}: {dict(clue.values)['command']}": dict(clue.values)["output"] for clue in clues}


async def test_what_they_say(project: Project) -> None:
    net = FakeNet()
    log = "\n".join(f"line {n}" for n in range(100))
    net.printed["10.0.1.1"] = {
        "show interfaces Gi0/0": "Gi0/0 is down, line protocol is down\n",
        "show ip interface brief": "\n".join(f"port {n}" for n in range(100)),
        "show logging": f"{log}\n%SYS-5: user admin password {PASSWORD} typed\nsnmp-server community Hidden-99 RO",
    }
    net.printed["10.0.0.1"] = Unreachable("10.0.0.1: no answer")
    found = await looked(project.inventory, net, "dist/1")
    assert found["dist-r: show interfaces Gi0/0"] == "Gi0/0 is down, line protocol is down"
    first = found["dist-r: show ip interface brief"].split("\n")
    assert (first[0], len(first)) == ("port 0", LINES + 1)
    last = found["dist-r: show logging"].split("\n")
    assert (last[0], len(last)) == ("… 62 lines left out", LINES + 1)
    assert PASSWORD not in str(found)
    assert "Hidden-99" not in str(found)
    assert "***" in last[-1]


async def test_a_port_that_is_no_name_is_never_typed(project: Project) -> None:
    net = FakeNet()
    net.printed["10.0.1.1"] = {"show ip interface brief": "x", "show logging": "y"}
    found = await looked(project.inventory, net, "xa")
    assert set(found) == {"dist-r: show ip interface brief", "dist-r: show logging"}


async def test_nobody_to_ask_is_no_clue_and_nobody_who_answers_an_error(project: Project) -> None:
    net = FakeNet()
    assert await looked(project.inventory, net, "vnpt") == {}
    assert net.logins == []
    net.printed["10.0.1.1"] = Unreachable("10.0.1.1: no answer")
    with pytest.raises(Unreachable):
        await looked(project.inventory, net, "xa")


async def test_without_a_login_nobody_is_asked(project: Project) -> None:
    net = FakeNet()
    inventory = replace(project.inventory, credentials={})
    assert await looked(inventory, net, "dist") == {}
    assert net.logins == []


async def test_it_is_a_look_and_can_be_told_in_both_languages(project: Project) -> None:
    net = FakeNet()
    told: list[Evidence] = []
    net.printed["10.0.1.1"] = {"show ip interface brief": "all down"}
    looker = Looker([CliLook(net, SystemClock())], lambda: project.inventory, SystemClock(), told.extend)
    await looker.look(incident("xa"))
    [found] = told
    assert isinstance(found, Looked)
    [clue] = found.clues
    assert isinstance(clue, Clue)
    for language, word in (("vi", "lệnh show ip"), ("en", ", show ip")):
        say = speaker(project.messages, project.inventory, language).say
        assert word in say(clue)
        assert "all down" in say(clue)
