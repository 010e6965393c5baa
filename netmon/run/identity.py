"""Which vendor's profile fits this device?

The frame asks a device once in a while who it is (sysObjectID and sysDescr, RFC 3418) and puts the profile that fits
on the target before a collector that reads by profile is run.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from netmon.clock import Clock
from netmon.errors import BadAnswer
from netmon.model import Profile, ProfileMatch, Target
from netmon.wire.net import Net
from netmon.wire.text import clean

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"

GENERIC = "generic"
"""The profile of devices that no other fits."""
KEPT = 3600.0
"""Seconds for which a device is believed to be what it said: it may be replaced by another at the same address."""

_NONE = Profile(id=GENERIC, name="")


class Fit(NamedTuple):
    """The profile that fits, by which of its matches (None: no other did), and what the device calls itself."""

    profile: Profile
    match: ProfileMatch | None
    object_id: str
    descr: str


class Identities:
    """What each device said it is, and the profile that fits."""

    def __init__(self, profiles: Mapping[str, Profile], clock: Clock) -> None:
        self._profiles, self._clock = dict(profiles), clock
        self._known: dict[str, tuple[str, float, Fit]] = {}

    def use(self, profiles: Mapping[str, Profile]) -> None:
        """Choose from these from now on."""
        self._profiles = dict(profiles)
        self._known.clear()

    def known(self, device: str) -> Fit | None:
        """What a device was found to be, if it was asked."""
        found = self._known.get(device)
        return None if found is None else found[2]

    async def dressed(self, target: Target, net: Net) -> Target:
        """The target with its profile on it. Raises what asking the device raises, but for BadAnswer."""
        known = self._known.get(target.id)
        now = self._clock.now()
        if known is None or known[0] != target.address or now - known[1] >= KEPT:
            known = self._known[target.id] = target.address, now, await self._ask(target, net)
        return replace(target, profile=known[2].profile)

    async def _ask(self, target: Target, net: Net) -> Fit:
        """An agent that shows no system group, or to which nobody has a credential, is of no known vendor."""
        if target.credential is None:
            return choose(self._profiles, "", "")
        try:
            said = await net.snmp(target.address, target.credential).get((SYS_OBJECT_ID, SYS_DESCR), target.timeout)
        except BadAnswer:
            said = {}
        object_id = said.get(SYS_OBJECT_ID)
        return choose(self._profiles, object_id if isinstance(object_id, str) else "", clean(said.get(SYS_DESCR)))


def choose(profiles: Mapping[str, Profile], object_id: str, descr: str) -> Fit:
    """The profile whose match has the longest prefix of `object_id`; of equal ones that whose `descr` matches too."""
    fits = sorted(
        (-match.object_id.count("."), not match.descr, profile.id, n)
        for profile in profiles.values()
        for n, match in enumerate(_fitting(profile.matches, object_id, descr))
        if match is not None
    )
    if not fits:
        return Fit(profiles.get(GENERIC, _NONE), None, object_id, descr)
    _, _, name, n = fits[0]
    return Fit(profiles[name], profiles[name].matches[n], object_id, descr)


def _fitting(matches: Iterable[ProfileMatch], object_id: str, descr: str) -> list[ProfileMatch | None]:
    return [
        match
        if f"{object_id}.".startswith(f"{match.object_id.rstrip('.')}.") and re.search(match.descr, descr)
        else None
        for match in matches
    ]
