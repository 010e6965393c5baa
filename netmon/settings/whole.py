"""How is a file written so that it is never there by half?"""

import os
import shutil
from pathlib import Path


def settle(path: Path) -> None:
    """See to it that a file's content, or a folder's names, outlast a power failure. OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Put this text, in UTF-8, in place of what the file holds, or leave that; its mode and line ends stay.

    The folder is made. OSError if it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(text.encode("utf-8"))
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
