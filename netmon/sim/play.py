"""How does a script come over the network, on time?"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from netmon.clock import Clock
from netmon.settings.deeds import Deed
from netmon.settings.script import Script
from netmon.sim.network import Network
from netmon.sim.power import RUNTIME


async def play(
    script: Script,
    network: Network,
    clock: Clock,
    jump: Callable[[float], None],
    done: Callable[[Deed], Awaitable[None]],
) -> None:
    """Do what the script says, from its start on, and let what happens by itself meanwhile happen on time.

    `jump` sets the wall clock; `done` hears of each deed when it has been done to the network, and does the rest of
    it. Returns when nothing is left to do.
    """
    deeds = deque(script.deeds)
    while True:
        due = network.due()
        times = [script.start + deeds[0].at] if deeds else []
        if due is not None:
            times.append(due)
        if not times:
            return
        await asyncio.sleep(max(0.0, min(times) - clock.now()))
        while deeds and script.start + deeds[0].at <= clock.now():
            deed = deeds.popleft()
            perform(deed, network, jump, clock.now())
            await done(deed)


def perform(deed: Deed, network: Network, jump: Callable[[float], None], now: float) -> None:
    """Do this one thing now."""
    services = network.services
    if deed.verb == "restore":
        network.restore(deed.on or None)
    elif deed.verb == "clock":
        jump(deed.seconds or 0.0)
    elif deed.verb == "isolate":
        network.isolate()
    elif deed.verb in ("cut", "blackhole", "fail", "hang"):
        verbs = {"cut": network.cut, "blackhole": network.blackhole, "fail": network.fail, "hang": network.hang}
        among = network.inventory.services.keys()
        if theirs := [each for each in deed.on if each in among]:
            {"fail": services.fail, "hang": services.hang}[deed.verb](*theirs)
        if others := [each for each in deed.on if each not in among]:
            verbs[deed.verb](*others)
    for each in deed.on:
        if deed.verb == "status":
            services.answer(each, deed.status)
        elif deed.verb == "expire":
            services.expire(each, now + (deed.seconds or 0.0))
        elif deed.verb == "loss":
            network.loss(each, deed.rate, deed.burst)
        elif deed.verb == "slow":
            network.slow(each, deed.seconds or 0.0)
        elif deed.verb == "load":
            network.load(each, deed.bits)
        elif deed.verb == "reboot":
            network.reboot(each, deed.seconds or 0.0)
        elif deed.verb == "power":
            network.power(each, RUNTIME if deed.seconds is None else deed.seconds)
