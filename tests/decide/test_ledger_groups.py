"""Do the seconds of a circuit stay the same, however they are grouped?"""

import random
from collections import Counter
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.ledger.book import Ledger, book
from netmon.decide.ledger.totals import By, Total, total, totals
from tests.ledger_oracle import MONTH, START, history

WAYS: tuple[By, ...] = ("link", "carrier", "parent", "circuit")


def added(all_of: Iterable[Total]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in all_of:
        found.update({f"{column} s": seconds for column, seconds in one.seconds.items()})
        found.update({f"down: {fault}": seconds for fault, seconds in one.down.items()})
    return found


@settings(max_examples=15)
@given(seed=st.integers(), length=st.integers(1, MONTH))
def test_a_circuit_has_the_same_seconds_under_any_grouping(seed: int, length: int) -> None:
    ledger = book(history(random.Random(seed), busy=4), START, START + length, ("link",))
    seen: Counter[str] = Counter()
    for circuit in {one.owner.circuit for intervals in ledger.values() for one in intervals}:
        own: Ledger = {
            key: kept
            for key, intervals in ledger.items()
            if (kept := tuple(one for one in intervals if one.owner.circuit == circuit))
        }
        sites = {one.owner.site for intervals in own.values() for one in intervals}
        by_site = [total(one for each in own.values() for one in each if one.owner.site == site) for site in sites]
        expected = added(by_site)
        assert {by: added(totals(own, by).values()) for by in WAYS} == dict.fromkeys(WAYS, expected)
        if circuit:
            assert added([totals(ledger, "circuit")[circuit]]) == expected
        seen += expected
    assert sum(seconds for name, seconds in seen.items() if name.endswith(" s")) == length * len(ledger)
