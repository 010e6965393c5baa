"""A place where packets go nowhere, for all tests of the protocols."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest

from tests.wire.cage import Caged, cage


@pytest.fixture(scope="session")
def caged(netns: None) -> Iterator[Caged]:
    """`caged("connect", SILENT)` runs a probe in a namespace, `caged(…, privileged=False)` in one without its rights.

    Each is made once: the Python inside takes half a second to start.
    """
    with ExitStack() as stack:

        @cache
        def inside(privileged: bool) -> Caged:
            return stack.enter_context(cage(privileged=privileged))

        def ask(*arguments: str, privileged: bool = True) -> Any:
            return inside(privileged)(*arguments)

        yield ask
