"""Is a gap in an answer never news, and a contradiction always?"""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.decide import alike as module
from netmon.decide.alike import alike, joined
from netmon.reading.ways import ARROW, SILENT

WAY = "10.0.0.1 > 10.1.0.1 > 10.2.0.1"


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        (WAY, WAY, WAY),
        ("", "Gi0/1", "Gi0/1"),
        ("Gi0/1", "", "Gi0/1"),
        (WAY, "10.0.0.1 > * > 10.2.0.1", WAY),
        ("10.0.0.1 > * > 10.2.0.1", WAY, WAY),
        ("* > 10.1.0.1 > 10.2.0.1", "10.0.0.1 > * > 10.2.0.1", WAY),
    ],
)
def test_a_gap_is_no_news_and_is_filled(old: str, new: str, both: str) -> None:
    assert alike(old, new)
    assert joined(old, new) == both


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Gi0/1", "Gi0/2"),
        ("10.0.0.1", SILENT),
        (WAY, "10.0.0.1 > 10.9.0.1 > 10.2.0.1"),
        (WAY, "10.0.0.1 > 10.1.0.1 > * > 10.2.0.1"),
        (WAY, "10.0.0.1 > 10.2.0.1"),
    ],
)
def test_a_contradiction_is_news_and_the_newer_counts(old: str, new: str) -> None:
    assert not alike(old, new)
    assert joined(old, new) == new


hops = st.lists(st.sampled_from(["a", "b", "c", SILENT]), min_size=2, max_size=4).map(ARROW.join)


@given(hops, hops)
def test_it_does_not_matter_who_spoke_first(old: str, new: str) -> None:
    assert alike(old, new) == alike(new, old)
    if alike(old, new):
        assert joined(old, new) == joined(new, old)
        assert alike(old, joined(old, new))


def test_the_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0
