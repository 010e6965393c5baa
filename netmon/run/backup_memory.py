"""What have people been told of each configuration?"""

import json
from pathlib import Path
from typing import NamedTuple

import structlog

from netmon.settings.whole import write_whole

log = structlog.get_logger()


class Past(NamedTuple):
    """Of one device: the commit that people were last told of, whether they know that what runs is not saved, when a
    backup last succeeded (s since the epoch, 0 = never), and how many lines it had."""

    told: str = ""
    unsaved: bool = False
    at: float = 0.0
    lines: int = 0


class Memory:
    """A small file in the project's data folder. Only the service writes it, so it is read once."""

    __slots__ = ("_file", "_known")

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Past] | None = None

    def read(self) -> dict[str, Past]:
        """By device. A file that cannot be read is told, and is as good as none: changes count from now on."""
        if self._known is None:
            self._known = {}
            try:
                said = json.loads(self._file.read_text(encoding="utf-8"))
                self._known = {key: Past(**each) for key, each in said.items()}
            except FileNotFoundError:
                pass
            except (OSError, ValueError, TypeError, AttributeError) as error:
                log.error("it is forgotten which configurations were told", file=str(self._file), why=str(error))
        return dict(self._known)

    def write(self, device: str, past: Past) -> None:
        """Remember this of a device, whole or not at all."""
        self._known = {**self.read(), device: past}
        try:
            write_whole(self._file, json.dumps({key: each._asdict() for key, each in self._known.items()}))
        except OSError as error:
            log.error("not remembered which configurations were told", file=str(self._file), why=str(error))
