"""A person's process that rules until it is killed: `python -m tests.run.journal_person PATH`.

The number of each ruling is reported on standard output, after the commit and before the next one.
"""

import sys
from pathlib import Path

from netmon.decide.ledger.facts import Ruling
from netmon.run.journal.seam import rule


def main(path: Path) -> None:
    ruling = Ruling(at=5.0, who="Lan", why="phiếu 17", of="link", id="van-yen/1", moment=1500, attribution="carrier")
    while True:
        print(rule(path, ruling), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
