"""Does each way of breaking the network take away what it should, for as long as it should?"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from netmon.model import Inventory
from netmon.sim.network import Network
from tests.sim.test_network import ALL, Hand, links, up
from tests.sim.world import device, province

UPS = "a-ups"


def with_ups() -> Inventory:
    """The province, with a UPS at commune a."""
    base = province()
    ups = device(UPS, "a", "10.0.4.5", "ups", ("a-r1",))
    site = replace(base.sites["a"], devices=(*base.sites["a"].devices, UPS))
    return replace(base, devices={**base.devices, UPS: ups}, sites={**base.sites, "a": site})


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def network(clock: Hand) -> Network:
    return Network(with_ups(), seed=7, clock=clock)


EVERYBODY = ALL | {UPS}
AT_A = {"a-r1", "a-cam", UPS}


def test_a_black_hole_keeps_its_ports_up_and_the_routers_go_round_it(network: Network) -> None:
    network.blackhole("d/1")
    assert network.port_up("d-r1", "Gi0/0/0")
    assert network.port_up("core-1", "Gi0/0/4")
    assert not network.line_up("d/1")
    assert not network.answers("10.9.1.1").reachable
    assert links(network, "d-r1") == ("d/2",)
    network.restore(["d/1"])
    assert links(network, "d-r1") == ("d/1",)


def test_a_black_hole_swallows_until_the_routers_miss_their_hellos(clock: Hand) -> None:
    network = Network(with_ups(), clock=clock, settle=5)
    network.blackhole("d/1")
    assert network.reach("d-r1") is None
    clock.at += 5
    assert links(network, "d-r1") == ("d/2",)


def test_a_line_that_loses_everything_is_not_noticed_by_the_routers(network: Network) -> None:
    network.loss("d/1", 1.0)
    assert links(network, "d-r1") == ("d/1",)
    assert network.answers("10.0.1.1").loss == 1.0


def test_loss_of_a_carrier_is_loss_of_all_its_lines(network: Network) -> None:
    network.loss("vnpt", 0.5)
    assert network.answers("10.0.4.1").loss == pytest.approx(0.75)
    network.restore(["vnpt"])
    assert network.answers("10.0.4.1").loss == 0.0


def test_a_reboot_ends_by_itself(network: Network, clock: Hand) -> None:
    network.reboot("a-r1", 90)
    assert EVERYBODY - up(network) == AT_A
    assert not network.port_up("d-r1", "Gi0/0/2")
    assert network.due() == clock.at + 90
    began = clock.at
    clock.at += 89
    assert EVERYBODY - up(network) == AT_A
    clock.at += 20
    assert up(network) == EVERYBODY
    assert (network.booted_at("a-r1"), network.boots("a-r1")) == (began + 90, 2)
    assert network.boots("a-cam") == 1


def test_what_is_mended_before_it_has_booted_starts_once(network: Network, clock: Hand) -> None:
    network.reboot("a-r1", 90)
    clock.at += 10
    assert network.restore(["a-r1"]) == {"a-r1"}
    clock.at += 100
    assert network.due() is None
    assert (network.booted_at("a-r1"), network.boots("a-r1")) == (clock.at - 100, 2)


def test_a_hung_agent_is_a_matter_of_snmp_alone(network: Network) -> None:
    network.hang("a-r1")
    assert [each for each in sorted(EVERYBODY) if network.hung(each)] == ["a-r1"]
    assert up(network) == EVERYBODY
    network.restore(["a-r1"])
    assert not any(map(network.hung, EVERYBODY))


def test_slow_devices_and_lines_answer_later(network: Network) -> None:
    usual, camera = network.answers("10.0.4.1").rtt, network.answers("10.0.4.20").rtt
    network.slow("a-r1", 0.2)
    assert network.answers("10.0.4.1").rtt == pytest.approx(usual + 0.2)
    assert network.answers("10.0.4.20").rtt == camera, "what is behind it is not late"
    network.slow("a/1", 0.3)
    assert network.answers("10.0.4.20").rtt == pytest.approx(camera + 0.3)
    assert network.answers("10.9.4.1").rtt > 0.3
    network.restore(["a"])
    assert network.answers("10.0.4.1").rtt == usual


def test_a_full_line_queues_and_drops_what_is_too_much(network: Network) -> None:
    usual = network.answers("10.0.4.1").rtt
    bandwidth = network.inventory.links["a/1"].bandwidth or 100_000_000
    network.load("a/1", bandwidth // 2)
    assert network.answers("10.0.4.1").rtt == pytest.approx(usual + 12_000 / bandwidth), "as long as a packet takes"
    network.load("a/1", 2 * bandwidth)
    assert network.answers("10.0.4.1").rtt == pytest.approx(usual + 0.1), "the buffer is full"
    assert network.answers("10.0.4.1").loss == pytest.approx(0.5)
    assert network.answers("10.9.4.1").loss == pytest.approx(0.5), "its own address, too"
    network.load("a/1", 0)
    assert (network.answers("10.0.4.1").rtt, network.answers("10.0.4.1").loss) == (usual, 0.0)
    network.load("a/1", 2 * bandwidth)
    network.restore(["a/1"])
    assert network.answers("10.0.4.1").rtt == usual


def test_a_site_without_a_ups_dies_with_the_mains(network: Network) -> None:
    network.power("b")
    assert EVERYBODY - up(network) == {"b-r1"}
    assert network.restore(["b"]) == {"b-r1"}


def test_a_ups_lasts_as_long_as_the_script_says(network: Network, clock: Hand) -> None:
    network.power("a", 600)
    battery = network.battery(UPS)
    assert battery is not None
    sources = [battery.on_battery]
    clock.at += 300
    assert up(network) == EVERYBODY
    assert battery.charge(clock.at) == pytest.approx(0.5)
    assert battery.remaining(clock.at) == pytest.approx(300)
    assert network.due() == clock.at + 300
    clock.at += 300
    assert EVERYBODY - up(network) == AT_A
    assert network.restore(["a"]) == AT_A
    assert [*sources, battery.on_battery] == [True, False]
    assert battery.charge(clock.at + 60) == pytest.approx(0.01)


def test_mains_that_come_back_in_time_save_the_site(network: Network, clock: Hand) -> None:
    network.power("a", 600)
    clock.at += 599
    assert network.restore(["a"]) == frozenset()
    clock.at += 100
    assert up(network) == EVERYBODY
    network.power("a", 600)  # the battery is nearly empty
    clock.at += 30
    assert EVERYBODY - up(network) == AT_A


def test_a_dead_ups_feeds_nothing(network: Network) -> None:
    network.fail(UPS)
    network.power("a", 600)
    assert EVERYBODY - up(network) == AT_A


def test_the_vantage_has_power_whatever_happens(network: Network) -> None:
    network.power("core")
    assert up(network) == {"noc"}
    network.reboot("noc", 10)
    assert up(network) == {"noc"}


def test_routers_take_a_time_of_their_own_after_each_change(clock: Hand) -> None:
    def gaps(seed: int) -> list[float]:
        network, found = Network(province(), seed, clock=clock, settle=(1.0, 10.0)), []
        for _ in range(20):
            network.cut("d/1")
            due = network.due()
            assert due is not None
            found.append(due - clock.at)
            clock.at = due
            network.restore()
            clock.at = network.due() or 0.0
        return found

    once = gaps(1)
    assert len(set(once)) == 20
    assert all(1 <= gap <= 10 for gap in once)
    assert max(once) - min(once) > 4
    assert gaps(1) == pytest.approx(once, abs=1e-5)
    assert gaps(2) != pytest.approx(once, abs=1e-5)


def test_a_line_that_flaps_does_not_hold_up_the_rest(clock: Hand) -> None:
    network = Network(province(), clock=clock, settle=8)
    network.cut("d/1")
    for _ in range(4):
        network.cut("e/1")
        clock.at += 1
        network.restore(["e/1"])
        clock.at += 1
    assert links(network, "d-r1") == ("d/2",)


def test_each_change_has_a_version_also_when_only_the_routers_change(clock: Hand) -> None:
    network = Network(province(), clock=clock, settle=8)
    network.cut("d/1")
    before = network.version
    clock.at += 8
    network.reach("d-r1")
    assert network.version > before


@pytest.mark.parametrize(
    "verb",
    [
        lambda n: n.blackhole("a-r1"),
        lambda n: n.reboot("d/1", 1),
        lambda n: n.hang("nowhere"),
        lambda n: n.slow("a", 1),
        lambda n: n.power("a-r1"),
        lambda n: n.loss("a-r1", 0.1),
    ],
)
def test_an_id_that_does_not_fit_is_refused(network: Network, verb: Callable[[Network], object]) -> None:
    with pytest.raises(LookupError, match=r"nowhere|a-r1|d/1|no link or device a"):
        verb(network)
    assert up(network) == EVERYBODY
