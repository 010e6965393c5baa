"""How do the services of a model answer on real sockets?"""

import asyncio
import random
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import cast

from netmon.clock import Clock
from netmon.errors import NotPermitted
from netmon.sim.services import Offer, Services

_MOST = 65536  # octets of a request
_DATAGRAMS = ("sip", "dns", "ntp")
Place = tuple[str, int]


class Listeners:
    """Sockets for all that a province offers. A closed port is closed; a silent device takes connections, as the
    kernel does for the dead on loopback, and says nothing."""

    def __init__(self, offers: Iterable[Offer], clock: Clock) -> None:
        offers = list(offers)
        self.services = Services(offers, clock.now())
        self._clock = clock
        self._places = {(offer.address, offer.port): offer.kind in _DATAGRAMS for offer in offers}
        self._silent: Collection[str] = ()
        self._loss: Mapping[str, float] = {}
        self._random = random.Random("services")  # noqa: S311 (chance, not secrecy)
        self._open: dict[Place, Callable[[], None]] = {}

    async def refresh(self, silent: Collection[str], loss: Mapping[str, float]) -> None:
        """Open and close what the services and the network want. NotPermitted names a socket that cannot be had."""
        self._silent, self._loss = silent, loss
        for place, udp in self._places.items():
            wanted = bool(self.services.at(*place))
            if wanted and place not in self._open:
                try:
                    self._open[place] = await (self._udp(place) if udp else self._tcp(place))
                except OSError as error:
                    raise NotPermitted(f"no socket at {place[0]}:{place[1]}: {error}") from error
            elif not wanted and place in self._open:
                self._open.pop(place)()

    def close(self) -> None:
        """Close every socket."""
        for close in self._open.values():
            close()
        self._open.clear()

    def lost(self, address: str) -> bool:
        """Whether what arrives at an address now is lost on the way."""
        return address in self._silent or self._random.random() < self._loss.get(address, 0.0)

    def answer(self, place: Place, request: bytes) -> bytes:
        """What is said there to a request."""
        offers = self.services.at(*place)
        return self.services.dialogue(offers, self._clock.now())[1](request) if offers else b""

    async def _tcp(self, place: Place) -> Callable[[], None]:
        server = await asyncio.start_server(partial(self._talk, place), *place, limit=_MOST)
        return server.close

    async def _udp(self, place: Place) -> Callable[[], None]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(partial(_Datagrams, self, place), local_addr=place)
        return transport.close

    async def _talk(self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        offers, request = self.services.at(*place), b""
        try:
            if offers and not self.lost(place[0]):
                writer.write(self.services.dialogue(offers, self._clock.now())[0])
            while len(request) < _MOST and (data := await reader.read(_MOST)):
                request += data
                answer = b"" if self.lost(place[0]) else self.answer(place, request)
                if answer:
                    request = b""
                    writer.write(answer)
                    await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, listeners: Listeners, place: Place) -> None:
        self._listeners, self._place = listeners, place
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is None or self._listeners.lost(self._place[0]):
            return
        answer = self._listeners.answer(self._place, data)
        if answer:
            self._transport.sendto(answer, addr)
