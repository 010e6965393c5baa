"""What does the project listen for?"""

import socket
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

from netmon.clock import Clock
from netmon.model import Evidence, Inventory, Profile
from netmon.run.heard.ears import Ear, Names, SyslogEar, Teller, TrapEar
from netmon.run.heard.engine import boots, engine_id
from netmon.run.heard.limits import Counts
from netmon.run.heard.means import Meanings
from netmon.run.heard.names import load_names
from netmon.run.heard.sockets import bind, serve
from netmon.settings.config import Config

log = structlog.get_logger()


class Ears:
    """Traps and syslog, as far as netmon.yaml asks for them. Nothing is opened before `listen`."""

    def __init__(
        self,
        config: Config,
        inventory: Inventory,
        hear: Callable[[Iterable[Evidence]], None],
        clock: Clock,
        names: Names,
        profiles: Iterable[Profile],
    ) -> None:
        """`hear` takes the evidence, `names` tells what devices call their ports, `profiles` what they say."""
        self._config, self._inventory, self._clock = config, inventory, clock
        self._meanings = Meanings(profiles)
        self._teller = Teller(inventory, hear, clock, names)
        self._ears: dict[str, Ear] = {}
        self._sockets: dict[str, socket.socket] = {}
        self.counts: dict[str, Counts] = {}

    def use(self, inventory: Inventory, profiles: Iterable[Profile]) -> None:
        """Go by these from now on."""
        self._inventory = inventory
        self._meanings.use(profiles)
        self._teller.use(inventory)
        for ear in self._ears.values():
            ear.use(inventory)

    def listen(self) -> list[Coroutine[Any, Any, None]]:
        """Open the sockets; what is returned hears until cancelled. NotPermitted if one cannot be opened."""
        wanted = {"traps": self._config.traps, "syslog": self._config.syslog}
        try:
            for what, where in wanted.items():
                if where is not None:
                    self._sockets[what] = bind(what, where)
                    self._ears[what] = self._traps() if what == "traps" else self._syslog()
                    self.counts[what] = self._ears[what].counts
        except BaseException:
            self.close()
            raise
        return [serve(ear, self._sockets[what]) for what, ear in self._ears.items()]

    def address(self, what: str) -> tuple[str, int]:
        """Where `traps` or `syslog` is listened for."""
        host, port = self._sockets[what].getsockname()[:2]
        return str(host), int(port)

    def close(self) -> None:
        """Give the sockets back."""
        for sock in self._sockets.values():
            sock.close()

    def _traps(self) -> Ear:
        from netmon.wire.traps.receiver import Receiver  # 20 MB that only those pay for who listen

        inventory, data = self._inventory, self._config.data
        engine = engine_id(inventory.province, inventory.vantage)
        receiver = Receiver(engine, boots(data), self._clock.now())
        log.info("listening for traps", at=self._config.traps, engine_id="0x" + engine.hex())
        return TrapEar(inventory, self._teller, self._clock, receiver, self._meanings, load_names(data))

    def _syslog(self) -> Ear:
        log.info("listening for syslog", at=self._config.syslog)
        return SyslogEar(self._inventory, self._teller, self._clock, self._meanings)
