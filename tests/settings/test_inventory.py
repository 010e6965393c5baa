"""What the inventory's declarations mean."""

from datetime import date
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.model import Contract, Credential, Inventory, Parent, Valid
from netmon.settings.project import load
from tests.settings.written import PLUGIN, SMALL, checked, write

DESIGN = Path(__file__).parent / "good" / "design"


def inventory(folder: Path, *texts: str) -> Inventory:
    files = {f"{chr(97 + n)}.yaml": text for n, text in enumerate(texts)}
    return load(write(folder, files)).inventory


def commune(name: str, more: str = "", device: str = "") -> str:
    devices = f"devices: {{{name}-r: {{address: 10.9.0.{len(name)}, role: router{device}}}}}"
    return f"  {name}: {{name: X, level: commune, {devices}, uplinks: [{{to: core}}]{more}}}\n"


def test_the_whole_example_of_the_design(capsys: pytest.CaptureFixture[str]) -> None:
    found = load(DESIGN).inventory
    assert (len(found.sites), len(found.devices), len(found.links)) == (4, 9, 5)
    assert found.levels == ("central", "province", "district", "commune")
    assert found.anchors == ("yb-core-1", "yb-core-2")
    assert found.sites["yb-core"].gateway == "yb-core-1"
    assert found.sites["yb-core"].uplinks == ("yb-core/1",)
    assert found.devices["yb-noc"].behind == ("yb-core-1", "yb-core-2")
    assert found.devices["yb-core-1"].behind == ()
    assert found.devices["cqh-ups"].behind == ("cqh-r1",)
    line = found.links["van-yen/1"]
    assert (line.source, line.target, line.carrier, line.circuit) == ("van-yen-r1", "yb-core-1", "vnpt", "YB-VY-01")
    assert (line.bandwidth, line.role, line.address) == (200_000_000, "primary", "10.28.250.2")
    assert (line.local, line.remote) == ("Gi0/0/0", "Gi0/0/4")
    assert line.contract == Contract(availability=0.999, rtt=0.02, loss=0.001)
    assert list(line.collect) == ["icmp"]
    assert found.links["yb-core/1"].source == "yb-core-1"
    assert list(found.devices["cqh-cam1"].collect) == ["icmp", "snmp", "interfaces"]
    assert (found.services["cqh-cam1/rtsp"].on, list(found.services["cqh-cam1/rtsp"].collect)) == ("cqh-cam1", ["rtsp"])
    assert found.devices["cqh-r1"].collect["icmp"].every == 2
    assert found.services["cqh-onestop"].on == "cqh-r1"
    assert list(found.services["cqh-onestop"].collect) == ["http"]
    assert found.sites["chau-que-ha"].parents == (Parent(site="van-yen"),)
    assert found.sites["chau-que-ha"].valid == Valid(since=date(2025, 7, 1))
    office = found.calendars["office"]
    assert office.days == frozenset(range(5))
    assert office.hours == ((450, 690), (810, 1020))
    assert date(2026, 2, 17) in office.off
    assert date(2026, 2, 28) in office.makeup
    code, lines = checked(DESIGN, capsys)
    assert code == 0
    assert lines[-1] == "4 sites, 9 devices, 5 links"


def test_what_the_design_example_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line.split(": ", 1)[1] for line in checked(DESIGN, capsys)[1][:-1]]
    assert all(line.startswith("warning: ") for line in lines)
    unseen = [line.split("'")[1] for line in lines if "nothing can see" in line]
    assert unseen == ["van-yen/2", "chau-que-ha/1", "chau-que-ha/2"]


def test_every_file_merges_but_calendars(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "a.yaml": SMALL,
            "inventory/districts/b.yaml": "sites:\n" + commune("b"),
            "inventory/districts/deep/c.yaml": "sites:\n" + commune("cc"),
            "inventory/calendars/x.yaml": "nonsense: [",
            "empty.yaml": "# nothing\n",
            ".#backup.yaml": "nonsense: [",
        },
    )
    assert set(load(project).inventory.sites) == {"centre", "b", "cc"}


