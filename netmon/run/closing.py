"""What is still written when the program ends?"""

from netmon.clock import Clock
from netmon.decide import core
from netmon.decide.state import Core
from netmon.run.house import attempt
from netmon.run.journal.seam import Journal
from netmon.wire.net import Net


async def close(state: Core, journal: Journal, net: Net, clock: Clock) -> None:
    """Keep what was learned and a last heartbeat, then give back the journal and the network."""
    now = clock.now()
    try:
        await attempt("statistics not kept", journal.learn(now, core.learned(state)))
        await attempt("heartbeat not written", journal.beat(now))
    finally:
        try:
            await journal.close()
        finally:
            await net.close()
