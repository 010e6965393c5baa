"""Is a sweep told as hosts, and only of a segment that may be swept?"""

import pytest

from collectors.sweep import Sweep
from netmon.model import Remembered, Sample
from netmon.reading.hosts import MONTH
from netmon.settings.options import declare
from tests.collectors.fakes import FakeNet, target

ONE, TWO = "00:16:3e:00:00:01", "00:16:3e:00:00:02"


async def test_hosts_with_the_interface_they_answered_on() -> None:
    net = FakeNet()
    net.segment = [("10.7.0.10", ONE), ("10.7.0.9", TWO), ("10.7.0.1", "00:00:5e:00:01:01")]
    assert await Sweep(interface="eth1", network="10.7.0.0/24").collect(target(), net) == [
        Sample("netmon_lan_host_info", 1, (ONE, "10.7.0.10", "eth1", "")),
        Sample("netmon_lan_host_info", 1, (TWO, "10.7.0.9", "eth1", "")),
        Sample("netmon_lan_hosts", 2),
        Sample("netmon_lan_hosts_dropped", 0),
    ]


@pytest.mark.parametrize("network", ["10.0.0.0/21", "10.0.0.1/24", "fd00::/120", "lan", ""])
def test_networks_that_may_not_be_swept(network: str) -> None:
    adapter = declare("sweep", Sweep, framed=True).adapter
    adapter.validate_python({"interface": "eth1", "network": "10.0.0.0/22"})
    with pytest.raises(ValueError, match="network"):
        adapter.validate_python({"interface": "eth1", "network": network})


def test_hosts_are_known_by_their_mac() -> None:
    made = Sweep(interface="eth1", network="10.7.0.0/24", tell=("new",))
    assert made.remembered() == (Remembered("netmon_lan_host_info", ("mac",), MONTH, frozenset({"new"})),)
