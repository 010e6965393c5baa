"""Do all reports say the same of an outage that goes over midnight of the month, planned work and a ruling in it?

Worked out by hand. The line and site of Lake fell silent on 31 October at 22:00 and were back on 1 November at 03:30;
work was planned from 23:00 to 00:30. The evidence said that it was a cable of VNPT; a person ruled on the line that it
was a storm.

    October    22:00-23:00 down 1:00:00, 23:00-24:00 planned 1:00:00; up for the other 742 of its 744 hours
    November   00:00-00:30 planned 0:30:00, 00:30-03:30 down 3:00:00; up for 716.5 of its 720 hours
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from netmon.decide.ledger.facts import Ruling
from netmon.model import Mark
from netmon.report.asked import Asked
from netmon.report.document import Cell, Document, Lasted, Moment, Share, Text
from netmon.report.papers import incidents, leadership, reconcile, sla
from netmon.report.sources import Sources
from netmon.run.figures import month_families
from netmon.run.journal.seam import rule
from tests.report.months import NOVEMBER, Broken, at, facts, october, rows, sources, table, write
from tests.report.shifts import MEMORY

DECEMBER = at("2026-12-01")
CUT = Broken(root="lake", since=at("2026-10-31 22:00"), until=at("2026-11-01 03:30"), cause="fibre", affected=("lake",))
HOUR, SITES = 3600, 7
MONTHS = (
    (replace(october(), by="link"), 742.0, 1.0, 1.0, 744),
    (replace(october(), since=NOVEMBER, until=DECEMBER, month="2026-11", by="link"), 716.5, 3.0, 0.5, 720),
)
"""What is asked; hours up, down and of planned work; hours of the month."""


@pytest.fixture(scope="module")
def where() -> Iterator[Sources]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        found = sources(Path(folder))
        begins, ends = at("2026-10-31 23:00"), at("2026-11-01 00:30")
        write(found, [CUT], [Mark(id="lake", of="site", mark="maintenance", since=begins, until=ends)], until=DECEMBER)
        storm = Ruling(
            at=CUT.since + 90_000.0, who="an", why="storm", of="link", id="lake/1", moment=CUT.since + 9,
            attribution="force_majeure",
        )  # fmt: skip
        rule(found.journal, storm)
        yield found


def only(found: Document, key: str, which: str, name: str) -> dict[str, Cell]:
    """The one row of a table about this."""
    [row] = [row for row in rows(table(found, key)) if row[which] == name]
    return row


def length(hours: float) -> Lasted:
    return Lasted(round(hours * HOUR))


@pytest.mark.parametrize(("asked", "up", "down", "planned", "month"), MONTHS, ids=["october", "november"])
def test_each_month_has_its_part(
    where: Sources, folder: Path, asked: Asked, up: float, down: float, planned: float, month: int
) -> None:
    net = Share(up / (up + down))
    written = sla.write(asked, where)
    line = only(written, "availability", "link", "lake/1")
    assert [line[key] for key in ("up", "down", "maintenance", "off", "unmeasured")] == [
        length(hours) for hours in (up, down, planned, 0, 0)
    ]
    assert (line["net"], line["raw"]) == (net, Share(up / month))
    told = facts(written, "summary")
    assert (told["down_force_majeure"], told["down_carrier"], told["waiting"]) == (length(down), Lasted(0), 0)

    signed, is_over = facts(written, "sheet_1"), asked.month == "2026-11"
    assert signed["begin"] == Moment(CUT.since)
    assert signed["end"] == (Moment(CUT.until or 0) if is_over else "not over in this period")
    assert (signed["down"], signed["minutes"]) == (length(down), down * 60)
    assert signed.get("apart") == (None if is_over else length(planned))
    assert signed.get("since") == (Moment(NOVEMBER + 1800) if is_over else None)
    [listed] = rows(table(written, "register"))
    assert [listed[key] for key in ("begin", "end", "lasted")] == [signed[key] for key in ("begin", "end", "down")]

    site = only(sla.write(replace(asked, by="site"), where), "sites", "name", "Lake")
    assert (site["down"], site["net"]) == (length(down), net)

    whole = leadership.write(replace(asked, by="area"), where)
    shown = {str(row["figure"]): row["now"] for row in rows(table(whole, "figures"))}
    assert shown["Time the network worked"] == Share(1 - down / (SITES * month - planned))
    assert (shown["Outages"], shown["Cut off: communes"]) == (int(not is_over), 1)
    assert shown["The longest outage"] == Lasted(min(CUT.until or 0, asked.until) - CUT.since)
    assert shown["The main reason"] == "force majeure: 100%", "as the person said of its line"
    assert (
        "a plan for natural disasters, for ridge first"
        in [block.text for block in whole.blocks if isinstance(block, Text)][-2]
    )

    [one] = rows(table(incidents.write(asked, where), "incidents"))
    assert one["lasted"] == shown["The longest outage"]
    assert one["fault"] == "force majeure", "confirmed"

    file = folder / "t.csv"
    file.write_text(f"Mã kênh;Số phút gián đoạn\nLAKE-1;{down * 60:.0f}\n", encoding="utf-8")
    compared = only(reconcile.write(replace(asked, theirs=file), where), "circuits", "circuit", "LAKE-1")
    assert (compared["ours"], compared["our_share"], compared["verdict"]) == (length(down), net, "The same")
    assert (compared["left_out"], compared["carrier_part"]) == (length(planned), Lasted(0))

    shares = {
        one.name: dict(one.series)
        for one in month_families(where.inventory, where.facts(asked.since, asked.until), asked.since, asked.until)
    }
    label = next(key for key in shares["netmon_link_month_availability_ratio"] if 'link="lake/1"' in key)
    assert shares["netmon_link_month_availability_ratio"][label] == net.ratio
    assert shares["netmon_link_month_down_seconds"][f'{label},attribution="force_majeure"'] == down * HOUR
