"""What does a process need around the program: limits, signals, logs, the real world?"""

import asyncio
import gc
import logging
import resource
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from netmon.app import App, World, build
from netmon.clock import SystemClock
from netmon.errors import NotPermitted
from netmon.model import Inventory
from netmon.run.journal.seam import open_threaded
from netmon.settings.project import Project, load
from netmon.wire.real import RealNet

SPARE_FILES = 200
YOUNG, MIDDLE, OLD = 20_000, 20, 20
"""When the garbage collector looks at what is new, less new and old: a round of polls makes thousands of values that
live until the next round, and the usual 700 would look at all of them again and again for cycles that are not there."""
ASIDE = 32
"""Threads for what would hold up the loop. Where no name server answers, a look-up keeps one for half a minute, and
pages must not wait for that; the usual number is that of the processors and four."""
SWITCH = 0.0005
"""Seconds that a thread keeps the interpreter while another waits. The loop gives it up with each packet that it sends
or takes in, and while a large page of metrics is made it would wait the usual 5 ms each time to get it back."""
log = structlog.get_logger()


def log_to_stderr(level: int = logging.INFO) -> None:
    """Structured lines: coloured on a terminal, key=value elsewhere."""
    colour = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer()
        if colour
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def raise_file_limit(inventory: Inventory) -> None:
    """Each SNMPv3 session is an open file: take what the system allows, and say so if that is not enough."""
    wanted = wanted_files(inventory)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    allowed = hard if hard == resource.RLIM_INFINITY else max(hard, wanted)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    except (ValueError, OSError):  # only root may raise the hard limit
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        log.warning("too few open files allowed", limit=hard, wanted=wanted, help="raise LimitNOFILE")


def wanted_files(inventory: Inventory) -> int:
    """How many files may be open at once: a socket for each SNMPv3 credential of a polled device, few for the rest."""
    wanted = SPARE_FILES
    for device in inventory.devices.values():
        credential = inventory.credentials.get(device.credential) if device.collect else None
        while credential is not None:
            wanted += credential.version == "3"
            credential = credential.fallback
    return wanted


def spare_the_loop() -> None:
    """Call when everything that stays has been made: the garbage collector never looks at that again, and less often
    at what is new; threads give way to the loop sooner."""
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


async def may_ping(project: Project, net: RealNet) -> None:
    """Raises NotPermitted now rather than at the first poll."""
    inventory = project.inventory
    tasks = [device.collect for device in inventory.devices.values()]
    tasks += [link.collect for link in inventory.links.values()]
    tasks += [service.collect for service in inventory.services.values()]
    if any("icmp" in collect for collect in tasks):
        await net.ping(["127.0.0.1"], 0.5)


async def real_app(project: Project) -> App:
    """The program in the real world, its journal open. NotPermitted or JournalError if something is in its way."""
    raise_file_limit(project.inventory)
    net = RealNet()
    await may_ping(project, net)
    try:
        project.config.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotPermitted(f"{project.config.data}: the folder cannot be made: {error.strerror}") from None
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(ASIDE, "aside"))
    journal = open_threaded(project.config.data / "journal.db")
    app = await build(project, World(clock=SystemClock(), net=net, journal=journal))
    spare_the_loop()
    return app


def obey_signals(app: App, stop: asyncio.Event, path: Path) -> None:
    """SIGTERM and SIGINT drain and end; SIGHUP reads the project again."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reloads: set[asyncio.Task[bool]] = set()

    def ended(task: asyncio.Task[bool]) -> None:
        reloads.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("not reloaded", exc_info=error)

    def again() -> None:
        task = loop.create_task(app.reload(lambda: load(path, secrets=True)))
        reloads.add(task)  # the loop itself keeps only weak references
        task.add_done_callback(ended)

    loop.add_signal_handler(signal.SIGHUP, again)
