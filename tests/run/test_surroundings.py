"""Does the desk see what the verdict knows, without working it out again?"""

from netmon.decide import core
from netmon.decide.desk import quiet, step
from netmon.model import Restored
from netmon.people import Roster
from netmon.run import surroundings
from netmon.run.store import Store
from tests.province import SMALL, T0, made


def test_the_network_is_drawn_once_for_the_verdict_and_the_desk() -> None:
    inventory, restored = made(SMALL).inventory, Restored()
    state = core.start(inventory, restored, T0)
    desk = step.start(Roster(channels=("console",)), inventory, restored)
    surroundings.show(desk, state, Store({}), (), T0)
    assert quiet.scopes(desk).graph is state.known.graph
    assert desk.standings is state.known.standings
    other = made(SMALL).inventory  # the verdict has not heard of it yet
    step.reload(desk, desk.roster, other)
    surroundings.show(desk, state, Store({}), (), T0)
    assert quiet.scopes(desk).graph is None
