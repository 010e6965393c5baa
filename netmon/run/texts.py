"""Which series does each thing of the inventory have, in finished label texts?

A state changes once in days and is read every few seconds. So the texts are written once for an inventory, and the
series of a state only when the state is another than at the last scrape.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from netmon.model import Inventory, Standing, State
from netmon.run.store import escape, label_text

_STATES = tuple(state.value for state in State)
Series = list[tuple[str, float]]


class Things:
    """The series of all sites, devices, links or services. Used by one scrape at a time."""

    __slots__ = ("_all", "_keys", "_none", "_place", "_rows", "_seen", "_texts")

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """`texts`: (id, finished labels)."""
        texts = list(texts)
        self._keys = [key for key, _ in texts]
        self._texts = [text for _, text in texts]
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._none: Series = [(text, 0) for text in self._texts]
        self._seen: list[State | None] = [None] * len(texts)
        self._rows: list[tuple[tuple[str, float], ...]] = [()] * len(texts)
        self._all: Series = []

    def states(self, standings: Mapping[str, Standing]) -> Series:
        """Five series each, of which one is 1; an id without a standing is unknown.

        The same list as the last time if no state has changed since.
        """
        seen, find = self._seen, standings.get
        changed = False
        for place, key in enumerate(self._keys):
            standing = find(key)
            state = State.UNKNOWN if standing is None else standing.state
            if seen[place] is not state:
                seen[place], text, changed = state, self._texts[place], True
                self._rows[place] = tuple((f'{text},state="{each}"', int(each == state)) for each in _STATES)
        if changed:
            self._all = list(chain.from_iterable(self._rows))
        return self._all

    def marked(self, ids: Iterable[str]) -> Series:
        """One series each: 1 for these, 0 for the others."""
        places = [place for name in ids if (place := self._place.get(name)) is not None]
        if not places:
            return self._none
        series = self._none.copy()
        for place in places:
            series[place] = (self._texts[place], 1)
        return series


def things(inventory: Inventory) -> dict[str, Things]:
    """All of an inventory, by what they are: site, device, link, service."""
    sites = {site.id: label_text(("site", "level"), (site.id, site.level)) for site in inventory.sites.values()}
    found = {"site": Things(sites.items())}
    for of, members in (("device", inventory.devices), ("link", inventory.links), ("service", inventory.services)):
        found[of] = Things((key, f'{sites[thing.site]},{of}="{escape(key)}"') for key, thing in members.items())
    return found
