"""May a scrape read in its thread while polls bring targets and collectors that were not there before?"""

import sys
import threading
from collections.abc import Iterator

import pytest

from netmon.model import Metric, Sample, Target
from netmon.run.store import Store


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_scrape_beside_polls_never_sees_a_size_change() -> None:
    store, done = Store({"x": Metric("counter", "A number.")}), threading.Event()
    target = Target(id="t", of="device", site="s", level="l", address="10.0.0.1", timeout=1.0)
    trouble: list[RuntimeError] = []

    def scrape() -> None:
        while not done.is_set():
            try:
                for family in store.families(0.0):
                    list(family.series)
                store.rate("t", "x", ("none",))
                store.value("t", "x", ("none",))
            except RuntimeError as error:
                trouble.append(error)
                return

    thread = threading.Thread(target=scrape)
    thread.start()
    for round_ in range(60):
        for number in range(100):
            store.put(target, f"collector {number}", 1.0, [Sample("x", round_)], 10.0)
        store.forget("t")
    done.set()
    thread.join()
    assert not trouble
