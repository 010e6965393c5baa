"""Is the way to a target written as the guide shows it?"""

import doctest

from netmon.reading import ways


def test_the_examples() -> None:
    assert doctest.testmod(ways).failed == 0
