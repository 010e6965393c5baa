"""Do the sample provinces load without complaint, and are they the provinces they say they are?"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from netmon.model import Inventory, Link, Site
from netmon.settings.project import Project, load

ROOT = Path(__file__).parent.parent
YEN_BAI = ROOT
LAO_CAI = ROOT / "tests" / "samples" / "three-level"
TODAY = date(2026, 10, 14)


@pytest.fixture(scope="module", params=[YEN_BAI, LAO_CAI], ids=["yen-bai", "lao-cai"])
def project(request: pytest.FixtureRequest) -> Project:
    return load(request.param)


@pytest.fixture(scope="module")
def yen_bai() -> Inventory:
    return load(YEN_BAI).inventory


@pytest.fixture(scope="module")
def lao_cai() -> Inventory:
    return load(LAO_CAI).inventory


def at_level(inventory: Inventory, level: str) -> list[Site]:
    """The connected places of a level, the vantage's own site left out."""
    home = inventory.devices[inventory.vantage].site
    return [site for site in inventory.sites.values() if site.level == level and site.id != home]


def uplinks(inventory: Inventory, site: Site) -> list[Link]:
    return [inventory.links[link] for link in site.uplinks]


def is_backed_by_4g(inventory: Inventory, site: Site) -> bool:
    return any(link.kind == "4g" and link.role == "backup" for link in uplinks(inventory, site))


def current_parent(inventory: Inventory, site: Site) -> str | None:
    """The administrative parent that holds today, else the site of the first uplink."""
    for parent in site.parents:
        since, until = parent.valid.since or date.min, parent.valid.until or date.max
        if since <= TODAY < until:
            return parent.site
    lines = uplinks(inventory, site)
    return inventory.devices[lines[0].target].site if lines else None


