"""Does this machine let netmon work?"""

import ctypes
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from netmon.cli._doctor_found import Found, Number
from netmon.errors import NotPermitted
from netmon.model import Inventory
from netmon.settings.config import Config
from netmon.web.server import bind, host_and_port
from netmon.wire.net import Net

LEAST, LITTLE = 200e6, 0.1
"""Octets of free disk with which the journal will soon be full, and the share below which somebody should look."""
_TIME_ERROR, _TIMEX = 5, 512
"""What adjtimex(2) returns for a clock that nobody keeps in step, and octets that hold its struct on any machine."""
_PATIENCE = 5.0


def libraries() -> Found:
    """Python, and everything that netmon is installed with."""
    wanted = [one for one in metadata.requires("netmon") or () if "extra ==" not in one]
    names = sorted({one.split(";")[0].strip().rstrip(")") for one in wanted})
    missing = [name for name in map(_bare, names) if not _installed(name)]
    if missing:
        return Found("libraries", "fail", "missing", {"names": ", ".join(missing)})
    version = ".".join(map(str, sys.version_info[:3]))
    return Found("libraries", "ok", "installed", {"python": version, "count": len(names)})


def _bare(requirement: str) -> str:
    for mark in "[=<>!~ (":
        requirement = requirement.split(mark)[0]
    return requirement


def _installed(name: str) -> bool:
    with suppress(metadata.PackageNotFoundError):
        metadata.version(name)
        return True
    return False


async def ping(inventory: Inventory, net: Net) -> Found:
    """Whether the system lets this user send ICMP echoes."""
    tasks = [one.collect for one in inventory.devices.values()]
    tasks += [one.collect for one in inventory.links.values()]
    tasks += [one.collect for one in inventory.services.values()]
    if not any("icmp" in each for each in tasks):
        return Found("ping", "ok", "not_asked")
    try:
        await net.ping(["127.0.0.1"], 0.5)
    except NotPermitted as error:
        return Found("ping", "fail", "may_not", {"why": error})
    return Found("ping", "ok", "may")


def may_open() -> int:
    """To how many open files the service may raise its limit."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def files(wanted: int, limit: int) -> Found:
    """Whether as many files may be open as the inventory needs."""
    values = {"limit": Number(f"{limit:,}"), "wanted": Number(f"{wanted:,}")}
    if limit == resource.RLIM_INFINITY:
        return Found("files", "ok", "boundless", values)
    return Found("files", "ok", "enough", values) if limit >= wanted else Found("files", "fail", "too_few", values)


def ports(config: Config) -> Iterator[Found]:
    """Whether the service could listen; asked while it does not run."""
    try:
        bind(config.listen).close()
        yield Found("ports", "ok", "free", {"where": config.listen})
    except OSError as error:
        yield Found("ports", "fail", "taken", {"where": config.listen, "why": error.strerror})
    for where in (config.traps, config.syslog):
        if where is None:
            continue
        host, port = host_and_port(where)
        try:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as ear:
                ear.bind((host, port))
            yield Found("ports", "ok", "free", {"where": f"UDP {where}"})
        except OSError as error:
            yield Found("ports", "fail", "taken", {"where": f"UDP {where}", "why": error.strerror})


def in_step() -> Found:
    """Whether somebody keeps this machine's clock in step, as its kernel knows."""
    library = ctypes.CDLL(None)
    try:
        answer = library.adjtimex(ctypes.create_string_buffer(_TIMEX))
    except AttributeError:  # another system's C library
        answer = -1
    if answer < 0:
        return Found("clock", "unknown", "clock_unknown")
    if answer == _TIME_ERROR:
        return Found("clock", "warn", "drifting")
    return Found("clock", "ok", "in_step", {"server": ""})


def zone(inventory: Inventory) -> Found:
    """The project's time zone, and what time that makes it: people see at once if that is not theirs."""
    now = datetime.now(ZoneInfo(inventory.timezone))
    return Found("zone", "ok", "local", {"zone": inventory.timezone, "time": now.strftime("%H:%M %d/%m/%Y")})


def disk(data: Path) -> Found:
    """Room for the journal."""
    folder = next((one for one in (data, *data.parents) if one.exists()), data)
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return Found("disk", "fail", "no_folder", {"folder": data, "why": error.strerror})
    share = usage.free / usage.total if usage.total else 0.0
    values = {"folder": data, "free": amount(usage.free), "share": share}
    if usage.free < LEAST:
        return Found("disk", "fail", "little_room", values)
    return Found("disk", "warn", "little_room", values) if share < LITTLE else Found("disk", "ok", "room", values)


def amount(octets: float) -> Number:
    """`1.4 GB`, in powers of ten."""
    for unit in ("B", "kB", "MB"):
        if octets < 1000:
            return Number(f"{octets:.3g} {unit}")
        octets /= 1000
    return Number(f"{octets:,.1f} GB")


def systemd() -> Found:
    """Whether systemd starts the service anew when it hangs."""
    if not Path("/run/systemd/system").is_dir():
        return Found("systemd", "unknown", "no_unit")
    asked = ["systemctl", "show", "netmon", "--property=LoadState,WatchdogUSec,NRestarts,Type"]
    try:
        shown = subprocess.run(asked, capture_output=True, text=True, timeout=_PATIENCE, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        shown = ""
    said = dict(each.split("=", 1) for each in shown.splitlines() if "=" in each)
    if said.get("LoadState") != "loaded":
        return Found("systemd", "unknown", "no_unit")
    span = said.get("WatchdogUSec", "0")
    if span in ("0", "infinity"):
        return Found("systemd", "warn", "unsupervised")
    return Found("systemd", "ok", "supervised", {"span": span, "restarts": said.get("NRestarts", "0")})
