"""What did each line, device and bridge measure in three months?

A stock of days for each quantity is written and folded by the program itself; a season takes its days from there. So
each row is as long as a real one, and three months take seconds. Of what was broken it knows nothing.
"""

import random
from array import array
from collections.abc import Mapping, Sequence
from contextlib import closing
from math import nan, pi, sin
from typing import NamedTuple

import apsw

from netmon.model import Inventory
from netmon.run.journal.history import DAY, MOST, Fives, Key, fold, keep
from netmon.run.journal.schema import MIGRATIONS

STEP = 300
STOCK = 16
"""Days of each quantity of which the seasons are made."""
UNMEASURED = 0.002
"""Share of the five minutes of which nothing is known."""


class History(NamedTuple):
    """How much was written: means that are numbers or NaN, and octets of the days."""

    means: int
    octets: int


def series(inventory: Inventory) -> list[Key]:
    """All that is measured of this inventory."""
    lines = list(inventory.links.values())
    seen = [line for line in lines if line.bandwidth and (line.local or line.remote)]
    pinged = [*inventory.devices, *(line.id for line in lines if line.collect)]
    bridges = [key for key, service in inventory.services.items() if "bridge" in service.collect]
    found: list[Key] = [(quantity, key, "") for key in pinged for quantity in ("loss", "rtt")]
    found += [("jitter", line.id, "") for line in lines if line.collect]
    found += [(quantity, key, "") for key in bridges for quantity in ("loss", "rtt", "jitter", "mos")]
    found += [("use", line.id, way) for line in seen for way in ("receive", "transmit")]
    return found


def write(database: apsw.Connection, inventory: Inventory, since: float, until: float, seed: int) -> History:
    """The history of [since, until) in a journal that has none: whole days folded, the last one not."""
    chance, keys = random.Random(seed), series(inventory)
    stock = _stocks(chance, sorted({key[0] for key in keys}))
    first, end = int(since // STEP), int(until // STEP)
    today = end // DAY * DAY
    octets = 0
    with database:
        now = [(stock[key[0]].means, n % STOCK) for n, key in enumerate(keys)]
        rows = [(five, array("f", [means[five % DAY][n] for means, n in now])) for five in range(today, end)]
        keep(database, Fives(keys, rows or [(today, array("f", [nan]) * len(keys))]))
        numbers = _numbers(database, keys)
        for day in range(-(-first // DAY), today // DAY):
            chosen = [(day * MOST + number, chance.choice(stock[key[0]].days)) for number, key in numbers]
            octets += sum(len(means) for _, means in chosen)
            database.executemany("INSERT INTO history_days (place, means) VALUES (?, ?)", chosen)
    return History((end - -(-first // DAY) * DAY) * len(keys), octets)


def _numbers(database: apsw.Connection, keys: Sequence[Key]) -> list[tuple[int, Key]]:
    known: Mapping[Key, int] = {
        (str(quantity), str(of), str(way)): int(str(number))
        for number, quantity, of, way in database.execute("SELECT n, quantity, id, direction FROM history_series")
    }
    return sorted((known[key], key) for key in keys)


class Stock(NamedTuple):
    """Of a quantity, the means of some days side by side, each five minutes; and the days as the program folds them."""

    means: Sequence["array[float]"]
    days: Sequence[bytes]


def _stocks(chance: random.Random, quantities: Sequence[str]) -> dict[str, Stock]:
    keys: list[Key] = [(quantity, str(n), "") for quantity in quantities for n in range(STOCK)]
    means = [array("f", [_value(chance, key[0], five) for key in keys]) for five in range(DAY)]
    with closing(apsw.Connection(":memory:")) as scratch:
        for script in MIGRATIONS:
            scratch.execute(script)
        keep(scratch, Fives(keys, list(enumerate(means))))
        while fold(scratch, 2 * DAY):
            pass
        days = [bytes(part) for (part,) in scratch.execute("SELECT means FROM history_days ORDER BY place")]
    firsts = range(0, len(keys), STOCK)
    return {
        quantity: Stock([five[first : first + STOCK] for five in means], days[first : first + STOCK])
        for quantity, first in zip(quantities, firsts, strict=True)
    }


def _value(chance: random.Random, quantity: str, five: int) -> float:
    """A mean of 150 pings, or of ten looks at a port; busy by day."""
    if chance.random() < UNMEASURED:
        return nan
    busy = 0.5 + 0.5 * sin(2 * pi * (five % DAY) / DAY - 1.5)
    match quantity:
        case "loss":
            return chance.choice((0.0,) * 8 + (1 / 150, 2 / 150))
        case "rtt":
            return 0.004 + 0.002 * busy + chance.expovariate(2000.0)
        case "jitter":
            return 0.0004 + chance.expovariate(5000.0)
        case "mos":
            return 4.4 - chance.expovariate(20.0)
    return min(1.0, 0.05 + 0.5 * busy * chance.uniform(0.7, 1.3))
