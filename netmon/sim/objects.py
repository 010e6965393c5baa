"""What does a simulated device say, by the names that netmon asks for?

A device's objects never come or go, so each is looked up once; only values move.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netmon.sim.mib import Mib, Row
from netmon.sim.network import Network
from netmon.sim.ports import Port
from netmon.wire.net import SnmpValue
from netmon.wire.snmp.ber import Oid


class _Column(NamedTuple):
    """The rows of one column by index; `fixed` are their values if none of them changes with time."""

    rows: Mapping[str, Row]
    fixed: Mapping[str, SnmpValue] | None

    def at(self, now: float) -> Mapping[str, SnmpValue]:
        """The values at `now`."""
        return self.fixed if self.fixed is not None else {index: row.at(now) for index, row in self.rows.items()}


class Objects:
    """A device's objects by their OID in dotted text, and up to which change of the model they are right."""

    __slots__ = ("_boots", "_columns", "_scalars", "_version", "mib")

    def __init__(self, mib: Mib, boots: int) -> None:
        self.mib = mib
        self._boots = boots
        self._version = -1
        self._columns: dict[str, _Column] = {}
        self._scalars: dict[str, Row | None] = {}

    def scalars(self, oids: Sequence[str], now: float) -> dict[str, SnmpValue]:
        """The values of those that there are."""
        known = self._scalars
        for oid in oids:
            if oid not in known:
                known[oid] = self.mib.rows.get(_arcs(oid))
        return {oid: row.at(now) for oid in oids if (row := known[oid]) is not None}

    def column(self, oid: str) -> _Column:
        """The rows of a column of a table, in order."""
        column = self._columns.get(oid)
        if column is None:
            rows = {".".join(map(str, index)): row for index, row in self.mib.column(_arcs(oid))}
            lives = any(callable(row.value) for row in rows.values())
            column = _Column(rows, None if lives else {index: row.at(0.0) for index, row in rows.items()})
            self._columns[oid] = column
        return column

    def follow(self, network: Network, ports: Sequence[Port], now: float) -> None:
        """Catch up with the model."""
        if self._version == network.version:
            return
        self._version = network.version
        device = self.mib.spec.device
        if self._boots != network.boots(device):
            self._boots = network.boots(device)
            self.mib.reboot(network.booted_at(device))
        for port in ports:
            self.mib.set_port(port.name, network.port_up(device, port.name), now)


def _arcs(oid: str) -> Oid:
    return tuple(map(int, oid.strip(".").split(".")))
