"""How is written what nobody but the service's user may read?"""

import os
from pathlib import Path

from netmon.errors import NotPermitted


def keep(path: Path, secret: bytes) -> None:
    """Put it into a file of its user alone: whole, or not at all if the power fails. NotPermitted."""
    fresh = path.with_suffix(".new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise NotPermitted(f"{path}: cannot be written: {error.strerror}") from None
