"""Which addresses of a network answer?

Pings go out in small portions, one after the other, so that neither a thin line nor a firewall takes it for an attack.
"""

from collections.abc import Callable, Collection, Iterable
from ipaddress import IPv4Network

from netmon.decide.said import Said
from netmon.model import Credential, Inventory, Target
from netmon.run.said import TIMEOUT, ask
from netmon.settings.project import Project
from netmon.wire.net import Net

SHORTEST = 22
"""Prefix length of the largest network that is swept: 1,022 hosts."""
PORTION = 32
PATIENCE = 1.0
"""Seconds for an answer to a ping: at most `PORTION` pings go out in that time."""


async def alive(
    net: Net, network: IPv4Network, leave_out: Collection[str], told: Callable[[int], None] = lambda _: None
) -> list[str]:
    """The addresses of the network that answer a ping, without those to leave out. `told` hears how many were asked.

    Raises NotPermitted as Net.ping.
    """
    wanted = [str(address) for address in network.hosts() if str(address) not in leave_out]
    found: list[str] = []
    for first in range(0, len(wanted), PORTION):
        portion = wanted[first : first + PORTION]
        answers = await net.ping(portion, PATIENCE)
        found += [address for address, rtt in zip(portion, answers, strict=True) if rtt is not None]
        told(len(portion))
    return found


async def introduced(project: Project, net: Net, addresses: Iterable[str]) -> dict[str, Said]:
    """What the devices at these addresses say to one credential of the inventory: `default`, else the first.

    No other is tried: a community would be told to whoever sits there.
    """
    credential = _credential(project.inventory)
    if credential is None:
        return {}
    wanted = [
        Target(id=each, of="device", site="", level="", address=each, timeout=TIMEOUT, credential=credential)
        for each in addresses
    ]
    answers = await ask(project, net, wanted)
    return {address: said for address, said in answers.items() if isinstance(said, Said)}


def _credential(inventory: Inventory) -> Credential | None:
    return inventory.credentials.get("default") or next(iter(inventory.credentials.values()), None)
