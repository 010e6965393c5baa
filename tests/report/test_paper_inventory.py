"""Is everything counted that there is, and named what is missing?"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from netmon.model import Contact, Contract, Power, Valid
from netmon.report.document import Share
from netmon.report.papers import inventory
from netmon.report.papers.inventory import gaps
from netmon.settings.project import load
from tests.conftest import ROOT
from tests.report.months import NOVEMBER, OCTOBER, Broken, column, october, province, rows, sources, table, write


def test_the_sample_province_is_counted_as_it_is(folder: Path) -> None:
    known = load(ROOT).inventory
    found = inventory.write(october(), sources(folder, known))
    assert table(found, "sites").total == ("Total", None, len(known.sites))
    assert sum(row["sites"] for row in rows(table(found, "sites")) if row["level"] == "commune") == sum(  # type: ignore[misc]
        site.level == "commune" for site in known.sites.values()
    )
    lines = rows(table(found, "lines"))
    for row in lines:
        mine = [
            link for link in known.links.values()
            if (found_kind(row["kind"]), row["carrier"]) == (link.kind, known.carriers[link.carrier or ""].name)
        ]  # fmt: skip
        assert row["count"] == len(mine) > 0
        assert row["bandwidth"] == (sum(link.bandwidth or 0 for link in mine) / 1e6 or None), "not known is not zero"
        assert row["contract"] == sum(link.contract.availability is not None for link in mine)
    assert sum(row["count"] for row in lines) == len(known.links)  # type: ignore[misc]
    devices = rows(table(found, "devices"))
    assert sum(row["count"] for row in devices) == len(known.devices)  # type: ignore[misc]
    connections = rows(table(found, "connections"))
    assert len(connections) == sum(bool(site.uplinks) for site in known.sites.values())
    assert sum(row["channels"] for row in connections) == len(known.links)  # type: ignore[misc]
    assert {row["availability"] for row in connections} == {None}


def found_kind(shown: object) -> str:
    return {"fibre": "fibre", "FTTH": "ftth", "ADSL": "adsl", "4G": "4g"}[str(shown)]


def test_what_is_missing_is_named_and_what_is_there_is_not() -> None:
    known = province().inventory
    everything = {
        key: replace(
            site, contacts=(Contact(name="Lan"),), at=(21.0, 104.0), power=Power(supplier="EVN"),
        )
        for key, site in known.sites.items()
    }  # fmt: skip
    links = {
        key: replace(link, bandwidth=50_000_000, contract=Contract(availability=0.999))
        for key, link in known.links.items()
    }
    whole = replace(known, sites=everything, links=links)
    assert list(gaps(whole)) == []
    assert list(gaps(replace(whole, links=links | {"ford/1": replace(links["ford/1"], carrier=None)}))) == [
        ("link_carrier", "ford/1")
    ]
    lines = {"ford/1": replace(links["ford/1"], circuit="", bandwidth=None, contract=Contract())}
    sites = {"ford": replace(everything["ford"], contacts=(), power=None)}
    devices = {"ford-r": replace(known.devices["ford-r"], address=None)}
    less = replace(whole, links=links | lines, sites=everything | sites, devices=dict(known.devices) | devices)
    assert sorted(gaps(less)) == [
        ("device_address", "ford-r"), ("link_bandwidth", "ford/1"), ("link_circuit", "ford/1"),
        ("link_contract", "ford/1"), ("site_contact", "ford"), ("site_power", "ford"),
    ]  # fmt: skip


def test_a_connection_has_what_the_circular_asks_for(folder: Path) -> None:
    known = province().inventory
    mill = replace(
        known.sites["mill"], valid=Valid(since=date(2025, 7, 1)), contacts=(Contact(name="Lan", phone="09"),)
    )
    links = {
        key: replace(link, bandwidth=100_000_000 if link.role == "primary" else 20_000_000)
        for key, link in known.links.items()
    }
    where = sources(folder, replace(known, sites=dict(known.sites) | {"mill": mill}, links=links))
    write(where, [Broken(root="mill", since=OCTOBER, until=OCTOBER + 3600, affected=("mill",))])
    found = inventory.write(october(), where)
    [row] = [row for row in rows(table(found, "connections")) if row["site"] == "Mill"]
    month = NOVEMBER - OCTOBER
    assert row == {
        "site": "Mill", "level": "commune", "area": "valley", "since": "01/07/2025", "channels": 2, "backup": 1,
        "bandwidth": 100.0, "carriers": "VNPT, Viettel", "availability": Share((month - 3600) / month),
        "measured": Share(1.0), "contact": "Lan, 09",
    }  # fmt: skip
    assert "Centre" not in column(table(found, "connections"), "site"), "it is what the others are connected with"
