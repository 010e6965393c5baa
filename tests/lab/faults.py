"""What can break, and how is it mended?

A fault is kept under the id of what is broken, so that mending one thing never mends another: a line
that was cut stays cut when the router beside it gets its power back.
"""

import time
from collections.abc import Callable, Iterable

from tests.lab.cage import Cage, LabError
from tests.lab.topology import VANTAGE, End, Line, Topology

OSPF = 89


class Faults:
    """The faults in force. Every verb takes ids and may be repeated."""

    def __init__(self, topology: Topology, cage: Cage, boot: Callable[[str], None]) -> None:
        self._topology = topology
        self._cage = cage
        self._boot = boot
        self._cut: set[str] = set()
        self._dark: set[str] = set()
        self._filtered: dict[str, str] = {}

    def active(self) -> dict[str, str]:
        """What is broken, by id, in a word."""
        return dict.fromkeys(self._cut, "cut") | dict.fromkeys(self._dark, "off") | self._filtered

    def cut(self, *lines: str) -> None:
        """Take each line's far interface down: both ends lose the carrier, in the same instant if at one router."""
        self._cut |= {self._line(line).id for line in lines}
        self._set_ports([self._line(line).far for line in lines])

    def silent_loss(self, *lines: str) -> None:
        """Drop everything in both directions while both ports stay up."""
        for line in lines:
            for end in self._line(line).ends:
                self._filter(end, "drop")
            self._filtered[line] = "silent"

    def loss(self, lines: Iterable[str], ratio: float, *, routing_too: bool = False) -> None:
        """Lose a share of the packets that arrive at each line's far end.

        Routing packets get through, as they do where a queue overflows (they travel in a class of
        their own); with `routing_too` the adjacency suffers as well.
        """
        spared = "" if routing_too else f"meta protocol ip ip protocol != {OSPF} "
        for line in lines:
            self._filter(self._line(line).far, f"{spared}numgen random mod 1000 < {ratio * 1000:.0f} drop")
            self._filtered[line] = f"loss {ratio:.0%}"

    def power_off(self, *routers: str) -> None:
        """Kill what runs on each router and take its interfaces down; its neighbours lose the carrier."""
        ports = [end for router in routers for end in self._ports(router)]
        self._dark |= set(routers)
        self._set_ports(ports)
        for router in routers:
            self._cage.kill(router)

    def power_on(self, *routers: str) -> None:
        """Bring routers back: interfaces first, then fresh daemons (a new sysUpTime, one engine boot more)."""
        for router in set(routers) & self._dark:
            self._dark.discard(router)
            self._set_ports(self._ports(router))
            self._boot(router)

    def isolate_vantage(self, *, silent: bool = False) -> None:
        """Cut off netmon itself; `silent` leaves its ports up."""
        lines = [line.id for line in self._topology.lines.values() if line.near.router == VANTAGE]
        if silent:
            self.silent_loss(*lines)
        else:
            self._cut |= set(lines)
            self._set_ports(self._ports(VANTAGE))

    def flap(self, line: str, *, times: int, down: float, up: float) -> None:
        """Cut and mend a line `times` times, pausing `down` and `up` seconds; it ends mended."""
        for _ in range(times):
            self.cut(line)
            time.sleep(down)
            self.restore(line)
            time.sleep(up)

    def restore(self, *ids: str) -> None:
        """Mend these lines and routers, or everything; `noc` mends the lines of the vantage."""
        chosen = set(ids) or set(self.active())
        if VANTAGE in chosen:
            chosen |= {line.id for line in self._topology.lines.values() if line.near.router == VANTAGE}
        lines = [self._topology.lines[id_] for id_ in chosen if id_ in self._topology.lines]
        for line in lines:
            if self._filtered.pop(line.id, None):
                for end in line.ends:
                    self._filter(end, None)
        mended = [line for line in lines if line.id in self._cut]
        self._cut -= {line.id for line in mended}
        self._set_ports([end for line in mended for end in line.ends])
        self.power_on(*chosen)

    def _line(self, id_: str) -> Line:
        try:
            return self._topology.lines[id_]
        except KeyError:
            raise LabError(f"no line {id_}; there are {', '.join(self._topology.lines)}") from None

    def _ports(self, router: str) -> list[End]:
        if router not in self._topology.routers:
            raise LabError(f"no router {router}; there are {', '.join(self._topology.routers)}")
        return [end for end, _ in self._topology.ends_of(router)]

    def _set_ports(self, ends: Iterable[End]) -> None:
        """Give each of these interfaces the state that the faults in force ask for."""
        by_router: dict[str, list[str]] = {}
        far_of_cut = {(self._topology.lines[id_].far.router, self._topology.lines[id_].far.port) for id_ in self._cut}
        for end in ends:
            down = end.router in self._dark or (end.router, end.port) in far_of_cut
            if end.router == VANTAGE:  # its cable is pulled at its own side
                down = any(line.near == end for line in self._lines(self._cut))
            by_router.setdefault(end.router, []).append(f"link set {end.port} {'down' if down else 'up'}")
        for router, batch in by_router.items():
            self._cage.must(["ip", "-n", router, "-batch", "-"], stdin="\n".join(batch) + "\n")

    def _lines(self, ids: Iterable[str]) -> list[Line]:
        return [self._topology.lines[id_] for id_ in ids]

    def _filter(self, end: End, rule: str | None) -> None:
        """Replace the packet filter of an interface by one rule, or take it away."""
        table = f"table netdev lab-{end.port}".replace("-", "_")
        script = f"add {table}\ndelete {table}\n"
        if rule is not None:
            chain = f"add chain {table.removeprefix('table ')} arrive"
            script += f'add {table}\n{chain} {{ type filter hook ingress device "{end.port}" priority 0; }}\n'
            script += f"add rule {table.removeprefix('table ')} arrive {rule}\n"
        self._cage.must(["ip", "netns", "exec", end.router, "nft", "-f", "-"], stdin=script)
