"""How long does a site go on when the mains are gone?"""

RUNTIME = 1800.0
"""Seconds that a site's UPS lasts unless somebody says otherwise."""
_SHORTEST = 1e-3  # seconds
_RECHARGE = 10.0  # charging takes so many times as long as emptying


class Battery:
    """The battery of a site's UPS: what it feeds runs empty in `runtime` seconds; on mains it charges slowly."""

    __slots__ = ("_charge", "_since", "on_battery", "runtime")

    def __init__(self) -> None:
        self.on_battery = False
        self.runtime = RUNTIME
        self._charge = 1.0
        self._since = 0.0

    def switch(self, on_battery: bool, now: float) -> None:
        """The mains fail or come back. The same again changes nothing."""
        if on_battery != self.on_battery:
            self._charge = self.charge(now)
            self._since = now
            self.on_battery = on_battery

    def charge(self, now: float) -> float:
        """How full it is, from 0 to 1."""
        share = (now - self._since) / max(self.runtime, _SHORTEST)
        return max(0.0, self._charge - share) if self.on_battery else min(1.0, self._charge + share / _RECHARGE)

    def remaining(self, now: float) -> float:
        """Seconds that it would feed its load from now on."""
        return self.charge(now) * self.runtime

    def empty(self, now: float) -> bool:
        """Whether nothing feeds its load any more."""
        return self.on_battery and self.remaining(now) < _SHORTEST

    def seconds(self, now: float) -> float:
        """Seconds on battery; 0 on mains (upsSecondsOnBattery)."""
        return now - self._since if self.on_battery else 0.0
