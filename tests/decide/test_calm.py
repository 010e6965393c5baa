"""Is a slice of answers worth exactly as much as its answers one by one?"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from netmon.decide import core, knowledge
from netmon.decide.state import Core
from netmon.model import Answers, Entry, Evidence, Inventory, Observation, Restored
from tests.province import SMALL, made

EVERY, ROUNDS = 2.0, 150
FAST, SLOW = 0.005, 0.9


def rounds(inventory: Inventory, seed: int) -> Iterator[tuple[float, list[Observation]]]:
    """When, and what each target answered: some lines are lossy for a while, some slow, some dead."""
    chance = random.Random(seed)
    names = sorted(known.watches if (known := core.start(inventory, Restored(), 0.0).known) else ())
    trouble: dict[str, tuple[float, float]] = {}
    for number in range(ROUNDS):
        at = 1000.0 + number * EVERY
        if number % 25 == 5:
            trouble = {
                name: (chance.choice([0.1, 0.5, 1.0, 0.0]), chance.choice([FAST, SLOW]))
                for name in chance.sample(names, len(names) // 3)
            }
        seen = []
        for name in names:
            loss, rtt = trouble.get(name, (0.0, FAST))
            alive = chance.random() >= loss
            own = rtt * (1 + chance.random() / 10) if alive else None
            seen.append(Observation(name, at, "icmp", alive, own, chance.random() < 0.95))
        yield at, seen


def in_slices(seen: Iterable[Observation]) -> Iterator[Evidence]:
    """Runs of answers as slices, the rest as it is."""
    run: list[Observation] = []
    for piece in [*seen, None]:
        if run and (piece is None or not piece.alive or piece.round != run[0].round):
            first = run[0]
            yield Answers(first.at, "icmp", [one.target for one in run], [one.rtt for one in run], first.round)
            run = []
        if piece is not None:
            if piece.alive:
                run.append(piece)
            else:
                yield piece


def judged(inventory: Inventory, seed: int, sliced: bool) -> tuple[Core, list[Entry]]:
    state = core.start(inventory, Restored(), 1000.0)
    entries: list[Entry] = []
    for at, seen in rounds(inventory, seed):
        entries += core.step(state, in_slices(seen) if sliced else seen, at + 0.1).entries
        entries += core.step(state, [], at + 1.1).entries
    return state, entries


def test_slices_and_single_answers_are_judged_alike() -> None:
    inventory = made(SMALL).inventory
    told = 0
    for seed in range(4):
        one, entries = judged(inventory, seed, sliced=False)
        other, same = judged(inventory, seed, sliced=True)
        assert same == entries
        assert {name: asdict(watch) for name, watch in other.known.watches.items()} == {
            name: asdict(watch) for name, watch in one.known.watches.items()
        }
        assert other.known.windows == one.known.windows
        assert other.known.degraded == one.known.degraded
        told += len(entries)
    assert told > 40, "nothing happened: this compares nothing"


def test_what_nobody_asked_for_any_more_is_no_answer() -> None:
    state = core.start(made(SMALL).inventory, Restored(), 0.0)
    gone = Answers(1.0, "icmp", ["not-there", "gr"], [0.01, 0.01])
    core.step(state, [gone, Answers(1.0, "tcp", ["dr"], [0.01])], 1.0)
    assert state.known.watches["gr"].last_answer == 1.0
    assert state.known.watches["dr"].last_answer == 0.0


def test_taken_in_alone_a_slice_says_whether_the_verdict_may_change() -> None:
    known = core.start(made(SMALL).inventory, Restored(), 0.0).known
    both = Answers(1.0, "icmp", ["gr", "dr"], [0.01, None])
    assert knowledge.take(known, both, 1.0)
    assert not knowledge.take(known, both, 1.0)
