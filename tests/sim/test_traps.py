"""Do devices say what has befallen them, and does it arrive as evidence when it can, and only then?"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from netmon.errors import Unreachable
from netmon.model import Evidence, TrapSeen
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.sim.test_breaking import UPS, with_ups
from tests.sim.test_sim_net import NAME, RIGHT, START

Act = Callable[[Network], object]
Said = tuple[str, str, str]


def heard(*acts: Act, settle: float = 0.0, seed: int = 1, pause: float = 20.0) -> list[tuple[float, Said]]:
    """(seconds after the start, what was said) of a network to which this is done, one thing every `pause` s."""

    async def main() -> list[tuple[float, Said]]:
        clock = VirtualClock()
        network = Network(with_ups(), seed, clock=clock, settle=settle)
        got: list[Evidence] = []
        SimNet(network, clock, seed).listen(got.extend)
        for act in acts:
            act(network)
            await asyncio.sleep(pause)
            network.due()
            await asyncio.sleep(1)
        traps = [each for each in got if isinstance(each, TrapSeen)]
        assert len(traps) == len(got)
        return [(each.at - START, (each.device, each.what, each.port)) for each in traps]

    return run_virtual(main(), START)


def said(*acts: Act, settle: float = 0.0) -> list[Said]:
    return [what for _, what in heard(*acts, settle=settle)]


def test_both_ends_of_a_cut_line_say_so_if_they_are_heard() -> None:
    assert set(said(lambda n: n.cut("d/1"))) == {
        ("core-1", "link_down", "Gi0/0/4"),
        ("d-r1", "link_down", "Gi0/0/0"),
    }
    # Until the routing has found the other line, what the far end says is lost.
    assert said(lambda n: n.cut("d/1"), settle=5.0) == [("core-1", "link_down", "Gi0/0/4")]


def test_a_line_that_is_mended_is_up() -> None:
    assert ("core-1", "link_up", "Gi0/0/4") in said(lambda n: n.cut("d/1"), lambda n: n.restore())


def test_a_black_hole_makes_nobody_speak() -> None:
    assert said(lambda n: n.blackhole("d/1")) == []


def test_a_trap_takes_as_long_as_its_way() -> None:
    [(at, what)] = heard(lambda n: n.cut("core/1"))
    assert what == ("core-1", "link_down", "Gi0/0/0")
    assert 0 < at < 0.01


def test_who_loses_power_gasps_and_who_returns_says_so() -> None:
    told = said(lambda n: n.fail("d"), lambda n: n.restore())
    assert ("core-1", "link_down", "Gi0/0/4") in told
    assert [each for each in told if each[0] == "d-r1"] == [("d-r1", "dying_gasp", ""), ("d-r1", "cold_start", "")]
    assert told.index(("core-1", "link_up", "Gi0/0/4")) < told.index(("d-r1", "cold_start", ""))


def test_a_reboot_is_no_loss_of_power() -> None:
    told = said(lambda n: n.reboot("d-r1", 5), settle=1.0)
    assert "dying_gasp" not in {what for _, what, _ in told}
    assert ("d-r1", "cold_start", "") in told


def test_what_cannot_be_reached_is_not_heard() -> None:
    assert said(lambda n: n.isolate()) == []
    assert "dying_gasp" not in {what for _, what, _ in said(lambda n: n.cut("d"), lambda n: n.fail("d"))[1:]}


def test_a_hung_agent_says_nothing() -> None:
    assert said(lambda n: n.hang("core-1", "d-r1"), lambda n: n.cut("d/1")) == []


def test_a_ups_says_when_the_mains_go_and_come() -> None:
    told = said(lambda n: n.power("a", 600), lambda n: n.restore(["a"]))
    assert told == [(UPS, "on_battery", ""), (UPS, "on_mains", "")]


def test_a_site_whose_battery_is_empty_gasps() -> None:
    told = said(lambda n: n.power("a", 10))
    assert told[0] == (UPS, "on_battery", "")
    assert ("a-r1", "dying_gasp", "") in told


def test_traps_are_lost_with_their_path() -> None:
    def lossy(network: Network) -> None:
        network.loss("d/1", 0.5)
        for _ in range(100):
            network.hang("core-1", "core-2", "lte", "tw")  # only d-r1 speaks
            network.cut("d/2")
            network.restore(["d/2"])

    [*told] = said(lossy)
    assert 60 < len(told) < 140


def test_the_same_seed_hears_the_same() -> None:
    def lossy(network: Network) -> None:
        network.loss("vnpt", 0.5)
        network.cut("viettel")
        network.restore(["viettel"])

    assert heard(lossy, seed=3) == heard(lossy, seed=3)
    assert len({repr(heard(lossy, seed=seed)) for seed in range(8)}) > 1


def play(scene: Callable[[SimNet, Network], Awaitable[None]]) -> None:
    async def main() -> None:
        clock = VirtualClock()
        network = Network(with_ups(), clock=clock)
        await scene(SimNet(network, clock), network)

    run_virtual(main(), START)


def test_a_hung_device_answers_pings_and_no_snmp() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        network.hang("a-r1")
        assert None not in await net.ping(["10.0.4.1"], 1.0)
        with pytest.raises(Unreachable):
            await net.snmp("10.0.4.1", RIGHT).get([NAME], 1.0)
        network.restore(["a-r1"])
        assert await net.snmp("10.0.4.1", RIGHT).get([NAME], 1.0)

    play(scene)


def test_an_answer_that_comes_too_late_is_none() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        network.slow("a-r1", 1.5)
        assert await net.ping(["10.0.4.1"], 1.0) == [None]
        [late] = await net.ping(["10.0.4.1"], 2.0)
        assert late is not None
        assert late > 1.5

    play(scene)


def test_a_ups_tells_its_battery_over_snmp() -> None:
    ups = "1.3.6.1.2.1.33.1."
    oids = [ups + each for each in ("4.1.0", "2.3.0", "2.4.0", "2.2.0", "2.1.0")]

    async def scene(net: SimNet, network: Network) -> None:
        session = net.snmp("10.0.4.5", RIGHT)
        assert list((await session.get(oids, 1.0)).values()) == [3, 30, 100, 0, 2]
        network.power("a", 600)
        await asyncio.sleep(480)
        source, minutes, charge, seconds, status = (await session.get(oids, 1.0)).values()
        assert (source, minutes, charge, seconds, status) == (5, 1, 20, 480, 3)
        network.restore(["a"])
        assert (await session.get(oids[:1], 1.0)) == {oids[0]: 3}
        with pytest.raises(LookupError):
            net.mib("10.99.0.1")

    play(scene)
