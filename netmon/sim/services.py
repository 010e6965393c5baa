"""Which services stand in the model of a province, and how do they answer those who ask?

A service answers as its collector wants it to, until a script says otherwise: its port is closed, it takes
connections and says nothing, it answers with another status, or its certificate runs out. Services that share a
port of a device are told apart by their host names, as behind a real web server: one of them that has failed is a
bad gateway there.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

from netmon.sim import dialogues
from netmon.sim.dialogues import Dialogue, Page

LASTING = 365 * 86400.0
"""Seconds for which certificates of the model are valid unless a script says otherwise."""
BAD_GATEWAY = 502

Kind = Literal["http", "rtsp", "smtp", "sip", "dns", "ntp", "tls", "tcp"]


class Offer(NamedTuple):
    """What a service is asked for: by which protocol, where, as which host, and what a right answer shows."""

    service: str
    kind: Kind
    address: str
    port: int
    host: str = ""
    status: int = 200
    body: str = ""
    records: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


class Services:
    """The services of a province, as they do now."""

    def __init__(self, offers: Iterable[Offer], now: float, *, secures: bool = False) -> None:
        """`secures`: whether those who play it can speak TLS."""
        self._secures = secures
        self._offers: dict[tuple[str, int], list[Offer]] = {}
        for offer in offers:
            self._offers.setdefault((offer.address, offer.port), []).append(offer)
        self._born = now
        self._shut: set[str] = set()
        self._hung: set[str] = set()
        self._status: dict[str, int] = {}
        self._until: dict[str, float] = {}

    # --- verbs --------------------------------------------------------------------------------

    def fail(self, *services: str) -> None:
        """Let these services end: their ports are closed."""
        self._shut.update(services)

    def hang(self, *services: str) -> None:
        """Let these services take connections and say nothing."""
        self._hung.update(services)

    def answer(self, service: str, status: int) -> None:
        """Let a web service answer with this status."""
        self._status[service] = status

    def expire(self, service: str, at: float) -> None:
        """Let the certificate of a service end at `at`, seconds since the epoch."""
        self._until[service] = at

    def mend(self, services: Iterable[str] | None = None) -> None:
        """These services, or all, do what they should."""
        for service in {*self._shut, *self._hung, *self._status, *self._until} if services is None else services:
            self._shut.discard(service)
            self._hung.discard(service)
            self._status.pop(service, None)
            self._until.pop(service, None)

    def as_told(self, told: Mapping[str, Any]) -> None:
        """Be as another model says with `tell`."""
        self._shut, self._hung, self._status = set(told["shut"]), set(told["hung"]), dict(told["status"])

    def tell(self) -> dict[str, Any]:
        """How the services do now, as plain JSON; certificates are left out."""
        return {"shut": sorted(self._shut), "hung": sorted(self._hung), "status": dict(self._status)}

    # --- queries ------------------------------------------------------------------------------

    def at(self, address: str, port: int) -> list[Offer]:
        """What is offered at a port; nothing if it is closed."""
        offers = self._offers.get((address, port), ())
        return list(offers) if any(offer.service not in self._shut for offer in offers) else []

    def closed(self, address: str, port: int) -> bool:
        """Whether all that was offered at a port has ended."""
        return (address, port) in self._offers and not self.at(address, port)

    def dialogue(self, offers: Iterable[Offer], now: float) -> tuple[bytes, Dialogue]:
        """How those who share a port greet, and how they answer; with silence where they hang."""
        offers = list(offers)
        kind = next((offer.kind for offer in offers if offer.kind != "tls"), "tls")
        if all(offer.service in self._hung for offer in offers):
            return b"", lambda _: b""
        if kind == "http":
            return b"", partial(dialogues.http, pages=self._pages(offers))
        if kind == "dns":
            return b"", partial(dialogues.dns_answer, records=_records(offers))
        if kind == "ntp":
            return b"", partial(dialogues.ntp, now=now)
        if kind == "smtp":
            return dialogues.SMTP_BANNER, partial(dialogues.smtp, secures=self._secures)
        return b"", {"sip": dialogues.sip, "rtsp": dialogues.rtsp}.get(kind, lambda _: b"")

    def until(self, offers: Iterable[Offer], host: str) -> float:
        """When the certificate shown to those who ask for `host` ends, seconds since the epoch."""
        offers = list(offers)
        asked = next((offer for offer in offers if offer.host == host), offers[0])
        return self._until.get(asked.service, self._born + LASTING)

    def _pages(self, offers: Iterable[Offer]) -> Mapping[str, Page]:
        return {offer.host: self._page(offer) for offer in offers if offer.kind == "http"}

    def _page(self, offer: Offer) -> Page:
        if offer.service in self._shut or offer.service in self._hung:
            return Page(BAD_GATEWAY, b"bad gateway")
        return Page(self._status.get(offer.service, offer.status), offer.body.encode())


def _records(offers: Iterable[Offer]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(name, kind): values for offer in offers for name, kind, values in offer.records}
