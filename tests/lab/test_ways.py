"""Does a trace through real routers tell the way that packets take, before and after a line is cut?"""

import json
import sys

import pytest

from tests.conftest import ROOT
from tests.lab.lab import Lab
from tests.lab.topology import VANTAGE

pytestmark = pytest.mark.netns


def way(lab: Lab, address: str) -> list[str]:
    """The routers on the way there from the vantage, by id."""
    argv = ["ip", "netns", "exec", VANTAGE, sys.executable, "-m", "tests.wire.cage", "trace", address]
    told = lab.cage.must(["env", f"PYTHONPATH={ROOT}", "PYTHONDONTWRITEBYTECODE=1", *argv])
    whose = {router.address: router.id for router in lab.topology.routers.values()}
    whose |= {end.address: end.router for line in lab.topology.lines.values() for end in line.ends}
    return [whose.get(hop, hop) for hop in json.loads(told.splitlines()[-1])["hops"]]


def test_the_way_goes_over_the_backup_line_once_the_primary_is_cut(lab: Lab) -> None:
    topology = lab.topology
    site = topology.communes(topology.districts[0], dual=True)[0]
    gateway, district = topology.gateway(site), topology.gateway(topology.districts[0])
    assert way(lab, lab.address(site)) == ["p1", district, gateway]
    lab.cut(f"{site}/1")
    lab.wait_traffic(site, flows=True)
    assert way(lab, lab.address(site)) == ["p1", "lte", gateway]


def test_the_way_ends_at_the_last_router_that_has_one(lab: Lab) -> None:
    topology = lab.topology
    site = topology.communes(topology.districts[0], dual=False)[0]
    lab.silent_loss(f"{site}/1")
    assert way(lab, lab.address(site)) == ["p1", topology.gateway(topology.districts[0])]
