"""The bad half hour, played once for all that is said of it; and a folder for journals that last as long as a test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.shifts import MEMORY, Night, night


@pytest.fixture(scope="session")
def played() -> Iterator[Night]:
    with night() as found:
        yield found


@pytest.fixture
def folder() -> Iterator[Path]:
    """On a disk that need not be waited for."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as found:
        yield Path(found)
