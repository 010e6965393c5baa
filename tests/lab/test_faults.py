"""Does netmon say the one true thing, once and in time, when a real network breaks?

A fresh netmon and one fault for each test. The figures are the design's: new state within 6 s, first message
within 15 s, recovery told within 15 s of traffic.
"""

import json
import time

import pytest

from tests.lab.plays import kill_in_an_outage, lose_packets
from tests.lab.scenarios import judge, play, scenarios
from tests.lab.service import Service
from tests.lab.topology import build

pytestmark = pytest.mark.netns

NAMES = list(scenarios(build(30)))
KEYS = {"id", "kind", "severity", "root", "state", "cause", "opened_at", "resolved_at", "affected", "evidence"}
LOSSY_SECONDS, LOSSY_LINES = 60.0, 6


@pytest.mark.parametrize("name", NAMES)
def test_one_fault_is_told_once(service: Service, name: str) -> None:
    scenario = scenarios(service.lab.topology)[name]
    played = play(service, scenario)
    wrong = judge(scenario, played)
    assert not wrong, "\n".join([*wrong, "", *played.story()])


def test_commands_and_interface_tell_the_same(service: Service) -> None:
    lab, known = service.lab, service.incidents()
    district = lab.topology.districts[1]
    lab.cut(*lab.topology.uplinks(district))
    service.wait(lambda: bool(service.new_incidents(known)), 30, "an incident")
    status = json.loads(service.command("status", "--json"))
    incidents = json.loads(service.command("incidents", "--json"))
    assert set(status["sites"]) == {router.site for router in lab.topology.routers.values()}
    assert set(status["devices"]) == set(lab.topology.routers)
    assert set(status["links"]) == set(lab.topology.links)
    assert status["sites"][district]["state"] == "down"
    behind = {id_: one["behind"] for id_, one in status["sites"].items() if one["state"] == "unreachable"}
    assert behind == dict.fromkeys(lab.topology.affected(district) - {district}, district)
    assert [one["root"] for one in incidents if one["state"] == "open"] == [district]
    assert set(incidents[-1]) >= KEYS


def test_silent_loss_of_a_primary_line_wakes_nobody_for_an_outage(service: Service) -> None:
    # Routing needs 4 s to leave a line that swallows packets: a gap, but shorter than `confirm`.
    lab, known = service.lab, service.incidents()
    link = f"{lab.topology.communes(lab.topology.districts[0], dual=True)[0]}/1"
    broken = time.time()
    lab.silent_loss(link)
    service.wait(lambda: bool(service.posts(broken)), 35, "a message")
    lab.restore()
    lab.wait_traffic(link)
    service.settle(timeout=60)
    told = [(one["kind"], one["root"]) for one in service.new_incidents(known)]
    assert told == [("redundancy_lost", link)]
    assert [post.body["event"] for post in service.posts(broken)] == ["opened", "resolved"]


def test_killed_in_an_outage_it_goes_on_where_it_was(service: Service) -> None:
    assert kill_in_an_outage(service) == []


def test_a_fifth_of_the_packets_lost_is_no_outage(service: Service) -> None:
    topology = service.lab.topology
    lines = [f"{site}/1" for site in topology.communes(topology.districts[3], dual=False)][:LOSSY_LINES]
    assert len(lines) == LOSSY_LINES
    assert lose_packets(service, lines, LOSSY_SECONDS) == []
