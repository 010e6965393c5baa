"""Does what a reference names exist, and what does an entry take from its class?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netmon.settings.language import ClassEntry, DeviceEntry, InventoryEntry, SiteEntry
from netmon.settings.names import Names
from netmon.settings.report import Report, did_you_mean
from netmon.settings.tree import Map, Path, value_spot


@dataclass(frozen=True, slots=True)
class Lookup:
    """The declarations, the places they were written at, every id, and where findings go.

    `damage` are the paths at which something was wrong and left out: what is missing there is not missed again.
    """

    entry: InventoryEntry
    tree: Map
    names: Names
    report: Report
    damage: frozenset[Path]
    _hints: dict[tuple[str, str], str] = field(default_factory=dict)

    def known(self, path: Path, what: str, name: str) -> bool:
        """Whether the id written at `path` is that of a `what`; if not, that is reported."""
        if self.names.get(name, what) is not None:
            return True
        if self._lost(what):
            return False
        other = self.names.ids.get(name)
        hint = self._meant(what, name)
        if other is None:
            self.report.error(value_spot(self.tree, path), f"unknown {what} {name!r}", hint)
            return False
        if other.what == "site" and what == "device" and name in self.entry.sites:
            first = gateway(self.entry.sites[name])
            hint = f"did you mean its device {first!r}?" if first else hint
        self.report.error(value_spot(self.tree, path), f"{name!r} is a {other.what}, not a {what}", hint)
        return False

    def carrier(self, path: Path, name: str | None) -> None:
        """A carrier that looks like a mistyped one is an error; another may go by its id alone."""
        if name is None or self.names.get(name, "carrier") is not None:
            return
        if self._meant("carrier", name) or name in self.names.ids:
            self.known(path, "carrier", name)
        else:
            self.report.warn(value_spot(self.tree, path), f"carrier {name!r} is not described under `carriers:`")

    def _meant(self, what: str, name: str) -> str:
        """The hint for a wrong name, sought once: a gateway renamed by mistake is named by hundreds of uplinks."""
        if (what, name) not in self._hints:
            self._hints[what, name] = did_you_mean(name, self.names.of(what))
        return self._hints[what, name]

    def listed(self, path: Path, what: str, name: str | None, known: Iterable[str]) -> None:
        """Report a name that is not among `known`."""
        names = list(known)
        if self._lost(what):
            return
        if name is not None and name not in names:
            self.report.unknown(value_spot(self.tree, path), what, name, names)

    def _lost(self, what: str) -> bool:
        """Whether a whole section that might have had the name was left out."""
        section = "classes" if what == "class" else f"{what}s"
        return any(each == ("sites",) or tuple(each[-1:]) == (section,) for each in self.damage)

    def damaged(self, path: Path) -> bool:
        """Whether something at or below the path was left out."""
        return any(tuple(each[: len(path)]) == tuple(path) for each in self.damage)

    def section(self, what: str) -> list[str]:
        """The names written under a top-level key, right or wrong."""
        return list(self.names.sections[what])

    def common(self, path: Path, entry: SiteEntry | ClassEntry) -> None:
        """Check the references that sites, classes and defaults have in common."""
        self.listed((*path, "level"), "level", entry.level, self.entry.levels)
        self.listed((*path, "hours"), "calendar", entry.hours, ["always", *self.section("calendars")])
        self.credentials(path, entry)

    def credentials(self, path: Path, entry: SiteEntry | ClassEntry | DeviceEntry) -> None:
        """Check the names of the credentials that an entry gives."""
        for n, name in enumerate(entry.credential or ()):
            self.listed((*path, "credential", n), "credential", name, self.section("credentials"))

    def layers(self, site: SiteEntry) -> Iterator[SiteEntry | ClassEntry]:
        """The site and what it falls back on, nearest first."""
        yield site
        if site.class_ in self.entry.classes:
            yield self.entry.classes[site.class_]
        yield self.entry.defaults

    def level(self, site: SiteEntry) -> str | None:
        """The site's level, its own or its class's."""
        return next((layer.level for layer in self.layers(site) if layer.level is not None), None)


def gateway(site: SiteEntry) -> str | None:
    """The device that lines leave from: the first router; without one, where the first uplink says it leaves."""
    routers = (name for name, device in site.devices.items() if device.role == "router")
    return next(routers, None) or next((uplink.source for uplink in site.uplinks if uplink.source), None)
