"""How does a script come over the network, on time?"""

import asyncio
from collections import deque
from collections.abc import Callable

from netmon.clock import Clock
from netmon.settings.acts import Act
from netmon.settings.script import Script
from netmon.sim.network import Network
from netmon.sim.power import RUNTIME


async def play(
    script: Script, network: Network, clock: Clock, jump: Callable[[float], None], done: Callable[[Act], None]
) -> None:
    """Do what the script says, from its start on, and let what happens by itself meanwhile happen on time.

    `jump` sets the wall clock; `done` hears of each act when it has been done. Returns when nothing is left to do.
    """
    acts = deque(script.acts)
    while True:
        due = network.due()
        times = [script.start + acts[0].at] if acts else []
        if due is not None:
            times.append(due)
        if not times:
            return
        await asyncio.sleep(max(0.0, min(times) - clock.now()))
        while acts and script.start + acts[0].at <= clock.now():
            act = acts.popleft()
            perform(act, network, jump, clock.now())
            done(act)


def perform(act: Act, network: Network, jump: Callable[[float], None], now: float) -> None:
    """Do this one thing now."""
    services = network.services
    if act.verb == "restore":
        network.restore(act.on or None)
    elif act.verb == "clock":
        jump(act.seconds or 0.0)
    elif act.verb == "isolate":
        network.isolate()
    elif act.verb in ("cut", "blackhole", "fail", "hang"):
        verbs = {"cut": network.cut, "blackhole": network.blackhole, "fail": network.fail, "hang": network.hang}
        among = network.inventory.services.keys()
        if theirs := [each for each in act.on if each in among]:
            {"fail": services.fail, "hang": services.hang}[act.verb](*theirs)
        if others := [each for each in act.on if each not in among]:
            verbs[act.verb](*others)
    for each in act.on:
        if act.verb == "status":
            services.answer(each, act.status)
        elif act.verb == "expire":
            services.expire(each, now + (act.seconds or 0.0))
        elif act.verb == "loss":
            network.loss(each, act.rate, act.burst)
        elif act.verb == "slow":
            network.slow(each, act.seconds or 0.0)
        elif act.verb == "load":
            network.load(each, act.bits)
        elif act.verb == "reboot":
            network.reboot(each, act.seconds or 0.0)
        elif act.verb == "power":
            network.power(each, RUNTIME if act.seconds is None else act.seconds)
