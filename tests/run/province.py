"""Three sites, two links and a service: the smallest inventory that has everything a metric can name."""

from datetime import date

from netmon.model import Carrier, Contract, Device, Inventory, Link, Node, Parent, Service, Site, Valid


def province() -> Inventory:
    sites = [
        Site(id="tinh", name="Trung tâm dữ liệu tỉnh", level="province", gateway="core", devices=("noc", "core")),
        Site(
            id="van-yen",
            name='Huyện "Văn Yên"',
            level="district",
            gateway="vy-r1",
            at=(21.883, 104.567),
            devices=("vy-r1",),
            uplinks=("van-yen/1",),
        ),
        Site(
            id="chau-que-ha",
            name="Xã Châu Quế Hạ",
            level="commune",
            gateway="cqh-r1",
            area="kv-van-yen",
            hours="office",
            parents=(
                Parent(site="van-yen", valid=Valid(until=date(2025, 7, 1))),
                Parent(site="tinh", valid=Valid(since=date(2025, 7, 1))),
            ),
            devices=("cqh-r1",),
            uplinks=("chau-que-ha/1",),
            services=("cqh-onestop",),
        ),
    ]
    devices = [
        Device(id="noc", site="tinh", role="server", address="10.28.0.10"),
        Device(id="core", site="tinh", role="router", address="10.28.0.1", name="Lõi 1"),
        Device(id="vy-r1", site="van-yen", role="router", address="10.28.4.1"),
        Device(id="cqh-r1", site="chau-que-ha", role="router", address="10.28.4.11"),
    ]
    links = [
        Link(
            id="van-yen/1",
            site="van-yen",
            source="vy-r1",
            target="core",
            kind="fibre",
            carrier="vnpt",
            circuit="YB-VY-01",
            bandwidth=8_000_000,
            address="10.28.250.2",
            local="Gi0/0/0",
            remote="Gi0/0/4",
            contract=Contract(availability=0.999),
        ),
        Link(id="chau-que-ha/1", site="chau-que-ha", source="cqh-r1", target="vy-r1", kind="4g", role="backup"),
    ]
    service = Service(id="cqh-onestop", site="chau-que-ha", name="Một cửa", on="cqh-r1")
    return Inventory(
        province="yen-bai",
        levels=("province", "district", "commune"),
        vantage="noc",
        anchors=("core",),
        timezone="Asia/Ho_Chi_Minh",
        sites={site.id: site for site in sites},
        devices={device.id: device for device in devices},
        links={link.id: link for link in links},
        nodes={"pop-vy": Node(id="pop-vy", name="POP Văn Yên", carrier="vnpt")},
        services={service.id: service},
        carriers={"vnpt": Carrier(id="vnpt", name="VNPT Yên Bái")},
        credentials={},
        calendars={},
    )
