"""A process that backs up and restores until it is killed: `python -m tests.run.backup_victim FOLDER`."""

import itertools
import os
import sys
from pathlib import Path

from netmon.run.archive import restore, write
from netmon.settings.project import load


def main(folder: Path) -> None:
    project = load(folder / "one")
    for n in itertools.count():
        name = f"{os.getpid()}-{n}"
        backup = folder / f"{name}.netmon"
        write.create(project, backup, "", 1_790_000_000.0, "victim")
        print(f"backup {name}", flush=True)
        restore.restore(backup, folder / f"twin-{name}", "", 1_790_000_000.0)
        print(f"twin {name}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
