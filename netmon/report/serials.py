"""Which serial number did each device have when it was last asked?

A small JSON file in the project's data folder remembers: the inventory does not say which very box stands somewhere.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from netmon.decide.drift import Drift
from netmon.decide.said import Said
from netmon.settings.whole import write_whole

FILE = "serials.json"
TOLD_FOR = 35 * 86400.0
"""Seconds for which a replacement is told: by each weekly report of a month, whoever asked in between."""
MAX_BYTES = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The serial numbers of one device, since when it has them (s since the epoch), and those before."""

    serials: tuple[str, ...]
    since: float
    before: tuple[str, ...] = ()


def remember(known: Mapping[str, Memory], said: Mapping[str, Said], now: float) -> dict[str, Memory]:
    """What is known once these were heard. A device that tells no serial number keeps the one it had."""
    found = dict(known)
    for key, each in said.items():
        serials, old = tuple(sorted(each.serials)), known.get(key)
        if serials and (old is None or old.serials != serials):
            found[key] = Memory(serials=serials, since=now, before=old.serials if old else ())
    return found


def replaced(known: Mapping[str, Memory], now: float) -> list[Drift]:
    """The devices that were replaced of late."""
    return [
        Drift(
            kind="replaced",
            id=key,
            expected=", ".join(each.before),
            seen=", ".join(each.serials),
            device=key,
            source="entPhysicalSerialNum",
            since=each.since,
        )
        for key, each in known.items()
        if each.before and now - each.since <= TOLD_FOR
    ]


def read(folder: Path) -> dict[str, Memory]:
    """What was remembered; nothing if nothing was. OSError or ValueError if that cannot be read."""
    path = folder / FILE
    if not path.exists():
        return {}
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        return {
            str(key): Memory(
                serials=tuple(map(str, each["serials"])),
                since=float(each["since"]),
                before=tuple(map(str, each.get("before", ()))),
            )
            for key, each in json.loads(path.read_bytes()).items()
        }
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is not what netmon wrote: {error}") from None


def write(folder: Path, known: Mapping[str, Memory]) -> None:
    """Remember all of it, or leave what was there. OSError if it cannot be written."""
    write_whole(folder / FILE, json.dumps({key: asdict(each) for key, each in sorted(known.items())}, indent=1))
