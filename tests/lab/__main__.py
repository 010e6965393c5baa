"""`python -m tests.lab`: a province of real routers to break by hand, with netmon watching it.

Commands at the prompt: status · cut LINE… · silent LINE… · loss 20% LINE… · flap LINE · power-off ROUTER… ·
power-on ROUTER… · isolate [silent] · restore [ID…] · noc COMMAND · quit
"""

import argparse
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.lab.cage import LabError
from tests.lab.lab import Lab
from tests.lab.service import Service


def show(console: Console, lab: Lab, service: Service | None) -> None:
    """Sites with their routers and lines, what answers, what is broken and what netmon thinks."""
    alive, broken = lab.fping_all(), lab.faults.active()
    states = service.states() if service else {}
    table = Table("site", "router", "address", "lines, far address", "netmon")
    for site in dict.fromkeys(router.site for router in lab.topology.routers.values()):
        routers = [router for router in lab.topology.routers.values() if router.site == site]

        def mark(id_: str, text: str) -> str:
            colour = "green" if alive[id_] else "red"
            return f"[{colour}]{text}[/]" + (f" [bold]{broken[id_]}[/]" if id_ in broken else "")

        lines = [lab.topology.lines[id_] for id_ in lab.topology.uplinks(site)]
        table.add_row(
            site,
            "\n".join(mark(router.id, router.id) for router in routers),
            "\n".join(router.address for router in routers),
            "\n".join(
                mark(line.id, f"{line.id} {line.far.address} {line.far.router}→{line.near.router}") for line in lines
            ),
            states[site].state if site in states else "-",
        )
    console.print(table)
    console.print((__doc__ or "").partition("\n\n")[2], markup=False, highlight=False)


def follow(console: Console, service: Service, ended: threading.Event) -> None:
    """Print each new webhook post until told to end."""
    seen = 0.0
    while not ended.wait(0.3):
        for post in service.posts(seen):
            seen = post.at
            console.print(f"\n[bold yellow]{post.body['event']}[/] {post.body['text']}", highlight=False)


def commands(console: Console, lab: Lab, service: Service | None) -> dict[str, Callable[[list[str]], None]]:
    """What can be typed, by its first word."""

    def noc(argv: list[str]) -> None:
        lab.run_in_noc(argv).wait()

    def loss(argv: list[str]) -> None:
        lab.loss(argv[1:], float(argv[0].rstrip("%")) / (100 if argv[0].endswith("%") else 1))

    return {
        "status": lambda _: show(console, lab, service),
        "cut": lambda argv: lab.cut(*argv),
        "silent": lambda argv: lab.silent_loss(*argv),
        "loss": loss,
        "flap": lambda argv: lab.flap(argv[0], times=5, down=10, up=10),
        "power-off": lambda argv: lab.power_off(*argv),
        "power-on": lambda argv: lab.power_on(*argv),
        "isolate": lambda argv: lab.isolate_vantage(silent="silent" in argv),
        "restore": lambda argv: lab.restore(*argv),
        "noc": noc,
    }


def prompt(console: Console, lab: Lab, service: Service | None) -> None:
    """Obey until `quit` or the end of the input."""
    verbs = commands(console, lab, service)
    while True:
        try:
            words = shlex.split(console.input("lab> "))
        except (EOFError, KeyboardInterrupt):
            return
        except ValueError as error:
            console.print(f"[red]{error}[/]")
            continue
        if not words:
            continue
        verb, *argv = words
        if verb in ("quit", "exit"):
            return
        try:
            if verb not in verbs:
                raise LabError(f"{verb}? There are {', '.join(verbs)} and quit")
            verbs[verb](argv)
        except (LabError, ValueError, IndexError, OSError, subprocess.SubprocessError) as error:
            console.print(f"[red]{error}[/]")


def watch(console: Console, lab: Lab, folder: Path) -> Service | None:
    """netmon at the vantage, or None with the reason printed."""
    if find_spec("netmon.cli.main") is None:
        console.print("netmon cannot be run yet: netmon.cli.main is missing")
        return None
    service = Service(lab, folder)
    try:
        service.start()
    except LabError as error:
        service.stop()
        console.print(f"[red]netmon does not run here:[/] {error}", markup=True, highlight=False)
        return None
    console.print(f"netmon watches it, project {service.project}; its messages appear here")
    return service


def main() -> int:
    """Bring it up, talk, take it away."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sites", type=int, default=30, help="how many communes (default 30)")
    parser.add_argument("--no-netmon", action="store_true", help="only the network")
    options = parser.parse_args()
    console = Console()
    try:
        with console.status("bringing the network up"):
            lab = Lab.start(options.sites)
    except (LabError, OSError) as error:
        console.print(f"[red]no lab here:[/] {error}")
        return 1
    with lab, tempfile.TemporaryDirectory(prefix="netmon-lab-") as folder:
        service = None if options.no_netmon else watch(console, lab, Path(folder))
        ended = threading.Event()
        teller = threading.Thread(target=follow, args=(console, service, ended))
        if service:
            teller.start()
        show(console, lab, service)
        try:
            prompt(console, lab, service)
        finally:
            ended.set()
            if service:
                teller.join()
                service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
