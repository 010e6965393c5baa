"""Do the shipped Prometheus rules hold, and do they read what netmon exports?"""

import re
import subprocess
from collections.abc import Callable
from typing import Any, get_args

import yaml

from netmon.app import World, build
from netmon.model import Inventory, Kind
from netmon.run.families import inventory_families, verdict_families
from netmon.run.journal.seam import open_inline
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.conftest import ROOT
from tests.province import SMALL, T0, made

RULES = ROOT / "alerts" / "rules" / "netmon.yaml"
PROOFS = ROOT / "alerts" / "rules" / "netmon.test.yaml"
EMPTY = Inventory(
    province="p",
    levels=("central", "province", "district", "commune"),
    vantage="noc",
    anchors=(),
    timezone="Asia/Ho_Chi_Minh",
    sites={},
    devices={},
    links={},
    nodes={},
    services={},
    carriers={},
    credentials={},
    calendars={},
)


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def exported() -> set[str]:
    """The families on the page of the whole program, and those that an empty province leaves out."""

    async def page() -> str:
        clock = VirtualClock()
        project = made(SMALL)
        net = SimNet(Network(project.inventory, clock=clock), clock)
        app = await build(project, World(clock=clock, net=net, journal=open_inline(None), serve=False))
        return b"".join(app.view.metrics()[0]).decode()

    families = [*inventory_families(EMPTY), *verdict_families(EMPTY, {}, {})]
    return {family.name for family in families} | set(
        re.findall(r"^# TYPE (\S+)", run_virtual(page(), T0), re.MULTILINE)
    )


def test_promtool_accepts_the_rules(require_program: Callable[[str, str], str]) -> None:
    promtool = require_program("promtool", "prometheus")
    run = subprocess.run([promtool, "check", "rules", RULES], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_promtool_proves_the_rules(require_program: Callable[[str, str], str]) -> None:
    promtool = require_program("promtool", "prometheus")
    run = subprocess.run([promtool, "test", "rules", PROOFS], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_alert_is_proved_to_fire() -> None:
    proofs = yaml.safe_load(PROOFS.read_text(encoding="utf-8"))["tests"]
    fired = {case["alertname"] for proof in proofs for case in proof.get("alert_rule_test", ()) if case["exp_alerts"]}
    assert {rule["alert"] for rule in rules()} == fired


def test_the_rules_read_only_what_is_exported() -> None:
    read = {name for rule in rules() for name in re.findall(r"\bnetmon_\w+", rule["expr"])}
    assert read
    assert read <= exported()


def test_the_rules_ask_for_kinds_that_exist() -> None:
    asked = {kind for rule in rules() for kind in re.findall(r'kind="(\w+)"', rule["expr"])}
    assert {"outage", "redundancy_lost", "blind"} <= asked
    assert asked <= set(get_args(Kind))
