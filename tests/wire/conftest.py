"""Places where packets go nowhere, for all tests of the protocols.

Each is made once, before the first test that asks for it counts what is open: the Python inside takes half a second to
start.
"""

from collections.abc import Iterator

import pytest

from tests.wire.cage import Caged, cage


@pytest.fixture(scope="session")
def caged(netns: None) -> Iterator[Caged]:
    """`caged("connect", SILENT)` runs a probe in a namespace."""
    with cage() as inside:
        yield inside


@pytest.fixture(scope="session")
def caged_without_rights(netns: None) -> Iterator[Caged]:
    """The same in a namespace without the rights that come with it."""
    with cage(privileged=False) as inside:
        yield inside