def test_a_yml_file_is_warned_of(tmp_path: Path) -> None:
    project = load(write(tmp_path, {"a.yaml": SMALL, "b.yml": "x: ["}))
    assert [str(each) for each in project.warnings] == [
        "inventory/b.yml: warning: is not read: its name must end in .yaml"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vantage: core\n", "inventory/b.yaml:1:1: duplicate key 'vantage' (first given in inventory/a.yaml:2)"),
        ("sites: {centre: {}}\n", "inventory/b.yaml:1:9: duplicate id 'centre' (first given in inventory/a.yaml:5)"),
    ],
)
def test_said_twice_over_files(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        load(write(tmp_path, {"a.yaml": SMALL, "b.yaml": text}))
    assert str(error.value) == said


LAYERS = """
credentials:
  default: {snmp: {version: 2c, community: env:PATH}}
  one: {snmp: {version: 2c, community: env:PATH}}
  two: {snmp: {version: 2c, community: env:PATH}}
defaults: {credential: one, hours: always, collect: {icmp: {every: 10s, timeout: 3s}, tcp: {port: 22}}}
classes: {c: {level: commune, area: kv-a, collect: {icmp: {every: 5s}}}}
sites:
  s:
    name: S
    class: c
    collect: {tcp: {port: 80}}
    devices:
      s-r: {address: 10.5.0.1, role: router}
      s-d: {address: 10.5.0.2, credential: two, collect: {icmp: {every: 1s, timeout: 500ms}, tcp: false, snmp: }}
    uplinks: [{to: core, address: 10.5.9.1}]
"""


SEVERAL = """
credentials:
  new: {snmp: {version: 3, user: u, auth: {SHA256: env:PATH}, priv: {AES256C: env:PATH}}}
  old: {snmp: {version: 2c, community: env:PATH}}
  older: {snmp: {version: 2c, community: env:PATH}}
defaults: {credential: [new, old]}
classes: {c: {level: commune, credential: [new, old, older]}}
sites:
  s:
    name: S
    class: c
    devices:
      s-r: {address: 10.5.0.1, role: router}
      s-d: {address: 10.5.0.2, credential: new}
      s-e: {address: 10.5.0.3, credential: [old]}
    uplinks: [{to: core, address: 10.5.9.1}]
"""


def test_several_credentials_fall_back_on_one_another(tmp_path: Path) -> None:
    found = inventory(tmp_path, SMALL, SEVERAL)

    def chain(device: str) -> list[str]:
        credential: Credential | None = found.credentials[found.devices[device].credential]
        names = []
        while credential is not None:
            names.append(credential.id)
            credential = credential.fallback
        return names

    assert chain("core") == ["new", "old"]
    assert chain("s-r") == ["new", "old", "older"]
    assert (chain("s-d"), chain("s-e")) == (["new"], ["old"])
    assert found.credentials["new"].fallback is None
    assert found.credentials["new"].priv is not None
    assert found.credentials["new"].priv[0] == "AES256C"


def test_defaults_class_site_device(tmp_path: Path) -> None:
    found = inventory(tmp_path, SMALL, LAYERS)
    core, router, other = (found.devices[key] for key in ("core", "s-r", "s-d"))
    assert (core.collect["icmp"].every, core.collect["icmp"].timeout) == (10, 3)
    assert (router.collect["icmp"].every, router.collect["icmp"].timeout) == (5, 3)
    assert (other.collect["icmp"].every, other.collect["icmp"].timeout) == (1, 0.5)
    assert core.collect["tcp"].plugin.port == 22
    assert router.collect["tcp"].plugin.port == 80
    assert set(other.collect) == {"icmp", "snmp"}
    assert (core.credential, router.credential, other.credential) == ("one", "one", "two")
    assert found.sites["s"].area == "kv-a"
    link = found.links["s/1"].collect
    assert list(link) == ["icmp"]
    assert link["icmp"].every == 5


def test_a_timeout_never_exceeds_the_interval(tmp_path: Path) -> None:
    found = inventory(tmp_path, SMALL, "sites:\n" + commune("b", device=", collect: {icmp: {every: 200ms}}"))
    assert found.devices["b-r"].collect["icmp"].timeout == 0.2


def test_a_device_of_which_nothing_is_said_is_pinged(tmp_path: Path) -> None:
    found = inventory(tmp_path, SMALL + "    collect: {snmp: {}}\n", "sites:\n" + commune("b"))
    assert list(found.devices["core"].collect) == ["snmp"]
    assert list(found.devices["b-r"].collect) == ["icmp"]


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "ff02::1", "10.0.0.0/24", "core.example", "10.0.0.01", "fe80::g"])
def test_not_the_address_of_a_device(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match=r"inventory/a.yaml:8:\d+: address: .* is not "):
        inventory(tmp_path, SMALL.replace("10.0.0.1", f"'{address}'"))


@pytest.mark.parametrize(
    ("written", "meant"), [("2001:DB8::0:1", "2001:db8::1"), ("127.1.2.3", "127.1.2.3"), ("10.0.0.1", "10.0.0.1")]
)
def test_the_address_of_a_device(tmp_path: Path, written: str, meant: str) -> None:
    assert inventory(tmp_path, SMALL.replace("10.0.0.1", f"'{written}'")).devices["core"].address == meant


