"""What the proofs share: quiet logs, and the provinces, loaded once."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog

from netmon.settings.project import Project
from tests.proof.stage import HAMLET, HILLS
from tests.province import made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def hills() -> Project:
    return made(HILLS)


@pytest.fixture(scope="session")
def hamlet() -> Project:
    return made(HAMLET)


@pytest.fixture
def ram(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: a death loses no page of a disk here, so nothing has to wait for it."""
    shared = Path("/dev/shm")
    if not shared.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)
