"""The bad half hour, played once for all that is said of it."""

from collections.abc import Iterator

import pytest

from tests.report.shifts import Night, night


@pytest.fixture(scope="session")
def played() -> Iterator[Night]:
    with night() as found:
        yield found
