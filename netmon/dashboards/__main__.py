"""Write the dashboards into a folder: `python -m netmon.dashboards grafana/dashboards`. What is no dashboard goes."""

import sys
from pathlib import Path

from netmon.dashboards._build import files


def main(folder: Path) -> None:
    """Write every file anew, and remove those that no module makes any more."""
    made = dict(files())
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in folder.glob("*/*.json"):
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
