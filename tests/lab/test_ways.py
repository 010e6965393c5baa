"""Does a trace through real routers tell the way that packets take, before and after a line is cut?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.lab.lab import Lab

pytestmark = pytest.mark.netns

Way = Callable[[str], list[str]]


@pytest.fixture
def way(lab: Lab, tmp_path: Path) -> Iterator[Way]:
    """The routers on the way there from the vantage, by id. What traces runs already: a Python that starts first would
    miss what is so only until the routers have noticed.
    """
    whose = {router.address: router.id for router in lab.topology.routers.values()}
    whose |= {end.address: end.router for line in lab.topology.lines.values() for end in line.ends}
    os.mkfifo(questions := tmp_path / "questions")
    shell = ["sh", "-c", 'exec "$0" -m tests.wire.cage <"$1"', sys.executable, str(questions)]
    with lab.run_in_noc(shell, stdout=subprocess.PIPE, cwd=ROOT) as running, questions.open("w") as asked:
        assert running.stdout is not None
        answers = running.stdout

        def ask(address: str) -> list[str]:
            print(json.dumps(["trace", address]), file=asked, flush=True)
            return [whose.get(hop, hop) for hop in json.loads(answers.readline())["hops"]]

        yield ask
        asked.close()
        assert running.wait(30) == 0


def test_the_way_goes_over_the_backup_line_once_the_primary_is_cut(lab: Lab, way: Way) -> None:
    topology = lab.topology
    site = topology.communes(topology.districts[0], dual=True)[0]
    gateway, district = topology.gateway(site), topology.gateway(topology.districts[0])
    assert way(lab.address(site)) == ["p1", district, gateway]
    lab.cut(f"{site}/1")
    lab.wait_traffic(site, flows=True)
    assert way(lab.address(site)) == ["p1", "lte", gateway]


def test_the_way_ends_at_the_last_router_that_has_one(lab: Lab, way: Way) -> None:
    topology = lab.topology
    site = topology.communes(topology.districts[0], dual=False)[0]
    district = topology.gateway(topology.districts[0])
    assert way(lab.address(site)) == ["p1", district, topology.gateway(site)]
    lab.silent_loss(f"{site}/1")
    assert way(lab.address(site)) == ["p1", district]
