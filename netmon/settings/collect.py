"""What is asked of each device, line and service?

Deep merge of `collect:` over defaults, class, site and device. `NAME: false` takes an inherited collector
away. A device of which no layer says anything is pinged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netmon.model import Task
from netmon.settings.options import Maker, Shelf
from netmon.settings.sheet import section
from netmon.settings.tree import Leaf, Map, Spot, Tree, empty, merge

PING = "icmp"
Tasks = Mapping[str, Task]


@dataclass(frozen=True, slots=True)
class Collects:
    """Makes tasks; devices of one site that say nothing of their own share them."""

    shelf: Shelf
    maker: Maker
    _made: dict[tuple[int, ...], Tasks] = field(default_factory=dict)

    def tasks(self, layers: Iterable[Tree | None], *, partial: bool = False) -> Tasks:
        """The tasks that the `collect:` mappings say together, the later one winning.

        `partial`: more layers may follow, so what is still missing is no mistake. The layers must be parts of
        the inventory's tree, which outlives this object.
        """
        said = [layer for layer in layers if isinstance(layer, Map)]
        key = (*(id(layer) for layer in said), partial)
        if key not in self._made:
            self._made[key] = self._make(said, partial)
        return self._made[key]

    def _make(self, said: list[Map], partial: bool) -> Tasks:
        whole = empty(Spot("inventory"))
        if not said and not partial and PING in self.shelf.options:
            whole = Map(whole.at, {PING: empty(whole.at)}, {PING: whole.at})
        for layer in said:
            whole = merge(whole, _without_nulls(layer))
        tasks = {}
        for name, tree in whole.items.items():
            at = whole.keys[name]
            options = self.shelf.pick(name, at, self.maker.report)
            if options is None or (isinstance(tree, Leaf) and tree.value is False):
                continue
            task = self.maker.task(options, tree, at, partial=partial)
            if task is not None:
                tasks[name] = task
        return tasks

    def link(self, tasks: Tasks) -> Tasks:
        """Of a site's tasks those that a line's address is asked with."""
        return {PING: tasks[PING]} if PING in tasks else {}


def is_service(task: Task) -> bool:
    """Whether the collector asks how a service does, not whether its device lives: it declares `SERVICE`."""
    return hasattr(task.plugin, "SERVICE")


def speaks_snmp(task: Task) -> bool:
    """Whether the collector needs an SNMP credential: it declares `SNMP`, or that it goes by a vendor's `PROFILE`."""
    return hasattr(task.plugin, "SNMP") or hasattr(task.plugin, "PROFILE")


def _without_nulls(layer: Map) -> Map:
    """`icmp:` with nothing behind it means: with the default options."""
    items = {
        name: empty(tree.at) if isinstance(tree, Leaf) and tree.value is None else tree
        for name, tree in layer.items.items()
    }
    return Map(layer.at, items, layer.keys)


def layers(tree: Map, class_: str | None, site: str | None = None, device: str | None = None) -> list[Tree | None]:
    """The `collect:` mappings that apply, outermost first."""
    found = [section(tree, "defaults").items.get("collect")]
    if class_ is not None:
        found.append(section(tree, "classes", class_).items.get("collect"))
    if site is not None:
        found.append(section(tree, "sites", site).items.get("collect"))
    if site is not None and device is not None:
        found.append(section(tree, "sites", site, "devices", device).items.get("collect"))
    return found