def neighbours(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Every edge between two devices, both ways."""
    lines = ((link.source, link.target) for link in inventory.links.values())
    ties = ((device.id, other) for device in inventory.devices.values() for other in device.behind)
    for one, other in chain(lines, ties):
        yield one, other
        yield other, one


def reached(inventory: Inventory, dead: Collection[str] = ()) -> set[str]:
    """Devices that a path from the vantage reaches: once inwards, never outwards again, but for transit sites."""
    depth = {level: number for number, level in enumerate(inventory.levels)}
    place = {device.id: inventory.sites[device.site] for device in inventory.devices.values()}
    edges: dict[str, set[str]] = {}
    for one, other in neighbours(inventory):
        edges.setdefault(one, set()).add(other)
    todo, seen = [(inventory.vantage, False)], {(inventory.vantage, False)}
    while todo:
        here, inwards = todo.pop()
        for there in edges.get(here, set()) - set(dead):
            step = depth[place[there].level] - depth[place[here].level]
            if step < 0 and inwards and not place[here].transit:
                continue
            state = (there, inwards or step > 0)
            if state not in seen:
                seen.add(state)
                todo.append(state)
    return {device for device, _ in seen}


def test_only_the_secrets_are_missing(project: Project) -> None:
    secrets = ("SNMP_", "SSH_PASSWORD", "known_hosts")
    others = [str(warning) for warning in project.warnings if not any(each in str(warning) for each in secrets)]
    assert others == []


def test_yen_bai_is_as_large_as_its_figures(yen_bai: Inventory) -> None:
    """33 provincial and district agencies and 78 commune-level units are 111 connected places."""
    sizes = {level: len(at_level(yen_bai, level)) for level in yen_bai.levels}
    assert sizes == {"central": 1, "province": 24, "district": 9, "commune": 78}
    assert sizes["province"] + sizes["district"] + sizes["commune"] == 111


def test_lao_cai_has_no_district_level(lao_cai: Inventory) -> None:
    assert lao_cai.levels == ("central", "province", "commune")
    assert len(at_level(lao_cai, "commune")) == 12
    assert {site.area for site in at_level(lao_cai, "commune")} == {"kv-van-yen", "kv-yen-binh"}


def test_every_place_has_a_name_and_a_parent_path_to_the_vantage(project: Project) -> None:
    inventory = project.inventory
    home = inventory.devices[inventory.vantage].site
    for site in inventory.sites.values():
        assert site.name
        if site.level == inventory.levels[0]:
            continue
        path = [site.id]
        while path[-1] != home:
            parent = current_parent(inventory, inventory.sites[path[-1]])
            assert parent is not None, path
            assert parent not in path, path
            path.append(parent)


def test_every_device_can_be_reached_from_the_vantage(project: Project) -> None:
    inventory = project.inventory
    assert set(inventory.devices) - reached(inventory) == set()


@pytest.mark.parametrize("core", ["yb-core-1", "yb-core-2"])
def test_every_district_outlives_the_loss_of_one_core(yen_bai: Inventory, core: str) -> None:
    districts = {site.gateway for site in at_level(yen_bai, "district")}
    assert len(districts) == 9
    assert districts <= reached(yen_bai, dead=[core])
    assert not districts & reached(yen_bai, dead=["yb-core-1", "yb-core-2"])


def test_every_district_has_two_lines_of_two_carriers(yen_bai: Inventory) -> None:
    for site in at_level(yen_bai, "district"):
        assert [(line.target, line.carrier, line.bandwidth, line.role) for line in uplinks(yen_bai, site)] == [
            ("yb-core-1", "vnpt", 200_000_000, "primary"),
            ("yb-core-2", "viettel", 100_000_000, "backup"),
        ]


def test_every_redundant_line_can_be_seen(project: Project) -> None:
    inventory = project.inventory
    redundant = [lines for site in inventory.sites.values() if len(lines := uplinks(inventory, site)) > 1]
    assert redundant
    for link in chain.from_iterable(redundant):
        assert link.address, link.id


def test_fifteen_communes_have_4g_and_their_district_is_not_carried_by_it(yen_bai: Inventory) -> None:
    backed = {site.id for site in at_level(yen_bai, "commune") if is_backed_by_4g(yen_bai, site)}
    assert len(backed) == 15
    assert {"chau-que-ha", "an-thinh", "mau-a"} <= backed
    alive = reached(yen_bai, dead=["van-yen-r1"])
    assert {"cqh-r1", "ath-r1", "ma-r1"} <= alive
    assert not {"lg-r1", "xt-r1", "van-yen-ups"} & alive


def test_lao_cai_has_communes_backed_by_4g(lao_cai: Inventory) -> None:
    assert any(is_backed_by_4g(lao_cai, site) for site in at_level(lao_cai, "commune"))


def test_cameras_and_power_supplies_are_asked_what_they_understand(project: Project) -> None:
    inventory = project.inventory
    asked: dict[str, set[frozenset[str]]] = {}
    for device in inventory.devices.values():
        asked.setdefault(device.role, set()).add(frozenset(device.collect))
    assert asked["camera"] == {frozenset({"icmp"})}
    cameras = {name for name, device in inventory.devices.items() if device.role == "camera"}
    assert {service.on for service in inventory.services.values() if "rtsp" in service.collect} == cameras
    assert asked["ups"] == {frozenset({"icmp", "snmp", "ups"})}


def test_no_address_and_no_circuit_is_used_twice(project: Project) -> None:
    inventory = project.inventory
    used = Counter(device.address for device in inventory.devices.values())
    used.update(link.address for link in inventory.links.values())
    used.update(link.circuit for link in inventory.links.values())
    assert [value for value, times in used.items() if value and times > 1] == []


def test_the_example_of_the_design_stands(yen_bai: Inventory) -> None:
    """Values that scripts and documents quote."""
    line = yen_bai.links["van-yen/1"]
    assert (line.source, line.target, line.circuit) == ("van-yen-r1", "yb-core-1", "YB-VY-01")
    assert (line.local, line.remote, line.address) == ("Gi0/0/0", "Gi0/0/4", "10.28.250.2")
    assert (line.contract.availability, line.contract.rtt, line.contract.loss) == pytest.approx((0.999, 0.020, 0.001))
    assert yen_bai.devices["cqh-r1"].address == "10.28.4.11"
    assert yen_bai.anchors == ("yb-core-1", "yb-core-2")


def test_lines_run_through_the_stations_of_carriers(yen_bai: Inventory, lao_cai: Inventory) -> None:
    for inventory in (yen_bai, lao_cai):
        used = {node for link in inventory.links.values() for node in link.via}
        assert used
        assert used == set(inventory.nodes)


def test_services_hang_on_servers_of_the_data_centre(yen_bai: Inventory) -> None:
    assert {"yb-portal", "yb-onestop", "yb-documents"} <= set(yen_bai.services)
    own = [yen_bai.services[name] for name in yen_bai.sites["yb-core"].services]
    assert {yen_bai.devices[service.on].role for service in own} == {"server", "mcu"}
    asked = {name for service in yen_bai.services.values() for name in service.collect}
    assert asked == {"http", "tls", "smtp", "dns", "ntp", "sip", "bridge", "rtsp"}
    rooms = [service for service in yen_bai.services.values() if "bridge" in service.collect]
    assert len({service.address for service in rooms}) == len(rooms) == 18


def test_the_year_of_the_office_calendar(yen_bai: Inventory) -> None:
    office = yen_bai.calendars["office"]
    assert {date(2026, 2, 16), date(2026, 4, 27), date(2026, 9, 2)} <= office.off
    assert all(day.weekday() < 5 for day in office.off)
    assert {site.hours for site in yen_bai.sites.values()} == {"always", "office"}


def test_new_communes_remember_the_old_ones(lao_cai: Inventory) -> None:
    for site in at_level(lao_cai, "commune"):
        assert site.valid.since == date(2025, 7, 1)
        assert len(site.formerly) >= 2
    assert "Xã Châu Quế Hạ" in lao_cai.sites["chau-que"].formerly
    assert [parent.site for parent in lao_cai.sites["yen-thanh"].parents] == ["lc-dc2", "lc-dc1"]
