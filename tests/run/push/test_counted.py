"""Is everything at the server in the end, or counted, whoever dies while a full spool is caught up with?

The server says yes at once, and forgets with each fall what it acknowledged within its last minute.
"""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from netmon.model import Batch
from netmon.run.push.spool import Item, Spool
from netmon.run.push.waiting import AGAIN

MOST = 10_000
ACTS = ("fill", "send", "send", "send newest", "send while it fills", "fall", "later", "restart")
ACTS_OF_A_PLAY = 30


class Played:
    """A spool, and a server that has what it was sent, by number, and when that was."""

    def __init__(self, folder: Path) -> None:
        self.has: dict[int, float] = {}
        self.lost: Counter[str] = Counter()
        self.laid, self.falls, self.now = 0, 0, 1000.0
        self._folder = folder
        self.spool = self._opened()

    def _opened(self) -> Spool:
        spool = Spool(self._folder, MOST)
        spool.open()
        return spool

    def fill(self, many: int) -> None:
        """Batches whose payload begins with their number; each has as many lines."""
        self.spool.begin()
        for _ in range(many):
            self.laid += 1
            self.spool.add(Batch(b"%d " % self.laid + b"." * 500, self.laid), self.now)

    def send(self, newest: bool = False, meanwhile: int = 0) -> bool:
        item = self.spool.pick(self.spool.live if newest else 0)
        if item is not None:
            self.fill(meanwhile)
            self._arrives(item)
        return item is not None

    def _arrives(self, item: Item) -> None:
        self.has[int(item.payload.split()[0])] = self.now
        self.spool.done(item.number, self.now)

    def fall(self) -> None:
        """The server is killed and comes back, and that is noticed."""
        last = max(self.has.values(), default=0.0)
        self.has = {number: at for number, at in self.has.items() if at < last - AGAIN}
        self.falls += 1
        self.spool.again()

    def restart(self) -> None:
        """Netmon ends and begins; what it has counted is known."""
        self.spool.save()
        self.lost.update(self.spool.lost)
        self.spool = self._opened()

    def act(self, what: str, many: int) -> None:
        if what == "fill":
            self.fill(many * 4)
        elif what == "fall":
            self.fall()
        elif what == "later":
            self.now += many * 10
        elif what == "restart":
            self.restart()
        else:
            for _ in range(many):
                self.send(what == "send newest", 8 if what == "send while it fills" else 0)

    def end(self) -> tuple[int, Counter[str]]:
        """Everything that can be sent is; the lines that are missing then, and those that were counted."""
        while self.send():
            pass
        return sum({*range(1, self.laid + 1)} - self.has.keys()), self.lost + self.spool.lost


@pytest.mark.parametrize("seed", range(4))
def test_what_is_missing_in_the_end_was_counted(tmp_path: Path, seed: int) -> None:
    chance, played = Random(seed), Played(tmp_path)
    for _ in range(ACTS_OF_A_PLAY):
        played.act(chance.choice(ACTS), chance.randint(1, 8))
    missing, lost = played.end()
    assert lost["spool_full"] <= missing <= lost.total()


def test_what_was_acknowledged_and_had_to_go_is_counted_when_the_server_fails_again(tmp_path: Path) -> None:
    played = Played(tmp_path)
    played.fill(15)
    for _ in range(8):
        played.send()
    played.fill(8)
    assert (played.spool.lost["uncertain"], played.spool.lost["spool_full"]) == (0, 0)
    played.fall()
    missing, lost = played.end()
    assert 0 < missing == lost["uncertain"] == lost.total()