def test_a_device_without_address_is_asked_nothing(tmp_path: Path) -> None:
    text = "sites:\n  b: {name: B, level: commune, devices: {b-r: {role: router}}, uplinks: [{to: core}]}\n"
    assert inventory(tmp_path, SMALL, text).devices["b-r"].collect == {}


def test_dated_parents_history_and_what_has_no_address(tmp_path: Path) -> None:
    text = """
carriers: {vnpt: {name: VNPT}}
nodes: {pop-a: {name: POP A, carrier: vnpt, area: kv-a}, split-1: {name: Splitter}}
sites:
  old: {name: Old, level: district, valid: {until: 2025-07-01}, successor: new}
  new:
    name: New
    level: commune
    parent: [{site: old, until: 2025-07-01}, {site: centre, from: 2025-07-01}]
    formerly: Thị trấn Cũ
    transit: true
    contacts: [{name: chị Lan, phone: 0912345678}]
    devices: {new-r: {address: 10.6.0.1, role: router}, new-fw: {address: 10.6.0.2, role: firewall}}
    uplinks:
      - {to: core, via: [split-1, pop-a], id: line-x, from: new-fw}
      - {to: core, via: pop-a}
"""
    found = inventory(tmp_path, SMALL, text)
    new = found.sites["new"]
    change = date(2025, 7, 1)
    assert new.parents == (
        Parent(site="old", valid=Valid(until=change)),
        Parent(site="centre", valid=Valid(since=change)),
    )
    assert (new.formerly, new.transit, new.contacts[0].phone) == (("Thị trấn Cũ",), True, "0912345678")
    assert found.sites["old"].successor == "new"
    assert new.uplinks == ("line-x", "new/2")
    assert (found.links["line-x"].source, found.links["line-x"].via) == ("new-fw", ("split-1", "pop-a"))
    assert found.nodes["pop-a"].area == "kv-a"


def test_what_the_gateway_is_behind_does_not_hang_behind_the_gateway(tmp_path: Path) -> None:
    text = """
sites:
  b:
    name: B
    level: commune
    devices:
      b-r: {address: 10.6.0.1, role: router, behind: b-onu}
      b-onu: {address: 10.6.0.2, role: onu}
      b-sw: {address: 10.6.0.3, role: switch}
    uplinks: [{from: b-onu, to: core}]
"""
    found = inventory(tmp_path, SMALL, text).devices
    assert [found[key].behind for key in ("b-r", "b-onu", "b-sw")] == [("b-onu",), (), ("b-r",)]


def test_anchors_are_the_neighbours_of_the_vantage_unless_named(tmp_path: Path) -> None:
    assert inventory(tmp_path, SMALL).anchors == ("core",)


CHAIN = """
sites:
  d:
    {{name: D, level: district, transit: {transit}, uplinks: [{{to: c-r}}],
     devices: {{d-r: {{address: 10.7.0.1, role: router}}}}}}
  c:
    {{name: C, level: commune, transit: {crossed}, uplinks: [{{to: core}}],
     devices: {{c-r: {{address: 10.7.0.2, role: router}}}}}}
"""


def test_outward_again_only_through_a_transit_site(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="site 'd': no path"):
        inventory(tmp_path, SMALL, CHAIN.format(transit="true", crossed="false"))
    assert set(inventory(tmp_path, SMALL, CHAIN.format(transit="false", crossed="true")).sites) == {"centre", "d", "c"}


def test_equal_levels_form_rings_and_the_vantage_may_stand_inside(tmp_path: Path) -> None:
    text = """
vantage: b-noc
levels: [province, commune]
sites:
  a: {name: A, level: province, devices: {a-r: {address: 10.8.0.1, role: router}}}
  b:
    name: B
    level: commune
    devices: {b-r: {address: 10.8.0.2, role: router}, b-noc: {address: 10.8.0.3}}
    uplinks: [{to: a-r}, {to: c-r}]
  c: {name: C, level: commune, devices: {c-r: {address: 10.8.0.4, role: router}}, uplinks: [{to: b-r}, {to: e-r}]}
  e: {name: E, level: commune, devices: {e-r: {address: 10.8.0.5, role: router}}, uplinks: [{to: c-r}]}
"""
    found = inventory(tmp_path, text)
    assert found.sites["c"].parents == ()
    assert found.sites["b"].parents == (Parent(site="a"),)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("50", "50 bit/s (did you mean 50M?)"),
        ("1.5k", "1500 bit/s (did you mean 1.5M?)"),
        ("9.6k", None),
        ("50M", None),
    ],
)
def test_a_bandwidth_whose_unit_was_forgotten(tmp_path: Path, written: str, said: str | None) -> None:
    line = commune("b").replace("{to: core}", f"{{to: core, bandwidth: {written}}}")
    found = load(write(tmp_path, {"a.yaml": SMALL, "b.yaml": "sites:\n" + line})).warnings
    at = f"inventory/b.yaml:2:{line.index(written) + 1}"
    assert [str(each) for each in found] == ([] if said is None else [f"{at}: warning: line 'b/1' would be of {said}"])


