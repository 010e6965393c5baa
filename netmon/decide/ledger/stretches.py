"""From when until when was each thing in one state?

A state begins when it came to be, not when netmon was sure of it: an outage counts from the first missed probe and
cuts the end of what stood before. It never reaches back behind the beginning of that; what says so is contradicted.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from netmon.decide.ledger.facts import SUBJECTS, Column, Subject
from netmon.decide.ledger.owners import Key
from netmon.decide.ledger.spans import FOREVER, second
from netmon.model import State, Transition

MEASURED: Mapping[State, Column] = {
    State.UP: "up",
    State.DEGRADED: "up",
    State.DOWN: "down",
    State.UNREACHABLE: "unmeasured",
    State.UNKNOWN: "unmeasured",
}


class Stretch(NamedTuple):
    """[begin, end) in one column, marks and dead time apart; `behind` is the root that explains an outage."""

    begin: int
    end: int
    column: Column
    behind: str | None = None


def column(of: Subject, state: State) -> Column:
    """Nobody measured what is unreachable; but a site that is has no network, whoever is to blame."""
    return "down" if of == "site" and state is State.UNREACHABLE else MEASURED[state]


def stretches(transitions: Iterable[Transition]) -> dict[Key, list[Stretch]]:
    """The stretches of each subject, without a gap from ever until ever; nothing was measured before the first."""
    found: dict[Key, list[Stretch]] = {}
    for transition in transitions:
        for of in SUBJECTS:
            if transition.of == of:
                _append(found.setdefault((of, transition.id), []), of, transition)
    return found


def _append(stretches: list[Stretch], of: Subject, transition: Transition) -> None:
    new = transition.new
    begin = second(new.since)
    if not stretches:
        stretches.append(Stretch(-FOREVER, begin, "unmeasured"))
    else:
        begin = max(begin, stretches[-1].begin)
        stretches[-1] = stretches[-1]._replace(end=begin)
        if stretches[-1].begin == begin:
            stretches.pop()
    stretches.append(Stretch(begin, FOREVER, column(of, new.state), new.behind))
