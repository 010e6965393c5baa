"""A small Văn Yên for the message tests: a district on two lines, eight communes, two of them with 4G."""

from datetime import datetime
from zoneinfo import ZoneInfo

from netmon.model import (
    Carrier,
    Clue,
    Contact,
    Contract,
    Device,
    Incident,
    IncidentEvent,
    Inventory,
    Link,
    Node,
    Power,
    Service,
    Site,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNES = {
    "chau-que-ha": "Xã Châu Quế Hạ",
    "an-thinh": "Xã An Thịnh",
    "mau-a": "Thị trấn Mậu A",
    "lang-thip": "Xã Lang Thíp",
    "lam-giang": "Xã Lâm Giang",
    "xuan-tam": "Xã Xuân Tầm",
    "dong-an": "Xã Đông An",
    "tan-hop": "Xã Tân Hợp",
    "phong-du": "Xã Phong Dụ Thượng",
}
WITH_4G = ("chau-que-ha", "an-thinh")


def at(hour: int, minute: int, second: int = 0, day: int = 22) -> float:
    """Seconds since the epoch of a local time in November 2026."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=ZONE).timestamp()


def _district() -> tuple[Site, tuple[Link, ...]]:
    lines = (
        Link(id="van-yen/1", site="van-yen", source="van-yen-r1", target="yb-core-1", kind="fibre", carrier="vnpt",
             circuit="YB-VY-01", address="10.28.250.2", contract=Contract(rtt=0.02, loss=0.001)),
        Link(id="van-yen/2", site="van-yen", source="van-yen-r1", target="yb-core-2", kind="fibre",
             carrier="viettel", circuit="YB-VY-02", role="backup"),
    )  # fmt: skip
    site = Site(
        id="van-yen",
        name="Huyện Văn Yên",
        level="district",
        gateway="van-yen-r1",
        area="kv-van-yen",
        contacts=(Contact(name="anh Quân", role="quản trị mạng", phone="0216 000 0101"),),
        power=Power(supplier="Điện lực Văn Yên", phone="0216 000 0102"),
        devices=("van-yen-r1",),
        uplinks=("van-yen/1", "van-yen/2"),
    )
    return site, lines


def _commune(key: str, name: str) -> tuple[Site, tuple[Link, ...]]:
    first = Link(id=f"{key}/1", site=key, source=f"{key}-r1", target="van-yen-r1", carrier="vnpt",
                 kind="adsl" if key == "lang-thip" else "ftth", circuit=f"YB-VY-{key.upper()}",
                 address="10.28.204.2", via=("pop-lam-giang",) if key == "lam-giang" else ())  # fmt: skip
    second = Link(id=f"{key}/2", site=key, source=f"{key}-r1", target="yb-lte-gw", kind="4g", carrier="viettel",
                  role="backup")  # fmt: skip
    lines = (first, second) if key in WITH_4G else (first,)
    contacts = (Contact(name="chị Lan", role="đầu mối", phone="0216 000 0103"),) if key == "chau-que-ha" else ()
    site = Site(
        id=key,
        name=name,
        level="commune",
        gateway=f"{key}-r1",
        area="kv-van-yen",
        contacts=contacts,
        devices=(f"{key}-r1",),
        uplinks=tuple(line.id for line in lines),
        services=("cqh-onestop",) if key == "chau-que-ha" else (),
    )
    return site, lines


def province() -> Inventory:
    """The inventory."""
    core = Site(
        id="yb-core",
        name="Trung tâm dữ liệu tỉnh",
        level="province",
        gateway="yb-core-1",
        contacts=(Contact(name="trực phòng máy", phone="0216 000 0010"),),
        devices=("yb-core-1", "yb-core-2", "yb-lte-gw", "yb-noc"),
    )
    parts = [(core, ()), _district(), *(_commune(key, name) for key, name in COMMUNES.items())]
    sites = {site.id: site for site, _ in parts}
    links = {line.id: line for _, lines in parts for line in lines}
    devices = {
        key: Device(id=key, site=site.id, role="server" if key == "yb-noc" else "router")
        for site in sites.values()
        for key in site.devices
    }
    devices["cqh-cam1"] = Device(id="cqh-cam1", site="chau-que-ha", role="camera")
    return Inventory(
        province="yen-bai",
        levels=("central", "province", "district", "commune"),
        vantage="yb-noc",
        anchors=("yb-core-1", "yb-core-2"),
        timezone="Asia/Ho_Chi_Minh",
        sites=sites,
        devices=devices,
        links=links,
        nodes={"pop-lam-giang": Node(id="pop-lam-giang", name="Trạm VNPT Lâm Giang", carrier="vnpt")},
        services={"cqh-onestop": Service(id="cqh-onestop", site="chau-que-ha", name="Một cửa", on="chau-que-ha-r1")},
        carriers={
            "vnpt": Carrier(id="vnpt", name="VNPT Yên Bái", phone="0216 000 0001"),
            "viettel": Carrier(id="viettel", name="Viettel Yên Bái", phone="0216 000 0002"),
        },
        credentials={},
        calendars={},
    )


def district_cut() -> IncidentEvent:
    """Both lines of the district gone in the same second."""
    t = at(21, 14)
    incident = Incident(
        id=4127, kind="outage", severity="critical", root="van-yen", seat="van-yen", state="open", cause="unknown",
        opened_at=t, affected=("van-yen", *(key for key in COMMUNES if key not in WITH_4G)),
        links=("van-yen/1", "van-yen/2"),
        evidence=(
            Clue(t, "van-yen-r1", "silent", (("target", "van-yen-r1"), ("seconds", "12"), ("asked", "icmp, snmp"))),
            Clue(t, "yb-core-1", "behind_ok", (("target", "yb-core-1"),)),
            Clue(t, "yb-core-1", "port_down", (("device", "yb-core-1"), ("port", "Gi0/0/4"))),
            Clue(t, "van-yen/1", "line_silent", (("link", "van-yen/1"), ("address", "10.28.250.2"))),
            Clue(t, "yb-core-2", "port_down", (("device", "yb-core-2"), ("port", "Gi0/0/4"))),
        ),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=t + 12, incident=incident)


def fallback() -> IncidentEvent:
    """A commune runs on 4G."""
    t = at(2, 31)
    incident = Incident(
        id=4128, kind="redundancy_lost", severity="warning", root="chau-que-ha/1", seat="chau-que-ha/1", state="open",
        cause="unknown", opened_at=t, affected=("chau-que-ha",), links=("chau-que-ha/1",),
        evidence=(
            Clue(t, "chau-que-ha/1", "line_silent", (("link", "chau-que-ha/1"), ("address", "10.28.204.2"))),
            Clue(t, "chau-que-ha/1", "redundant_left", (("link", "chau-que-ha/2"),)),
        ),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=t + 10, incident=incident)


def poor_adsl() -> IncidentEvent:
    """Loss on a line without a contract and without a second line."""
    t = at(9, 5)
    incident = Incident(
        id=4129, kind="degraded", severity="warning", root="lang-thip/1", seat="lang-thip/1", state="open",
        cause="unknown", opened_at=t, affected=("lang-thip",), links=("lang-thip/1",),
        evidence=(
            Clue(t + 70, "lang-thip/1", "loss",
                 (("link", "lang-thip/1"), ("loss", "0.0320"), ("limit", "0.0100"), ("window", "60"))),
            Clue(t + 70, "lang-thip/1", "rtt",
                 (("link", "lang-thip/1"), ("rtt", "0.1480"), ("limit", "0.0800"), ("window", "60"))),
        ),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=t + 70, incident=incident)


def blind() -> IncidentEvent:
    """netmon itself is cut off."""
    t = at(3, 12)
    incident = Incident(
        id=4130, kind="blind", severity="critical", root="yb-noc", seat="yb-noc", state="open", cause="unknown",
        opened_at=t, evidence=(Clue(t, "yb-noc", "anchors_silent", (("anchors", "yb-core-1, yb-core-2"),)),),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=t + 10, incident=incident)


def storm() -> IncidentEvent:
    """Three communes of one area fall, each for a reason of its own."""
    t, hit = at(21, 14), ("lang-thip", "lam-giang", "dong-an")
    incident = Incident(
        id=4131, kind="outage", severity="critical", root="kv-van-yen", seat="kv-van-yen", state="open",
        cause="unknown", opened_at=t, affected=hit, links=tuple(f"{key}/1" for key in hit),
        evidence=(
            Clue(t + 70, "kv-van-yen", "group", (("count", "3"), ("area", "kv-van-yen"))),
            Clue(t + 60, "dong-an-ups", "on_battery", (("device", "dong-an-ups"),)),
        ),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=t + 80, incident=incident)


def half_blind() -> IncidentEvent:
    """Both lines of a carrier to the centre are lost; the district goes on over the other carrier."""
    t = at(13, 5)
    incident = Incident(
        id=4132, kind="outage", severity="critical", root="viettel", seat="viettel", state="open", cause="carrier",
        opened_at=t, links=("van-yen/2", "chau-que-ha/2"),
        evidence=(
            Clue(t, "viettel", "carrier_lines", (("carrier", "viettel"), ("count", "2"))),
            Clue(t, "yb-core-2", "port_down", (("device", "yb-core-2"), ("port", "Gi0/0/4"))),
        ),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=t + 10, incident=incident)
