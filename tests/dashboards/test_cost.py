"""What does each query cost where 111 sites have been watched for 90 days?

The series are those of the sample province as its own page tells them. The last day of them is scraped every two
minutes, the days before every six hours; so the index is that of 90 days, and what a dashboard reads when it is opened
is there.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from netmon.app import App
from netmon.cli._rehearsal import rehearse
from netmon.model import Family, Inventory
from netmon.run.store import label_text
from netmon.settings.project import load
from netmon.settings.script import read
from tests.conftest import ROOT
from tests.dashboards.lint import METRIC
from tests.dashboards.servers import Server, prometheus
from tests.dashboards.shown import Asked, asked, boards, filled
from tests.dashboards.town import BESIDE, LINE, kind

SCRIPT = "seed: 1\nstart: 2026-10-14T08:00:00+07:00\nduration: 2m\nevents: [{at: 30s, cut: van-yen/1}]\n"
DAYS, DAY = 90, 86_400
CHOSEN = {
    "level": ".*", "area": ".*", "carrier": ".*", "site": "van-yen", "link": "van-yen/1", "near": "van-yen-r1",
    "far": "yb-core-1",
}  # fmt: skip
STEPS = 1000
"""Points that a graph has on a screen, unless it says fewer."""

Page = dict[str, dict[str, float]]


def look(page: Page, app: App, now: float) -> None:
    """The last page that there was."""
    page.clear()
    for line in b"".join(app.view.metrics()[0]).decode().splitlines():
        if found := LINE.fullmatch(line):
            page.setdefault(found[1], {})[found[2] or ""] = float(found[3])


def of_lines(inventory: Inventory) -> Iterator[Family]:
    """What takes days to be known, of every line and site."""
    lines = [(inventory.sites[link.site], link) for link in inventory.links.values()]
    shapes: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("netmon_link_use_p95_ratio", "direction", ("receive", "transmit")),
        ("netmon_link_month_seconds", "column", ("up", "down", "maintenance", "off", "unmeasured")),
        ("netmon_link_month_down_seconds", "attribution", ("carrier", "unit", "power", "force_majeure", "unclear")),
        ("netmon_link_month_availability_ratio", "", ("",)),
    )
    for name, label, values in shapes:
        keys = [("site", "level", "link", *([label] if label else []))]
        rows = [(site.id, site.level, link.id, *([value] if label else [])) for site, link in lines for value in values]
        yield Family(name, kind(name), [(label_text(keys[0], row), 0.5) for row in rows])
    for column in ("up", "down"):
        texts = [
            label_text(("site", "level", "column"), (site.id, site.level, column)) for site in inventory.sites.values()
        ]
        yield Family("netmon_site_month_seconds", kind("x"), [(text, 1000.0) for text in texts])


def write(path: Path, page: Page, end: int) -> int:
    """OpenMetrics of 90 days up to `end`; how many numbers there are."""
    times = [end - DAYS * DAY + n * DAY // 4 for n in range((DAYS - 1) * 4)] + list(range(end - DAY, end + 1, 120))
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for name, rows in sorted(page.items()):
            counts = kind(name).type
            file.write(f"# TYPE {re.sub('_(total|info)$', '', name) if counts != 'gauge' else name} {counts}\n")
            for labels, value in rows.items():
                grows = 1.0 if counts == "counter" else 0.0
                file.writelines(f"{name}{{{labels}}} {value + grows * n} {at}\n" for n, at in enumerate(times))
                count += len(times)
        file.write("# EOF\n")
    return count


def spans() -> Mapping[str, int]:
    """How far back each dashboard looks when it is opened, in seconds."""
    units = {"h": 3600, "d": DAY, "m": 60}
    found = {name: re.fullmatch(r"now-(\d+)([mhd])", board["time"]["from"]) for name, board in boards().items()}
    return {name: int(match[1]) * units[match[2]] for name, match in found.items() if match}


def timed(server: Server, one: Asked, end: int, span: int) -> tuple[float, int]:
    """Seconds that the answer took, and how many series it has."""
    query, began = filled(one.query, CHOSEN), time.perf_counter()
    if one.over:
        when = {"start": end - span, "end": end, "step": max(span // one.panel.get("maxDataPoints", STEPS), 15)}
        rows = server.get("/api/v1/query_range", {"query": query, **when})["data"]["result"]
    else:
        rows = server.get("/api/v1/query", {"query": query, "time": end})["data"]["result"]
    return time.perf_counter() - began, len(rows)


@pytest.mark.nightly
def test_what_each_query_costs(require_program: Callable[[str, str], str], tmp_path: Path) -> None:
    program, promtool = (require_program(name, "prometheus") for name in ("prometheus", "promtool"))
    project, page = load(ROOT), Page()
    (tmp_path / "script.yaml").write_text(SCRIPT, encoding="utf-8")
    script = read(tmp_path / "script.yaml", project.inventory, project.config.notifiers)
    rehearse(project, script, look=partial(look, page))
    for family in of_lines(project.inventory):
        page.setdefault(family.name, {}).update(dict(family.series))
    for name, labels, rows in BESIDE:
        page.setdefault(name, {}).update({label_text(labels, row): value for row, value in rows})
    cases = [one for name, board in boards("vi").items() for one in asked(name, board) if one.source == "prometheus"]
    used = {metric for one in cases for metric in METRIC.findall(one.query)}
    end = int(script.start + script.duration)
    samples = tmp_path / "samples.txt"
    count = write(samples, {name: rows for name, rows in page.items() if name in used}, end)
    assert len(project.inventory.sites) > 100
    opened = spans()
    with prometheus(program, promtool, samples, tmp_path) as server:
        samples.unlink()
        costs = [(*timed(server, one, end, span), span, one) for one in cases for span in (opened[one.board], 7 * DAY)]
    answered = sum(series > 0 for _, series, _, _ in costs)
    assert answered > len(costs) // 2
    print(f"\n{count / 1e6:.0f} M numbers; {answered} of {len(costs)} questions had answers; the slowest:")
    for seconds, series, span, one in sorted(costs, key=lambda each: -each[0])[:15]:
        print(f"{seconds:6.2f} s  {span // 3600:4} h  {series:5} series  {one.told[:150]}")
