"""Which questions to a service can be put on loopback, where nobody is root and nothing speaks TLS?"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from collectors.bridge import Bridge
from collectors.dns import Dns
from collectors.http import Http
from collectors.ntp import Ntp
from collectors.rtsp import Rtsp
from collectors.sip import Sip
from netmon.model import Service, Task

EVERY, TIMEOUT = 5.0, 1.0
PACKETS, SPACING = 20, 0.05
"""Of the trains that bridges are sent: a second long."""


def moved(service: Service, address: str, port: int) -> Service | None:
    """The same service at this address and port, as far as it can be asked there; None if not at all.

    Pages come by http instead of https, and bridges are asked by SIP, for a ping is answered for the dead as well.
    """
    asked = {name: _task(task, port) for name, task in service.collect.items()}
    collect = {name: task for name, task in asked.items() if task is not None}
    return replace(service, address=address, collect=collect) if collect else None


def _task(task: Task, port: int) -> Task | None:
    plugin = _plugin(task.plugin, port)
    return None if plugin is None else replace(task, plugin=plugin, every=EVERY, timeout=TIMEOUT)


def _plugin(plugin: Any, port: int) -> Any:
    match plugin:
        case Http():
            url = urlsplit(plugin.url)
            return replace(plugin, url=url._replace(scheme="http", netloc=f"{url.hostname}:{port}").geturl())
        case Bridge():
            return replace(plugin, by="sip", port=port, packets=PACKETS, spacing=SPACING, window="")
        case Dns() | Ntp() | Rtsp() | Sip():
            return replace(plugin, port=port)
    return None
