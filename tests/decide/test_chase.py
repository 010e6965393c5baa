"""What is asked anew while something is in doubt, and what is better left alone then?"""

import pytest

from netmon.model import State
from tests.province import SMALL, T0, Play, made

WIRED = SMALL.replace(
    "uplinks: [{to: c1, kind: ftth, carrier: vnpt}]",
    "uplinks: [{to: c1, kind: ftth, carrier: vnpt, local: Gi0, remote: Gi7}]",
)


class Reading(Play):
    """Keeps whose ports were read, when, and whether it was a suspect then."""

    read: list[tuple[float, str, bool]]

    def _poll_ports(self, device: str) -> None:
        self.read.append((self.now, device, self.core.known.watches[device].suspect))
        super()._poll_ports(device)


@pytest.mark.parametrize("seed", range(4))
def test_ports_tell_of_a_suspect_but_its_own_table_would_take_the_place_of_its_answer(seed: int) -> None:
    """An agent is asked one thing at a time, and whether it lives is what matters."""
    play = Reading(made(WIRED).inventory, seed, ports_every=1000.0)
    play.read = []
    play.do(1020, ("cut", "g/1"))
    play.run(1060)
    assert play.told.said() == [("opened", "outage", "g")]
    [cut] = [e.at - T0 for e in play.told.events]
    in_doubt = [(device, suspect) for at, device, suspect in play.read if 1020 < at < cut]
    assert ("c1", False) in in_doubt
    assert ("gr", True) not in in_doubt


@pytest.mark.parametrize("seed", range(4))
def test_a_device_is_asked_on_until_anybody_is_told_that_it_is_gone(seed: int) -> None:
    """Its turns are half a minute apart, and it is back before people hear of it."""
    play = Play(made(SMALL.replace("every: 2s, timeout: 1s", "every: 30s, timeout: 1s")).inventory, seed)
    play.do(100, ("cut", "g/1"))
    while play.standing("gr")[0] is not State.DOWN:
        assert play.now < 140.0, "it is never called"
        play.run(play.now + 0.5)
    play.do(play.now + 4.0, ("restore", "g/1"))
    play.run(play.now + 60.0)
    assert play.told.said() == []
    assert play.standing("gr")[0] is State.UP
    play.do(play.now + 40.0, ("cut", "g/1"))
    play.run(play.now + 60.0)
    before = play.asked["gr", "icmp"]
    play.run(play.now + 300.0)
    assert play.told.said() == [("opened", "outage", "g")]
    assert play.asked["gr", "icmp"] - before < 30, "its turns and what else there is, but no longer every half second"
