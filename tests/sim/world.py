"""A small province for the tests of the simulation."""

from netmon.model import (
    Carrier,
    Contract,
    Credential,
    Device,
    Inventory,
    Link,
    Node,
    Secret,
    Service,
    Site,
    Task,
)

COMMUNITY = "let-me-in"
LEVELS = ("central", "province", "district", "commune")
BY_PING = {"icmp": Task(collector="icmp", plugin=None, every=2.0, timeout=1.0)}


def site(
    name: str, level: str, devices: tuple[Device, ...], uplinks: tuple[Link, ...] = (), *, transit: bool = False
) -> tuple[Site, tuple[Device, ...], tuple[Link, ...]]:
    """A site whose gateway is its first router."""
    gateway = next((device.id for device in devices if device.role == "router"), None)
    return (
        Site(
            id=name,
            name=name.title(),
            level=level,
            gateway=gateway,
            transit=transit,
            hours="office",
            devices=tuple(device.id for device in devices),
            uplinks=tuple(link.id for link in uplinks),
        ),
        devices,
        uplinks,
    )


def device(name: str, at: str, address: str | None, role: str = "router", behind: tuple[str, ...] = ()) -> Device:
    """A device that is asked by ping."""
    return Device(id=name, site=at, role=role, address=address, behind=behind, collect=BY_PING if address else {})


def link(
    name: str,
    source: str,
    target: str,
    *,
    kind: str = "fibre",
    backup: bool = False,
    address: str | None = None,
    ports: tuple[str | None, str | None] = (None, None),
    via: tuple[str, ...] = (),
    carrier: str = "vnpt",
    rtt: float | None = None,
) -> Link:
    """A line of the site that its name begins with."""
    return Link(
        id=name,
        site=name.partition("/")[0],
        source=source,
        target=target,
        kind=kind,
        carrier=carrier,
        circuit=name.upper(),
        bandwidth=100_000_000,
        role="backup" if backup else "primary",
        address=address,
        local=ports[0],
        remote=ports[1],
        via=via,
        contract=Contract(rtt=rtt),
    )


def inventory(*sites: tuple[Site, tuple[Device, ...], tuple[Link, ...]], vantage: str = "noc") -> Inventory:
    """The sites as one province, with a service on `a-r1` if it is there."""
    devices = {each.id: each for _, members, _ in sites for each in members}
    services = {}
    if "a-r1" in devices:
        services["a-desk"] = Service(id="a-desk", site="a", name="Một cửa", on="a-r1", collect=BY_PING)
    return Inventory(
        province="test",
        levels=LEVELS,
        vantage=vantage,
        anchors=(),
        timezone="Asia/Ho_Chi_Minh",
        sites={each.id: each for each, _, _ in sites},
        devices=devices,
        links={each.id: each for _, _, lines in sites for each in lines},
        nodes={"pop": Node(id="pop", name="POP", carrier="vnpt")},
        services=services,
        carriers={name: Carrier(id=name, name=name.upper()) for name in ("vnpt", "viettel")},
        credentials={"default": Credential(id="default", version="2c", community=Secret(COMMUNITY, "test"))},
        calendars={},
    )


def province() -> Inventory:
    """A core with two routers and an LTE gateway; district d (dual-homed) with commune a (fibre to d, 4G to the core)
    and camera; district e in a ring with f; commune b behind a node and behind d alone; the central trunk."""
    return inventory(
        site("trunk", "central", (device("tw", "trunk", "10.1.0.1"),)),
        site(
            "core",
            "province",
            (
                device("core-1", "core", "10.0.0.1"),
                device("core-2", "core", "10.0.0.2", behind=("core-1",)),
                device("noc", "core", "10.0.0.10", "server", behind=("core-1", "core-2")),
                device("lte", "core", "10.0.0.3", behind=("core-1", "core-2")),
            ),
            (link("core/1", "core-1", "tw", address="10.9.0.1"),),
        ),
        site(
            "d",
            "district",
            (device("d-r1", "d", "10.0.1.1"),),
            (
                link("d/1", "d-r1", "core-1", address="10.9.1.1", ports=("Gi0/0/0", "Gi0/0/4")),
                link("d/2", "d-r1", "core-2", backup=True, carrier="viettel", address="10.9.1.2"),
            ),
        ),
        site(
            "e",
            "district",
            (device("e-r1", "e", "10.0.2.1"),),
            (link("e/1", "e-r1", "core-1", address="10.9.2.1"), link("e/2", "e-r1", "f-r1", address="10.9.2.2")),
        ),
        site("f", "district", (device("f-r1", "f", "10.0.3.1"),), (link("f/1", "f-r1", "core-2"),)),
        site(
            "a",
            "commune",
            (device("a-r1", "a", "10.0.4.1"), device("a-cam", "a", "10.0.4.20", "camera", ("a-r1",))),
            (
                link("a/1", "a-r1", "d-r1", kind="ftth", address="10.9.4.1"),
                link("a/2", "a-r1", "lte", kind="4g", backup=True, carrier="viettel", address="10.9.4.2"),
            ),
        ),
        site(
            "b",
            "commune",
            (device("b-r1", "b", "10.0.5.1"),),
            (link("b/1", "b-r1", "d-r1", kind="ftth", via=("pop",), address="10.9.5.1"),),
        ),
    )
