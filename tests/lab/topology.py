"""Which routers and lines does the lab have, and who is behind whom?

A province as in the design: the vantage `noc` on two core routers `p1` and `p2`, a central router
`cen`, districts on both cores, communes on one district each, and every fifth commune on `lte` as
well. Nothing here touches the machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PROVINCE, CENTRAL, VANTAGE = "tinh", "trung-uong", "noc"
CORES = ("p1", "p2")
DUAL_EVERY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """A network namespace with routing and an SNMP agent. `address` is its loopback."""

    id: str
    site: str
    address: str
    routing: Literal["frr", "bird"]
    forwards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a line: which router, its interface there, its address and its OSPF cost outwards."""

    router: str
    port: str
    address: str
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A veth pair. `far` is the end farther from the vantage; `id` and `site` name the link in the inventory.

    A tie inside the province's site has no inventory entry: its `site` is empty. `speed` in bit/s.
    """

    id: str
    site: str
    far: End
    near: End
    kind: str
    carrier: str
    speed: int
    role: Literal["primary", "backup"]

    @property
    def ends(self) -> tuple[End, End]:
        """Both ends, the far one first."""
        return self.far, self.near


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Routers and lines, keyed by id, and how the inventory groups them."""

    routers: dict[str, Router]
    lines: dict[str, Line]

    @property
    def links(self) -> dict[str, Line]:
        """The lines that the inventory knows as links, by link id."""
        return {line.id: line for line in self.lines.values() if line.site}

    @property
    def districts(self) -> list[str]:
        """Site ids of the districts."""
        return [router.site for router in self.routers.values() if router.site.startswith("huyen-")]

    def uplinks(self, site: str) -> list[str]:
        """Link ids that a site owns, primary first."""
        return [line.id for line in self.lines.values() if line.site == site]

    def gateway(self, site: str) -> str:
        """The router that the site's lines leave from."""
        return next(router.id for router in self.routers.values() if router.site == site)

    def ends_of(self, router: str) -> Iterator[tuple[End, End]]:
        """Each line's end on this router, with the end opposite."""
        for line in self.lines.values():
            far, near = line.ends
            if far.router == router:
                yield far, near
            elif near.router == router:
                yield near, far

    def communes(self, district: str, *, dual: bool) -> list[str]:
        """Site ids of the communes on a district's router that have (or have not) a second line."""
        gateway = self.gateway(district)
        homes = [line.site for line in self.links.values() if line.near.router == gateway]
        return [site for site in homes if (len(self.uplinks(site)) > 1) == dual]

    def affected(self, district: str) -> set[str]:
        """Sites that nobody can reach while this district is cut off: itself and its single-homed communes."""
        return {district, *self.communes(district, dual=False)}


def build(communes: int) -> Topology:
    """The province with this many communes: 4 districts, 9 from 60 communes on."""
    draft = _Draft({}, {})
    for id_, site, address in (
        (VANTAGE, PROVINCE, "10.255.0.1"),
        ("cen", CENTRAL, "10.255.0.2"),
        ("p1", PROVINCE, "10.255.0.11"),
        ("p2", PROVINCE, "10.255.0.12"),
        ("lte", PROVINCE, "10.255.0.13"),
    ):
        draft.router(id_, site, address)
    draft.tie("p2", "p1", 10, 10)
    draft.tie("p1", VANTAGE, 10, 1000)  # the monitoring station is never a way through
    draft.tie("p2", VANTAGE, 15, 1500)
    draft.tie("lte", "p1", 10, 10)
    draft.tie("lte", "p2", 15, 15)
    draft.link(PROVINCE, "cen", "p1", 100, "vnpt")
    draft.link(PROVINCE, "cen", "p2", 110, "viettel")
    districts = 9 if communes >= 60 else min(4, communes)
    for number in range(1, districts + 1):
        # A core router takes lines of both carriers with it, so that its death is not a carrier's.
        carriers = ("vnpt", "viettel") if number % 2 else ("viettel", "vnpt")
        draft.router(f"d{number}", f"huyen-{number}", f"10.255.1.{number}")
        draft.link(f"huyen-{number}", f"d{number}", "p1", 10, carriers[0])
        draft.link(f"huyen-{number}", f"d{number}", "p2", 15, carriers[1])
    for number in range(1, communes + 1):
        site, router = f"xa-{number:02}", f"c{number}"
        draft.router(router, site, f"10.255.{16 + number // 250}.{number % 250 + 1}")
        draft.link(site, router, f"d{(number - 1) % districts + 1}", 10, "vnpt", speed=50_000_000, kind="ftth")
        if number % DUAL_EVERY == 0:
            draft.link(site, router, "lte", 1000, "viettel", speed=20_000_000, kind="4g")
    return Topology(routers=draft.routers, lines=draft.lines)


@dataclass(slots=True)
class _Draft:
    routers: dict[str, Router]
    lines: dict[str, Line]

    def router(self, id_: str, site: str, address: str) -> None:
        edge = id_ == VANTAGE or site.startswith("xa-")
        self.routers[id_] = Router(
            id=id_, site=site, address=address, routing="bird" if edge else "frr", forwards=not edge
        )

    def _ends(self, far: str, near: str, cost_far: int, cost_near: int) -> tuple[End, End]:
        number = 2 * len(self.lines)
        prefix = f"10.254.{number >> 8}"
        return (
            End(router=far, port=f"to-{near}", address=f"{prefix}.{(number & 255) + 1}", cost=cost_far),
            End(router=near, port=f"to-{far}", address=f"{prefix}.{number & 255}", cost=cost_near),
        )

    def tie(self, far: str, near: str, cost_far: int, cost_near: int) -> None:
        ends = self._ends(far, near, cost_far, cost_near)
        id_ = f"{near}-{far}"
        self.lines[id_] = Line(
            id=id_, site="", far=ends[0], near=ends[1], kind="", carrier="", speed=1_000_000_000, role="primary"
        )

    def link(
        self, site: str, far: str, near: str, cost: int, carrier: str, *, speed: int = 200_000_000, kind: str = "fibre"
    ) -> None:
        ends = self._ends(far, near, cost, cost)
        number = sum(line.site == site for line in self.lines.values()) + 1
        self.lines[f"{site}/{number}"] = Line(
            id=f"{site}/{number}",
            site=site,
            far=ends[0],
            near=ends[1],
            kind=kind,
            carrier=carrier,
            speed=speed,
            role="primary" if number == 1 else "backup",
        )
