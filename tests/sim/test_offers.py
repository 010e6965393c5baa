"""Does the model answer each service collector as its real server would, also when a script breaks the service?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from collectors.bridge import Bridge
from collectors.dns import Dns
from collectors.http import Http
from collectors.ntp import Ntp
from collectors.rtsp import Rtsp
from collectors.sip import Sip
from collectors.smtp import Smtp
from collectors.tcp import Tcp
from collectors.tls import Tls
from netmon.errors import CollectError, NotServing, Refused, Unreachable
from netmon.model import Inventory, Sample, Service, Target, Task
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.sim.world import province

START = 1_791_936_000.0
PLUGINS = [
    Dns(name="portal.vn", expect=("10.0.0.5",)),
    Dns(name="portal.vn", type="MX"),
    Dns(name="gone.vn", expect_none=True),
    Ntp(),
    Ntp(max_offset=0.5),
    Sip(),
    Sip(transport="tcp"),
    Rtsp(path="/1"),
    Http(url="https://portal.vn/"),
    Http(url="http://portal.vn:8080/x", expect=(403, "2xx"), match="Một cửa"),
    Tls(name="portal.vn"),
    Tls(port=25, starttls="smtp"),
    Tcp(port=22),
    Bridge(by="sip"),
    Smtp(tls="none"),
    Smtp(),
]


def world(plugin: Any) -> tuple[Inventory, Target]:
    """The province with one service that this plug-in asks, and what it is pointed at."""
    inventory = province()
    device = next(each for each in inventory.devices.values() if each.address is not None and each.role == "router")
    task = Task(collector="x", plugin=plugin, every=60.0, timeout=5.0)
    service = Service(id="svc", site=device.site, name="Svc", on=device.id, collect={"x": task})
    target = Target(id="svc", of="service", site=device.site, level="x", address=device.address or "", timeout=5.0)
    return replace(inventory, services={"svc": service}), target


def asked(plugin: Any, *verbs: str) -> list[Sample] | CollectError:
    """What the collector makes of the service after this was done to it."""

    async def main() -> list[Sample] | CollectError:
        inventory, target = world(plugin)
        clock = VirtualClock()
        network = Network(inventory, 1, clock=clock)
        do: dict[str, Callable[[str], object]] = {
            "fail": network.services.fail, "hang": network.services.hang, "restore": network.restore,
        }  # fmt: skip
        for verb in verbs:
            do[verb]("svc")
        try:
            samples: list[Sample] = await plugin.collect(target, SimNet(network, clock, 1))
        except CollectError as error:
            return error
        return samples

    return run_virtual(main(), START)


@pytest.mark.parametrize("plugin", PLUGINS, ids=repr)
def test_a_service_is_as_its_collector_wants_it(plugin: Any) -> None:
    found = asked(plugin)
    assert not isinstance(found, CollectError), found
    assert any(sample.metric == "netmon_probe_rtt_seconds" for sample in found)


@pytest.mark.parametrize("plugin", PLUGINS, ids=repr)
def test_one_that_has_ended_refuses_and_one_that_hangs_is_silent(plugin: Any) -> None:
    assert isinstance(asked(plugin, "fail"), Refused)
    hung = asked(plugin, "hang")
    takes_connections = isinstance(plugin, Tcp) or (isinstance(plugin, Tls) and plugin.starttls == "none")
    assert isinstance(hung, Unreachable | NotServing) or takes_connections
    assert not isinstance(asked(plugin, "fail", "hang", "restore"), CollectError)


def test_a_page_with_another_status_and_a_certificate_that_has_ended() -> None:
    plugin = Http(url="https://portal.vn/", expect=200)

    async def main() -> list[str]:
        inventory, target = world(plugin)
        clock = VirtualClock()
        network = Network(inventory, 1, clock=clock)
        told: list[str] = []
        for status, until in ((502, START + 86400), (200, START - 60)):
            network.services.answer("svc", status)
            network.services.expire("svc", until)
            with pytest.raises(NotServing) as raised:
                await plugin.collect(target, SimNet(network, clock, 1))
            told.append(str(raised.value))
        return told

    wrong, ended = run_virtual(main(), START)
    assert "502" in wrong
    assert "expired" in ended
