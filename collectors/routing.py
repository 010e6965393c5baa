"""Do the routing neighbours of this device still talk to it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """BGP (BGP4-MIB, RFC 4273), OSPF (OSPF-MIB, RFC 4750), IS-IS (RFC 4444) and the tunnels of VPN gateways.

    States are the numbers of the MIBs: BGP 6 is established; OSPF 8 is full, 4 two-way (normal between routers that
    are not designated); IS-IS 3 is up.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_bgp_peer_state": Metric("gauge", "bgpPeerState: 1 idle to 6 established.", ("peer",)),
        "netmon_bgp_peer_established_seconds": Metric("gauge", "How long the session has been as it is.", ("peer",)),
        "netmon_bgp_peer_established_transitions_total": Metric(
            "counter", "Times the session was established.", ("peer",)
        ),
        "netmon_ospf_neighbor_state": Metric("gauge", "ospfNbrState: 1 down to 8 full.", ("neighbor",)),
        "netmon_ospf_neighbor_events_total": Metric("counter", "Times the neighbour changed its state.", ("neighbor",)),
        "netmon_isis_adjacency_state": Metric(
            "gauge", "isisISAdjState: 1 down, 2 initializing, 3 up, 4 failed.", ("adjacency",)
        ),
        "netmon_tunnel_up": Metric("gauge", "Whether a VPN tunnel is up (1) or not (0).", ("tunnel",)),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
