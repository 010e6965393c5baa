"""Can netmon reach those whom it asks and tells, and does its own service answer?"""

import urllib.error
from collections.abc import AsyncIterator, Mapping
from http.client import HTTPException
from typing import Any, NamedTuple, Protocol, runtime_checkable

from netmon.cli._doctor_found import Found, Number
from netmon.errors import CollectError, NetmonError
from netmon.model import Inventory, Secret, Target
from netmon.settings.config import Config
from netmon.web.client import direct
from netmon.web.server import url
from netmon.wire.browse import parsed
from netmon.wire.net import Net

TIMEOUT = 5.0
MODEM_TIMEOUT = 10.0
OFF = 1.0
"""Seconds by which this machine's clock may be off."""
_REGISTERED = (1, 5)
"""At home, roaming (3GPP TS 27.007, +CREG)."""


@runtime_checkable
class OnServer(Protocol):
    """A channel that goes to a server, `host:port`."""

    server: str


@runtime_checkable
class OnWeb(Protocol):
    """A channel, or an exporter, that goes to a web address."""

    url: str


@runtime_checkable
class OnModem(Protocol):
    """A channel that goes over a modem."""

    port: str


class Door(NamedTuple):
    """Where something is reached over TCP."""

    channel: str
    host: str
    port: int


def service(config: Config) -> Found:
    """Whether the service runs and is well."""
    try:
        with direct().open(f"{url(config.listen)}/-/healthy", timeout=TIMEOUT):
            return Found("service", "ok", "healthy")
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(1000).decode(errors="replace").strip()
        if error.code == 503:
            return Found("service", "fail", "late", {"late": said})
        return Found("service", "fail", "stranger", {"where": config.listen})
    except (OSError, HTTPException, ValueError):
        return Found("service", "warn", "stopped")


async def clocks(inventory: Inventory, net: Net) -> AsyncIterator[Found]:
    """How far the clock is from the time servers of the inventory; nothing where there are none."""
    for one in inventory.services.values():
        address = one.address or inventory.devices[one.on].address
        task = one.collect.get("ntp")
        if task is None or address is None:
            continue
        target = Target(id=one.id, of="service", site=one.site, level="", address=address, timeout=TIMEOUT)
        try:
            samples = await task.plugin.collect(target, net)
        except CollectError as error:
            yield Found("clock", "warn", "no_server", {"server": one.name, "why": error})
            continue
        off = next((abs(each.value) for each in samples if each.metric == "netmon_ntp_offset_seconds"), 0.0)
        if off > OFF:
            yield Found("clock", "fail", "off", {"server": one.name, "seconds": Number(f"{off:,.1f}")})
        else:
            yield Found("clock", "ok", "in_step", {"server": f" ({one.name})"})


async def channels(config: Config, net: Net, runs: bool) -> AsyncIterator[Found]:
    """Each way to people and to those who watch netmon: connected to, and nothing sent.

    A modem that the running service has is left alone.
    """
    for name, plugin in config.notifiers.items():
        if isinstance(plugin, OnModem) and isinstance(plugin.port, str):
            busy = Found("channel", "unknown", "modem_busy", {"channel": name, "port": plugin.port})
            yield busy if runs else await _modem(name, plugin.port, net)
        elif (door := _door(name, plugin)) is not None:
            yield await _knock(door, net)
        else:
            yield Found("channel", "unknown", "to_be_tried", {"channel": name})
    deadman = config.watched.deadman
    if deadman is None:
        yield Found("deadman", "warn", "unwatched")
        return
    places = [*deadman.urls, *([Secret(deadman.peer, "peer")] if deadman.peer else [])]
    yield Found("deadman", "ok", "watched", {"count": len(places)})
    for place in places:
        if place.is_set and (found := _web(place.source, place.reveal())) is not None:
            yield await _knock(found, net)


def _door(name: str, plugin: Any) -> Door | None:
    """Where this channel is reached, None if not over TCP, or only it knows where."""
    if isinstance(plugin, OnServer) and isinstance(plugin.server, str):
        host, _, port = plugin.server.rpartition(":")
        return Door(name, host.removeprefix("[").removesuffix("]"), int(port))
    return _web(name, plugin.url) if isinstance(plugin, OnWeb) else None


def _web(name: str, address: object) -> Door | None:
    text = address.reveal() if isinstance(address, Secret) and address.is_set else address
    try:
        found = parsed(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if found is None else Door(name, found.host, found.port)


async def _knock(door: Door, net: Net) -> Found:
    """Look its name up, and connect; nothing of the address but host and port is shown."""
    values: Mapping[str, object] = {"channel": door.channel, "host": door.host, "where": f"{door.host}:{door.port}"}
    try:
        addresses = await net.resolve(door.host, TIMEOUT)
    except CollectError as error:
        return Found("channel", "fail", "no_name", {**values, "why": error})
    try:
        await net.connect(addresses[0], door.port, TIMEOUT)
    except CollectError as error:
        return Found("channel", "fail", "not_reached", {**values, "why": error})
    return Found("channel", "ok", "reached", values)


async def _modem(name: str, port: str, net: Net) -> Found:
    values: dict[str, object] = {"channel": name, "port": port}
    try:
        seen = await net.modem(port).seen(MODEM_TIMEOUT)
    except NetmonError as error:
        return Found("channel", "fail", "modem_off", values | {"why": error})
    signal = "?" if seen.signal is None else f"{seen.signal:.0f} dBm"
    if seen.registration not in _REGISTERED:
        return Found("channel", "fail", "modem_off", values | {"why": f"+CREG {seen.registration}, {signal}"})
    return Found("channel", "ok", "modem", values | {"signal": signal})
