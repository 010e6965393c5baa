"""What does the command line say of a device whose SNMP agent does not?"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, with_config

from netmon.errors import BadAnswer
from netmon.model import Metric, Sample, Target
from netmon.reading.screens import number, rows
from netmon.wire.net import Net

_LABEL = 60
"""Characters of a label that the device chose."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class _Take:
    """Which field becomes a number, and what tells its rows apart."""

    field: str
    scale: float = 1.0
    label: str = ""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What is taken of one command's answer; without a pattern by the template of ntc-templates."""

    take: dict[str, _Take]
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """Logs in to a device and reads numbers from what commands print, for vendors that tell them nowhere else.

    Without a command it only tries the login. The device needs a `cli:` and a credential with `ssh`.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_cli_seconds": Metric("gauge", "How long a login and its commands took."),
        "netmon_cpu_ratio": Metric("gauge", "How busy a processor is.", ("cpu",)),
        "netmon_memory_used_ratio": Metric("gauge", "How full a memory pool is.", ("pool",)),
        "netmon_storage_used_ratio": Metric("gauge", "How full a disk or flash is.", ("storage",)),
        "netmon_temperature_celsius": Metric("gauge", "Temperature at a sensor.", ("sensor",)),
        "netmon_fan_speed_rpm": Metric("gauge", "How fast a fan turns, in turns a minute.", ("fan",)),
        "netmon_power_watts": Metric("gauge", "Power at a sensor.", ("sensor",)),
        "netmon_sessions": Metric("gauge", "Sessions that a firewall keeps."),
        "netmon_wireless_clients": Metric("gauge", "Clients of a radio.", ("radio",)),
    }
    REACHABILITY: ClassVar[bool] = False
    SSH: ClassVar[bool] = True
    EVERY: ClassVar[float] = 300.0
    TIMEOUT: ClassVar[float] = 30.0

    ask: Annotated[
        dict[str, _Ask],
        Field(description="What is taken of which command: `take: {METRIC: {field: FIELD}}`, and a `pattern`."),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for command, ask in self.ask.items():
            self._check(command, ask)

    def _check(self, command: str, ask: _Ask) -> None:
        """ValueError for what could never give a number."""
        for metric in ask.take:
            if metric not in self.METRICS or metric == "netmon_cli_seconds":
                known = ", ".join(name for name in self.METRICS if name != "netmon_cli_seconds")
                raise ValueError(f"{command!r}: {metric} is none of the families that a command line may fill: {known}")
        if not ask.pattern:
            return
        try:
            groups = {name.lower() for name in re.compile(ask.pattern).groupindex}
        except re.error as error:
            raise ValueError(f"{command!r}: the pattern is no regular expression: {error}") from None
        wanted = {name.lower() for take in ask.take.values() for name in (take.field, take.label) if name}
        if lacking := sorted(wanted - groups):
            raise ValueError(f"{command!r}: the pattern has no group (?P<{lacking[0]}>…)")

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The numbers of all commands. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        ssh = None if target.credential is None else target.credential.ssh
        if ssh is None or not target.platform:
            raise BadAnswer(f"{target.id}: the inventory names no command line, or no login for it")
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            printed = await net.show(target.address, ssh, target.platform, list(self.ask), target.timeout)
        except ValueError as error:
            raise BadAnswer(str(error)) from None
        took = Sample("netmon_cli_seconds", loop.time() - asked)
        samples: dict[tuple[str, tuple[str, ...]], Sample] = {(took.metric, took.labels): took}
        lost = []
        for command, ask in self.ask.items():
            try:
                found = await asyncio.to_thread(rows, target.platform, command, printed[command], ask.pattern)
            except BadAnswer as error:
                lost.append(str(error))
                continue
            taken = [sample for metric, take in ask.take.items() for sample in self._taken(metric, take, found)]
            if not taken:
                lost.append(f"{command!r} prints none of the fields")
            for sample in taken:
                samples.setdefault((sample.metric, sample.labels), sample)
        if lost:
            raise BadAnswer("; ".join(lost), list(samples.values()))
        return list(samples.values())

    def _taken(self, metric: str, take: _Take, found: Sequence[Mapping[str, str]]) -> list[Sample]:
        """A number of each row, or of the first where nothing tells them apart."""
        samples = []
        for row in found if take.label else found[:1]:
            value = number(row.get(take.field.lower(), ""))
            if value is not None:
                label = (row.get(take.label.lower(), "").strip()[:_LABEL],) if self.METRICS[metric].labels else ()
                samples.append(Sample(metric, value * take.scale, label))
        return samples