NEAR = """
sites:
  b:
    name: B
    level: commune
    devices: {{b-r: {{address: 10.6.0.1, role: router, collect: {{interfaces: {{}}, icmp: {{}}}}}}}}
    uplinks:
      - {{to: core, {first}}}
      - {{to: core, role: backup, {second}}}
"""


@pytest.mark.parametrize(
    ("first", "second", "warnings"),
    [
        ("address: 10.6.9.1", "local: Gi0/1", 0),
        ("address: 10.6.9.1", "remote: Gi0/1", 1),  # core is not asked for its ports
        ("local: Gi0/0", "bandwidth: 1M", 1),
        ("address: 10.6.0.1", "address: 10.6.9.2", 0),
        ("address: 10.0.0.1", "address: 10.6.9.2", 1),
    ],
)
def test_lines_that_nothing_sees_and_near_sides(tmp_path: Path, first: str, second: str, warnings: int) -> None:
    project = load(write(tmp_path, {"a.yaml": SMALL, "b.yaml": NEAR.format(first=first, second=second)}))
    assert len(project.warnings) == warnings
    if first == "address: 10.0.0.1":
        assert str(project.warnings[0]) == (
            "inventory/b.yaml:8:29: warning: 10.0.0.1 is at site 'centre', "
            "the near end of line 'b/1' (give the far end)"
        )


def test_a_carrier_without_description_stands_by_its_id(tmp_path: Path) -> None:
    project = load(
        write(
            tmp_path, {"a.yaml": SMALL, "b.yaml": "sites:\n" + commune("b").replace("core", "core, carrier: viettel")}
        )
    )
    assert project.inventory.carriers["viettel"].name == "viettel"
    assert ["carrier 'viettel' is not described" in str(each) for each in project.warnings] == [True]


def test_an_area_may_have_a_name_and_one_that_nothing_is_in_is_told(tmp_path: Path) -> None:
    areas = "areas:\n  kv-b: {name: Vùng B}\n  kv-cc: {name: Vùng C}\nsites:\n"
    sites = commune("b").replace("level:", "area: kv-b, level:") + commune("cc").replace("level:", "area: kv-c, level:")
    project = load(write(tmp_path, {"a.yaml": SMALL, "b.yaml": areas + sites}))
    assert project.inventory.areas == {"kv-b": "Vùng B", "kv-cc": "Vùng C"}
    [said] = [str(each) for each in project.warnings if "area" in each.text]
    assert said == "inventory/b.yaml:3:3: warning: no site is in the area 'kv-cc' (did you mean 'kv-c'?)"


def test_a_plugin_of_the_project_is_a_collector(tmp_path: Path) -> None:
    text = SMALL.replace("role: server", "role: server, collect: {own: {url: 'http://x', expect: 404}}")
    project = load(write(tmp_path, {"a.yaml": text, "collectors/own.py": PLUGIN}))
    task = project.inventory.devices["noc"].collect["own"]
    assert (task.plugin.url, task.plugin.expect, task.every) == ("http://x", 404, 30)
    assert project.collectors["own"] is type(task.plugin)


def test_a_service_asked_of_a_device_is_a_service_on_it(tmp_path: Path) -> None:
    text = SMALL.replace("role: server", "role: server, name: Máy chủ, collect: {own: {url: 'http://x'}}")
    plugin = PLUGIN.replace("    REACHABILITY", "    SERVICE: ClassVar[bool] = True\n    REACHABILITY", 1)
    inventory = load(write(tmp_path, {"a.yaml": text, "collectors/own.py": plugin})).inventory
    service = inventory.services["noc/own"]
    assert (service.name, service.on, service.site, *service.collect) == ("own Máy chủ", "noc", "centre", "own")
    assert inventory.sites["centre"].services == ("noc/own",)
    assert list(inventory.devices["noc"].collect) == ["icmp"], "what is asked nothing else is pinged"
