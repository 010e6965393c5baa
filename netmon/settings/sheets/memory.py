"""What was imported last, so that a change by hand can be told from one of the spreadsheet?

`inventory/.imported.json`, to be kept with the inventory: site id -> the key of its row and the values written.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netmon.errors import InputError, Problem
from netmon.settings.sheets.facts import Facts

FILE = "inventory/.imported.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Remembered:
    """One site of an earlier import. `key` is how its row is known again, `page` the sheet it stood in."""

    key: str
    page: str
    facts: Facts = field(default_factory=Facts)


def load_memory(project: Path) -> dict[str, Remembered]:
    """The sites of earlier imports by id; empty before the first. InputError if the file is damaged."""
    path = project / FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["version"] != _VERSION:
            raise ValueError(f"version {said['version']}")
        return {str(key): _remembered(site) for key, site in said["sites"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "take an older copy of it; without it, everything counts as written by hand"
        raise InputError([Problem(FILE, 0, 0, f"cannot be understood: {error}", hint)]) from None


def _remembered(site: Mapping[str, Any]) -> Remembered:
    fields = {str(key): str(value) for key, value in site["fields"].items()}
    lines = tuple({str(key): str(value) for key, value in line.items()} for line in site["lines"])
    return Remembered(str(site["key"]), str(site["page"]), Facts(fields, lines))


def dump_memory(sites: Mapping[str, Remembered]) -> str:
    """The file's text, a line a site, by id: the same sites give the same bytes."""
    rows = [
        f"{json.dumps(key)}: "
        + json.dumps(
            {
                "key": site.key,
                "page": site.page,
                "fields": dict(sorted(site.facts.fields.items())),
                "lines": [dict(sorted(line.items())) for line in site.facts.lines],
            },
            ensure_ascii=False,
        )
        for key, site in sorted(sites.items())
    ]
    return f'{{"version": {_VERSION}, "sites": {{\n' + ",\n".join(rows) + "\n}}\n"
