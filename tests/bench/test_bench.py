"""Does the benchmark measure what it says, at a size that takes a moment? How fast that is, is not asked."""

import pytest

from tests.bench.province import province
from tests.bench.run import main, measure


def test_every_figure_is_one() -> None:
    figures = measure(0.003, 1)
    assert len(figures) == 10
    assert [figure.what for figure in figures if not figure.value > 0] == []


def test_the_report_has_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--scale", "0.003", "--runs", "1"])
    head, *lines = capsys.readouterr().out.splitlines()
    assert "ratio" in head
    assert len(lines) == 10


def test_the_province_has_the_size_asked_for() -> None:
    inventory = province(300)
    assert len(inventory.sites) == 300
    assert {site.level for site in inventory.sites.values()} == set(inventory.levels)
    assert all(link.target in inventory.devices for link in inventory.links.values())
