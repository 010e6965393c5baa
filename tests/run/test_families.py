"""Do the metrics of inventory and verdict say what is so, and can they be joined?"""

from collections.abc import Iterable
from dataclasses import replace

from netmon.model import Family, Incident, Mark, MarkKind, Metric, Sample, Standing, State, Target
from netmon.run.families import inventory_families, link_use_families, verdict_families
from netmon.run.store import Store
from netmon.run.texts import things
from tests.run.province import province

PORTS = {
    "netmon_if_receive_bytes_total": Metric("counter", "Received.", ("if_name",)),
    "netmon_if_transmit_bytes_total": Metric("counter", "Sent.", ("if_name",)),
}


def read(families: Iterable[Family]) -> dict[str, dict[str, float]]:
    return {family.name: dict(family.series) for family in families}


def incident(number: int, root: str, affected: tuple[str, ...]) -> Incident:
    return Incident(
        id=number,
        kind="outage",
        severity="critical",
        root=root,
        seat=root,
        state="open",
        cause="unknown",
        opened_at=0,
        affected=affected,
    )


def test_a_site_is_described_with_what_is_known_of_it() -> None:
    assert list(read(inventory_families(province()))["netmon_site_info"]) == [
        'site="tinh",level="province",name="Trung tâm dữ liệu tỉnh"',
        (
            'site="van-yen",level="district",name="Huyện \\"Văn Yên\\"",parent="tinh",'
            'latitude="21.883",longitude="104.567"'
        ),
        'site="chau-que-ha",level="commune",name="Xã Châu Quế Hạ",area="kv-van-yen",parent="tinh",hours="office"',
    ]


def test_the_parent_is_the_one_in_force_whatever_the_order() -> None:
    inventory = province()
    commune = inventory.sites["chau-que-ha"]
    turned = replace(commune, parents=tuple(reversed(commune.parents)))
    inventory = replace(inventory, sites={**inventory.sites, commune.id: turned})
    assert 'parent="tinh"' in list(read(inventory_families(inventory))["netmon_site_info"])[2]


def test_links_devices_and_services_are_described() -> None:
    found = read(inventory_families(province()))
    assert list(found["netmon_link_info"]) == [
        (
            'link="van-yen/1",site="van-yen",level="district",circuit="YB-VY-01",carrier="vnpt",kind="fibre",'
            'role="primary",source="vy-r1",target="core",parent="tinh",address="10.28.250.2"'
        ),
        (
            'link="chau-que-ha/1",site="chau-que-ha",level="commune",kind="4g",role="backup",source="cqh-r1",'
            'target="vy-r1",parent="van-yen"'
        ),
    ]
    assert (
        'device="core",site="tinh",level="province",role="router",address="10.28.0.1",name="Lõi 1"'
        in found["netmon_device_info"]
    )
    assert list(found["netmon_service_info"]) == [
        'service="cqh-onestop",site="chau-que-ha",level="commune",name="Một cửa",device="cqh-r1"'
    ]


def test_every_description_is_the_number_one() -> None:
    families = [family for family in inventory_families(province()) if family.name.endswith("_info")]
    assert len(families) == 4
    assert {family.metric.type for family in families} == {"info"}
    assert {value for family in families for _, value in family.series} == {1}


def test_the_bandwidth_is_in_bytes_and_only_where_it_is_known() -> None:
    assert read(inventory_families(province()))["netmon_link_bandwidth_bytes_per_second"] == {
        'site="van-yen",level="district",link="van-yen/1"': 1_000_000
    }


def test_an_inventory_may_be_rendered_twice() -> None:
    kept = tuple(inventory_families(province()))
    assert read(kept) == read(kept)
    assert all(read(kept).values())


def test_of_the_five_states_one_is_true_of_everything() -> None:
    standings = {
        "van-yen": Standing(State.DOWN, 5),
        "vy-r1": Standing(State.UNREACHABLE, 5, "van-yen/1"),
        "van-yen/1": Standing(State.DEGRADED, 5),
        "cqh-onestop": Standing(State.UP, 5),
    }
    found = read(verdict_families(province(), standings, {}))
    assert {text for text, value in found["netmon_site_state"].items() if value} == {
        'site="tinh",level="province",state="unknown"',
        'site="van-yen",level="district",state="down"',
        'site="chau-que-ha",level="commune",state="unknown"',
    }
    assert {text for text, value in found["netmon_link_state"].items() if value} == {
        'site="van-yen",level="district",link="van-yen/1",state="degraded"',
        'site="chau-que-ha",level="commune",link="chau-que-ha/1",state="unknown"',
    }
    assert found["netmon_device_state"]['site="van-yen",level="district",device="vy-r1",state="unreachable"'] == 1
    assert found["netmon_service_state"]['site="chau-que-ha",level="commune",service="cqh-onestop",state="up"'] == 1
    for of, count in (("site", 3), ("device", 4), ("link", 2), ("service", 1)):
        series = found[f"netmon_{of}_state"]
        assert (len(series), sum(series.values())) == (5 * count, count)


def test_open_incidents_are_shown_and_resolved_ones_are_not() -> None:
    gone = replace(incident(1, "cqh-r1", ("chau-que-ha",)), state="resolved", resolved_at=9)
    here = replace(incident(2, "van-yen", ("van-yen", "chau-que-ha")), flapping=True)
    found = read(verdict_families(province(), {}, {1: gone, 2: here}))
    text = 'kind="outage",root="van-yen",severity="critical"'
    assert found["netmon_incident_open"] == {text: 1}
    assert found["netmon_incident_affected_sites"] == {text: 2}
    assert found["netmon_incident_flapping"] == {text: 1}


