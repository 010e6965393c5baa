"""A process that writes a journal until it is killed: `python -m tests.run.journal_victim PATH`.

Each acknowledged write is reported on standard output, after the commit and before the next one.
"""

import asyncio
import sys
from pathlib import Path

from netmon.model import Entry
from netmon.run.journal.seam import open_threaded
from tests.run.values import event, notice, transition


async def main(path: Path) -> None:
    journal = open_threaded(path)
    seq = (await journal.restore()).seq
    print(f"start {seq}", flush=True)
    while True:
        batch = [Entry(seq + i, 1000.0 + seq + i, transition(f"site-{i}", at=1000.0 + seq + i)) for i in (1, 2, 3)]
        opened = Entry(seq + 4, 1000.0 + seq + 4, event(seq + 4))
        letter = notice(seq + 4)
        await journal.write([*batch, opened], [letter])
        seq += 4
        print(f"wrote {seq} {letter.id}", flush=True)
        if seq % 8 == 0:
            assert await journal.claim(letter.id, 1.0)
            print(f"claimed {letter.id}", flush=True)
        if seq % 24 == 0:
            await journal.delivered(letter.id, 2.0)
            print(f"delivered {letter.id}", flush=True)
        if seq % 40 == 0:
            await journal.snapshot(1000.0 + seq)
        await journal.beat(1000.0 + seq)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
