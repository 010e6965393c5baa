"""What do the names in alerts/oncall.yaml and alerts/routes.yaml stand for?

People, rotas and channels share one name space, because a step of an escalation may name any of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, runtime_checkable

from netmon.model import Inventory
from netmon.people import Urgency
from netmon.settings.names import Names
from netmon.settings.oncall_language import OncallFile, PersonEntry, RotaEntry
from netmon.settings.report import Report, did_you_mean
from netmon.settings.routes_language import ChannelsEntry, RoutesFile
from netmon.settings.tree import Map, Spot, key_spot, value_spot
from netmon.wire.modem.numbers import dialled

ONCALL_FILE = "alerts/oncall.yaml"
ROUTES_FILE = "alerts/routes.yaml"
TOLD = "person, rota or channel"
URGENCIES: tuple[Urgency, ...] = ("ring", "text", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the two files may refer to. `channels` are the plug-ins under `notifiers:` by name, None if they are not
    known for sure; `inventory` None if it makes no sense; `rules` those of alerts/rules.yaml by name, None if they are
    not known; `today` None if nothing is to be said of what time has overtaken. `reports` are channels that mail those.
    """

    channels: Mapping[str, Any] | None
    inventory: Inventory | None
    names: Names
    rules: Collection[str] | None = None
    today: date | None = None
    reports: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """What both files say, and where. `people`, `rotas` and `policies` are the ids as written, right or wrong."""

    oncall: OncallFile
    routes: RoutesFile
    oncall_tree: Map
    routes_tree: Map
    people: tuple[str, ...]
    rotas: tuple[str, ...]
    policies: tuple[str, ...]
    around: Around
    report: Report

    def duty(self, *path: str | int) -> Spot:
        """Where the value at this path stands in alerts/oncall.yaml."""
        return value_spot(self.oncall_tree, path)

    def duty_key(self, *path: str | int) -> Spot:
        """Where the key at this path stands in alerts/oncall.yaml."""
        return key_spot(self.oncall_tree, path)

    def way(self, *path: str | int) -> Spot:
        """Where the value at this path stands in alerts/routes.yaml."""
        return value_spot(self.routes_tree, path)

    def way_key(self, *path: str | int) -> Spot:
        """Where the key at this path stands in alerts/routes.yaml."""
        return key_spot(self.routes_tree, path)

    def person(self, at: Spot, name: str) -> None:
        """Report an id that is not a person's."""
        if name in self.people:
            return
        if name in self.rotas or name in (self.around.channels or ()):
            what = "rota" if name in self.rotas else "channel"
            self.report.error(at, f"{name!r} is a {what}, not a person", self._who(name))
        else:
            self.report.unknown(at, "person", name, self.people)

    def _who(self, name: str) -> str:
        return f"its people are {', '.join(self.oncall.rotas[name].turns)}" if name in self.oncall.rotas else ""

    def channel(self, at: Spot, name: str) -> None:
        """Report a name that is not under `notifiers:`."""
        channels = self.around.channels
        if channels is not None and name not in channels:
            hint = did_you_mean(name, channels) or f"netmon.yaml has {', '.join(channels)}"
            self.report.error(at, f"unknown channel {name!r}", hint)

    def listed(self, at: Spot, what: str, name: str, known: Iterable[str]) -> None:
        """Report a name that is not among the known ones."""
        names = list(known)
        if name not in names:
            self.report.unknown(at, what, name, names)

    def members(self, name: str) -> Iterator[str]:
        """The people behind the name of a person or a rota, whoever may ever have the duty; each once."""
        if name in self.oncall.people:
            yield name
        if name in self.oncall.rotas:
            yield from dict.fromkeys(each for each in everybody(self.oncall.rotas[name]) if each in self.oncall.people)

    def channels(self, urgency: Urgency) -> ChannelsEntry | None:
        """How people are reached; if there is one channel at all, by that. None = nobody said."""
        said = {"ring": self.routes.reach.ring, "text": self.routes.reach.text, "digest": self.routes.reach.digest}
        found, channels = said.get(urgency), list(self.around.channels or ())
        return found or (ChannelsEntry(by=(channels[0],)) if len(channels) == 1 else None)

    def reach(self, person: PersonEntry) -> dict[str, str]:
        """The addresses of a person by channel; "" where the channel needs none."""
        found: dict[str, str] = {}
        phone = dialled(person.phone) if person.phone is not None else None
        for name, plugin in (self.around.channels or {}).items():
            kind = address_kind(plugin)
            address = {"phone": phone, "email": person.email, "chat": None}.get(kind, "")
            if (own := person.reach.get(name, address)) is not None:
                found[name] = own
        return found


def everybody(rota: RotaEntry) -> Iterator[str]:
    """Whoever may ever have the duty."""
    yield from rota.turns
    yield from rota.holidays.turns if rota.holidays is not None else ()
    yield from (each.who for each in rota.overrides)


def address_kind(plugin: Any) -> str:
    """What a channel's plug-in takes as the address of a person: phone, email, chat, or "" if it needs none."""
    return str(vars(type(plugin)).get("ADDRESS", ""))


@runtime_checkable
class Alone(Protocol):
    """A plug-in that may have no address of its own."""

    @property
    def alone(self) -> bool:
        """Whether it reaches somebody without the address of a person."""
        ...


def needs_person(plugin: Any) -> bool:
    """Whether a channel with this plug-in reaches nobody where it is named itself."""
    return isinstance(plugin, Alone) and not plugin.alone
