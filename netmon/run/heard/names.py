"""What do MIBs call a trap?

What `netmon mib compile` leaves in the data folder: for each module a JSON object, OID -> MODULE::name.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import structlog

FOLDER = "mibs"
"""Below the data folder."""

log = structlog.get_logger()


def load_names(data: Path) -> Mapping[str, str]:
    """All names by OID, those of the last module in the alphabet if two claim one; a file that is none is left out."""
    names: dict[str, str] = {}
    for file in sorted((data / FOLDER).glob("*.json")):
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            names |= {oid: name for oid, name in found.items() if isinstance(name, str)}
        except (OSError, ValueError, AttributeError) as error:
            log.warning("MIB names not read", file=str(file), why=str(error))
    return names
