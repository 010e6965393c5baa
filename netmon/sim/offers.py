"""What do the services of an inventory offer, going by what is asked of them?

A service of the model is right for whoever asks: it has the page, the record or the picture that its collector wants.
"""

from collections.abc import Iterator
from typing import Any

from collectors.bridge import Bridge
from collectors.dns import Dns
from collectors.http import Http
from collectors.ntp import Ntp
from collectors.rtsp import Rtsp
from collectors.sip import Sip
from collectors.smtp import Smtp
from collectors.tcp import Tcp
from collectors.tls import Tls
from netmon.model import Inventory
from netmon.sim.services import Kind, Offer
from netmon.wire.browse import parsed

_ANY = {"A": "10.0.0.1", "AAAA": "2001:db8::1", "MX": "10 mail.example.vn.", "NS": "ns.example.vn.", "TXT": '"netmon"'}
"""What a name has where its collector wants nothing in particular."""


def offers(inventory: Inventory) -> Iterator[Offer]:
    """An offer for each question that the model can answer; services of other plug-ins have closed ports."""
    for service in inventory.services.values():
        address = service.address or inventory.devices[service.on].address or ""
        for task in service.collect.values():
            yield from _offer(service.id, address, task.plugin)


def _offer(service: str, address: str, plugin: Any) -> Iterator[Offer]:
    match plugin:
        case Http():
            url = parsed(plugin.url)
            body = f"{service} {plugin.match}".replace("\\", "")  # which finds any pattern that is a plain text
            status = next((int(each.replace("x", "0")) for each in plugin.wanted), 200)
            yield Offer(service, "http", address, url.port, host=url.host, status=status, body=body)
        case Tls():
            kind: Kind = "smtp" if plugin.starttls == "smtp" else "tls"
            yield Offer(service, kind, address, plugin.port, host=plugin.name)
        case Bridge(by="sip"):
            yield Offer(service, "sip", address, plugin.port)
        case Dns():
            values = plugin.expect or (() if plugin.expect_none else tuple(_ANY.get(plugin.type, "").split("|")))
            yield Offer(service, "dns", address, plugin.port, records=((plugin.name.lower(), plugin.type, values),))
        case Ntp():
            yield Offer(service, "ntp", address, plugin.port)
        case Sip():
            yield Offer(service, "sip", address, plugin.port)
        case Rtsp():
            yield Offer(service, "rtsp", address, plugin.port)
        case Tcp():
            yield Offer(service, "tcp", address, plugin.port)
        case Smtp():
            yield Offer(service, "smtp", address, plugin.port)
