"""Writes the golden files anew: `python -m tests.recordings.regenerate [NAME ...]`. Go through the difference."""

import asyncio
import sys
from collections.abc import Sequence

from tests.recordings.playing import GOLDEN, RECORDED, WRITTEN, ask, find_data, find_file, read_file, show


def main(wanted: Sequence[str]) -> None:
    data = find_data()
    for name in (*RECORDED, *WRITTEN):
        path = find_file(name, data)
        if path is None or (wanted and name.rpartition("/")[2] not in wanted):
            continue
        told = asyncio.run(ask(read_file(path)))
        (GOLDEN / f"{name.rpartition('/')[2]}.txt").write_text(show(told), encoding="utf-8")
        print(f"{name}: {told.fit.profile.id}, {len(told.samples)} samples, {told.requests} requests")


if __name__ == "__main__":
    main(sys.argv[1:])
