"""What is a figure of the report, and how is CPU time measured?"""

import gc
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the report: what was measured, with its unit; beside what; and what it should stay under."""

    what: str
    unit: str
    value: float
    reference: str
    beside: float
    budget: float

    @property
    def ratio(self) -> float:
        """How many times what stands beside it."""
        return self.value / self.beside if self.beside else float("inf")


def median_cpu(work: Callable[[], object], runs: int) -> float:
    """Seconds of CPU time, of all threads, that `work` takes; the median of `runs`."""
    times = []
    for _ in range(runs):
        gc.collect()
        before = time.process_time()
        work()
        times.append(time.process_time() - before)
    return statistics.median(times)
