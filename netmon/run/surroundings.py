"""What does the desk have to know of the network beyond its news?"""

from collections.abc import Iterable, Iterator, Sequence

from netmon.decide import clues, core
from netmon.decide.desk import news, quiet
from netmon.decide.desk.state import Desk
from netmon.decide.state import Core
from netmon.model import IncidentEvent
from netmon.people import Act
from netmon.run.store import Store

UPS_LEFT = "netmon_ups_remaining_seconds"


def show(desk: Desk, state: Core, store: Store, acts: Iterable[Act], now: float) -> None:
    """Let it see how everything stands, how the network is drawn, and in a storm (or where one of these acts begins
    one) what batteries say."""
    if desk.inventory is state.known.inventory:
        quiet.scopes(desk).graph = state.known.graph
    desk.standings, desk.batteries = state.known.standings, {}
    if desk.bulletins or any(act.verb == "storm" for act in acts):
        draining = (name for name in state.known.power if clues.on_battery(state.known, name, now))
        desk.batteries = {name: store.value(name, UPS_LEFT) for name in draining}


def grown(desk: Desk, state: Core, events: Sequence[IncidentEvent], now: float) -> Iterator[IncidentEvent]:
    """What is news because it has grown, though nothing happened to it that is one of these events."""
    told = {event.incident.id for event in events}
    return news.grown(desk, (one for one in core.open_incidents(state) if one.id not in told), now)