def test_two_incidents_of_one_root_make_one_series() -> None:
    twins = {1: incident(1, "vnpt", ("van-yen",)), 2: incident(2, "vnpt", ("van-yen", "chau-que-ha"))}
    found = read(verdict_families(province(), {}, twins))
    assert found["netmon_incident_affected_sites"] == {'kind="outage",root="vnpt",severity="critical"': 2}


def marked(*keys: tuple[str, MarkKind], until: float | None = None) -> dict[tuple[str, MarkKind], Mark]:
    return {(key, kind): Mark(id=key, of="site", mark=kind, since=1, until=until) for key, kind in keys}


def test_marks_are_numbers_beside_the_state() -> None:
    begun = marked(("van-yen", "maintenance"), ("chau-que-ha", "off"), ("van-yen/1", "flapping"), ("core", "flapping"))
    begun |= marked(("vy-r1", "agent_silent"))
    over = marked(("tinh", "maintenance"), ("tinh", "off"), until=5)
    found = read(verdict_families(province(), {}, {}, begun | over))
    names = {
        f"netmon_{of}_{what}" for of in ("site", "device", "link", "service") for what in ("maintenance", "flapping")
    }
    names |= {"netmon_site_off", "netmon_device_agent_silent"}
    assert names <= found.keys()
    assert {(name, text) for name in names for text, value in found[name].items() if value} == {
        ("netmon_site_maintenance", 'site="van-yen",level="district"'),
        ("netmon_site_off", 'site="chau-que-ha",level="commune"'),
        ("netmon_link_flapping", 'site="van-yen",level="district",link="van-yen/1"'),
        ("netmon_device_flapping", 'site="tinh",level="province",device="core"'),
        ("netmon_device_agent_silent", 'site="van-yen",level="district",device="vy-r1"'),
    }
    assert {value for name in names for value in found[name].values()} == {0, 1}
    assert [len(found[f"netmon_{of}_maintenance"]) for of in ("site", "device", "link", "service")] == [3, 4, 2, 1]
    plain = read(verdict_families(province(), {}, {}))
    assert plain.keys() == found.keys(), "a family is there, whether anything bears the mark or not"
    assert not any(value for name in names for value in plain[name].values())


def test_an_incident_that_is_nothing_but_planned_work_says_so() -> None:
    def planned(root: str, affected: tuple[str, ...], *keys: str) -> float:
        marks = marked(*((key, "maintenance") for key in keys))
        found = read(verdict_families(province(), {}, {1: incident(1, root, affected)}, marks))
        [value] = found["netmon_incident_maintenance"].values()
        return value

    assert planned("van-yen", ("van-yen", "chau-que-ha"), "van-yen") == 1
    assert planned("vy-r1", (), "van-yen") == 1
    assert planned("van-yen/1", (), "van-yen/1") == 1
    assert planned("cqh-onestop", ("chau-que-ha",), "chau-que-ha") == 1
    assert planned("pop-vy", ("van-yen", "chau-que-ha"), "van-yen", "chau-que-ha") == 1
    assert planned("pop-vy", ("van-yen", "chau-que-ha"), "chau-que-ha") == 0
    assert planned("core", (), "vy-r1") == 0
    assert planned("vnpt", ()) == 0


def test_one_series_of_two_incidents_is_planned_only_if_both_are() -> None:
    twins = {1: incident(1, "vnpt", ("van-yen",)), 2: incident(2, "vnpt", ("chau-que-ha",))}
    found = read(verdict_families(province(), {}, twins, marked(("van-yen", "maintenance"))))
    assert found["netmon_incident_maintenance"] == {'kind="outage",root="vnpt",severity="critical"': 0}


def polled(store: Store, device: str, port: str, received: float, sent: float) -> None:
    """Two polls of a device, 10 s apart, between which so many bytes a second went through its port."""
    target = Target(id=device, of="device", site="s", level="l", address="10.0.0.1", timeout=1)
    for at in (0, 10):
        samples = [
            Sample("netmon_if_receive_bytes_total", at * received, (port,)),
            Sample("netmon_if_transmit_bytes_total", at * sent, (port,)),
        ]
        store.put(target, "interfaces", at, samples, keep=60)


LINE = 'site="van-yen",level="district",link="van-yen/1",direction='


def test_the_use_of_a_link_is_seen_at_the_sites_own_port() -> None:
    store = Store(PORTS)
    polled(store, "vy-r1", "Gi0/0/0", 250_000, 100_000)
    polled(store, "core", "Gi0/0/4", 1, 1)
    assert read(link_use_families(province(), store)) == {
        "netmon_link_use_ratio": {f'{LINE}"receive"': 0.25, f'{LINE}"transmit"': 0.1}
    }


def test_the_far_port_sees_it_the_other_way_round() -> None:
    store = Store(PORTS)
    polled(store, "core", "Gi0/0/4", 100_000, 250_000)
    assert read(link_use_families(province(), store)) == {
        "netmon_link_use_ratio": {f'{LINE}"receive"': 0.25, f'{LINE}"transmit"': 0.1}
    }


def test_a_link_that_no_port_sees_has_no_use() -> None:
    assert read(link_use_families(province(), Store(PORTS))) == {"netmon_link_use_ratio": {}}


def test_states_are_the_same_list_until_one_changes() -> None:
    known = things(province())["site"]
    up = dict.fromkeys(province().sites, Standing(State.UP, 0))
    first = known.states(up)
    assert known.states(dict(up)) is first
    second = known.states(up | {"van-yen": Standing(State.DOWN, 5)})
    assert second is not first
    assert [text for text, value in second if value and "van-yen" in text] == [
        'site="van-yen",level="district",state="down"'
    ]
    assert known.states(up) == first
