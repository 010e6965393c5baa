"""Who is told what happens?

`step` is the whole desk: news, words and receipts in, journal entries and letters out. Same input at the same times,
same outcome; nothing is read, sent or slept on here.
"""

from collections.abc import Callable, Iterable

from netmon.decide.desk import storms
from netmon.decide.desk.state import Desk, Heard, Letter, Orders
from netmon.model import Entry, IncidentEvent, Inventory, Restored
from netmon.people import Roster


def start(roster: Roster, inventory: Inventory, restored: Restored) -> Desk:
    """A desk that knows what the journal remembers."""
    desk = Desk(roster, inventory)
    desk.incidents = {number: one for number, one in restored.incidents.items() if one.state == "open"}
    desk.cases = dict(restored.cases)
    desk.acts = {act.number: act for act in restored.acts}
    storms.resume(desk, restored.last_beat)
    return desk


def step(desk: Desk, heard: Heard, now: float, ahead: float, number: Callable[[], int]) -> Orders:
    """Take in what was heard, and say who is told what. `number` gives the next number of the journal."""
    desk.ahead = ahead
    orders = Orders()
    for act in heard.acts:
        orders.entries.append(Entry(number(), now, act))
    for event in heard.news:
        orders.letters += to_everybody(event, desk.roster.channels)
    return orders


def reload(desk: Desk, roster: Roster, inventory: Inventory) -> None:
    """Go on with this roster and this inventory; what was told stays told."""
    desk.roster, desk.inventory = roster, inventory


def to_everybody(event: IncidentEvent, channels: Iterable[str]) -> list[Letter]:
    """One letter by each channel; what is only noted is told nobody."""
    if event.event == "noted":
        return []
    return [Letter(event, to=channel, by=channel, why="no routes") for channel in channels]
