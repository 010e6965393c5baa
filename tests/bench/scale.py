"""Does the whole old country fit on one machine?

Simulated devices on loopback, asked as in service, for some minutes after the first rounds; the agents' own CPU is
told apart. Run by hand or at night: it takes both cores.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.processes import agents, service, use

ICMP_EVERY, SNMP_EVERY, SCRAPE_EVERY = 10.0, 30.0, 60.0


def measure(
    devices: int,
    seconds: float,
    *,
    icmp: float = ICMP_EVERY,
    snmp: float = SNMP_EVERY,
    dead: float = 0.0,
    slow: float = 0.0,
    lag: float = 1.0,
    warm: float | None = None,
    scrape: float = SCRAPE_EVERY,
    profile: Path | None = None,
) -> dict[str, Any]:
    """Watch so many devices for so long, after two rounds; shares are of one core, times in seconds.

    `halts`: how often a tick that is due each tenth of a second came later than so many seconds.
    """
    collect = {"icmp": icmp, "snmp": snmp, "interfaces": snmp}
    warm = 2 * snmp if warm is None else warm
    with agents(dead, slow, lag) as (helper, port), service(devices, port, collect, profile, warm) as running:
        time.sleep(warm)
        before, helped, began = running.told(), use(helper), time.monotonic()
        window = running.window(seconds, scrape)
        lasted = time.monotonic() - began
        after = running.told()
        started = time.monotonic()
        page = running.scrape()
        scraped = time.monotonic() - started
        return {
            **running.size,
            "seconds": round(lasted, 1),
            "cpu_share": round(window.cpu / lasted, 4),
            "cpu_share_of_agents": round((use(helper).cpu - helped.cpu) / lasted, 4),
            "resident_mb": round(window.resident / 1e6, 1),
            "scrapes_failed": running.failed,
            "scrape_seconds": round(scraped, 2),
            "page_mb": round(page / 1e6, 2),
            **{name: after[name] - before[name] for name in ("skipped", "overlapped", "dropped", "bugs")},
            **{name: after[name] for name in ("delay", "lag", "states", "backed_off", "incidents")},
            "halts": {limit: count - before["halts"][limit] for limit, count in after["halts"].items()},
            "agent_silent": len(after["agent_silent"]),
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=35_000)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--icmp", type=float, default=ICMP_EVERY, help="seconds between two pings of a device")
    parser.add_argument("--snmp", type=float, default=SNMP_EVERY, help="seconds between two polls of a device's agent")
    parser.add_argument("--scrape", type=float, default=SCRAPE_EVERY, help="seconds between two scrapes")
    parser.add_argument("--dead", type=float, default=0.0, help="share of agents that never answer")
    parser.add_argument("--slow", type=float, default=0.0, help="share of agents that take --lag for each answer")
    parser.add_argument("--lag", type=float, default=1.0, help="seconds")
    parser.add_argument("--warm", type=float, help="seconds before the measurement")
    parser.add_argument("--profile", type=Path, help="write where the service's time went to this file")
    options = parser.parse_args(arguments)
    print(json.dumps(measure(**vars(options)), indent=2))


if __name__ == "__main__":
    main()
