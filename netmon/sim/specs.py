"""Which agents does a simulated province need, and what does each of them know?"""

from netmon.model import Device, Inventory
from netmon.sim.mib import AgentSpec, PortSpec
from netmon.sim.network import Network
from netmon.sim.ports import Port, ports_of

_USE, _USE_OF_BACKUP = 0.2, 0.01  # share of a line's bandwidth that is usually in use
_LAN = PortSpec("eth0", "LAN", 100_000_000, 0.02)  # of a device without lines


def agent_spec(network: Network, device: Device, ports: tuple[Port, ...]) -> AgentSpec:
    """The agent of one device that has an address."""
    inventory = network.inventory
    site = inventory.sites[device.site]
    return AgentSpec(
        device=device.id,
        address=device.address or "",
        community=_community(inventory, device),
        booted_at=network.booted_at(device.id),
        boots=network.boots(device.id),
        seed=network.seed,
        role=device.role,
        name=device.id,
        location=site.name,
        ports=tuple(_port(inventory, port) for port in ports) or (_LAN,),
    )


def agent_specs(network: Network) -> tuple[AgentSpec, ...]:
    """The agents of all devices with an address, in file order."""
    ports = ports_of(network.inventory)
    devices = network.inventory.devices.values()
    return tuple(agent_spec(network, device, ports[device.id]) for device in devices if device.address is not None)


def _port(inventory: Inventory, port: Port) -> PortSpec:
    circuits = (inventory.links[link].circuit or link for link in port.links)
    return PortSpec(port.name, ", ".join(circuits), port.bandwidth, _USE_OF_BACKUP if port.backup else _USE)


def _community(inventory: Inventory, device: Device) -> str:
    """What the agent wants to hear; empty where the inventory has a v3 user or a secret that is not set here."""
    credential = inventory.credentials.get(device.credential)
    secret = None if credential is None else credential.community
    return secret.reveal() if secret is not None and secret.is_set else ""
