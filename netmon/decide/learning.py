"""How long is a target silent by chance, and how long must it be silent before that is no chance?

Each target keeps its *spans*: silences that outlasted the first re-probe (a single lost packet is no silence),
by how much, and over how much time. Beyond that re-probe they are taken as geometric on the grid of re-probes. A
silence that was called is known only in part: one that ended before `TOLD` was a burst (`short`, a span like others);
one that went on was by chance *at least* that long (`long`, censored), or an outage. The threshold is the length that
chance exceeds less than once in `LINK_MONTHS` months of that target, and never less than `FLOOR`:

    days      = exposure in days, at most ten: that long is the memory
    censored  = max(0, min(short - days, long))
    mean      = (beyond - longest + censored * (TOLD - LAG) + (1 + days) * PRIOR_SPAN) / (spans + 1 + days)
    threshold = lag + STEP / ln(1 + STEP / mean) * ln(LINK_MONTHS * (spans + censored) a month)

`lag` is the time from the first missed probe to the first re-probe. The mean is the maximum-likelihood estimate for
exponential lengths of which some are censored, all time in silence over the number of ends seen, with three guards
for the clean line that has its troubles: the longest span is left out, so one odd event teaches nothing; each day
watched brings one imagined span of next to nothing, so a few odd events among many quiet days teach little; and
silences of `TOLD` or more count no more than short ones do, of which one a day is forgiven, since a line whose
silences are nearly all long has outages and not bursts.

Called silences come in *spells*, less than `QUIET` seconds apart. While a spell lasts it teaches nothing; afterwards
it does if the target worked for most of that time. Else it was a fault that came and went, and a target that flaps
for an hour is called each time. What is known halves within a week.

On its first day nobody knows what a target is like, and one that loses in bursts would be called until it has taught
enough. So on that day a called silence that people were not told of (`short`) teaches as soon as the target has worked
for most of the time since, and then the longest span is not left out. An odd burst makes a new target patient until
the day is over; what people were told of does not.
"""

from dataclasses import dataclass, field
from math import log

STEP = 0.5
"""Seconds between re-probes of a suspect."""
LAG = 1.0
"""Seconds from the first missed probe to the first re-probe, where nothing else is known: the usual time-out."""
FLOOR = 2.5
"""No target is called before this much silence, seconds."""
CEILING = 180.0
"""However bad a line is, this much silence is an outage."""
TOLD = 10.0
"""A called silence of this many seconds is one that people are told of, and may have been an outage."""
QUIET = 120.0
"""So many seconds without a called silence end a spell."""
WORKED = 0.75
"""The share of a spell, from its first miss to its last answer, in which a line with mere bursts works."""
WORKED_SO_FAR = 0.85
"""The same on the first day while a spell lasts; what flaps works for less."""
PRIOR_SPAN = 0.01
"""Mean length (seconds beyond the first re-probe) that one imagined span contributes before anything is learned."""
LINK_MONTHS = 3000.0
"""One wrong call in so many months of one target: 300 links, ten months."""
HALF_LIFE = 7 * 86400.0
"""What was learned counts half after a week."""
DAY = 86400.0
MONTH = 30 * DAY
LEAST_SPANS = 30.0
"""Spans a month that any target is credited with."""
LEAST_EXPOSURE = 3600.0
"""Rates are not taken over less than an hour."""


@dataclass(slots=True)
class Spell:
    """Called silences in close succession: from the first missed probe of the first to the answer after the last."""

    since: float
    until: float
    down: float = 0.0
    short: int = 0
    long: int = 0
    beyond: float = 0.0
    longest: float = 0.0

    @property
    def chance(self) -> bool:
        """Is it what a line with bursts looks like: a lone silence, or several between which it mostly worked?"""
        return self.short + self.long == 1 or self.worked(self.until)

    def worked(self, until: float, share: float = WORKED) -> bool:
        """Has the target worked for most of the time from the first silence until then?"""
        return self.down <= (1.0 - share) * (until - self.since)


@dataclass(slots=True)
class Learned:
    """Decayed statistics of one target, and the spell that has yet to teach.

    `spans`, `beyond`, `longest`: how many spans, their summed and greatest length beyond the first re-probe (s).
    `exposure`: over how many seconds; `at`: up to when. `short`, `long`: called silences that ended before `TOLD`
    (they are among the spans), and that did not.
    """

    spans: float = 0.0
    beyond: float = 0.0
    longest: float = 0.0
    exposure: float = 0.0
    at: float = 0.0
    short: float = 0.0
    long: float = 0.0
    spell: Spell | None = field(default=None, compare=False, kw_only=True)

    def numbers(self) -> tuple[float, ...]:
        """What the journal keeps: `Learned(*numbers)` knows it again, without the spell."""
        return self.spans, self.beyond, self.longest, self.exposure, self.at, self.short, self.long

    def decay(self, now: float) -> None:
        """Let what is known fade, and count the time since then as watched."""
        if self.at and now > self.at:
            keep: float = 0.5 ** ((now - self.at) / HALF_LIFE)
            self.spans *= keep
            self.beyond *= keep
            self.longest *= keep
            self.short *= keep
            self.long *= keep
            self.exposure = self.exposure * keep + (1.0 - keep) * (HALF_LIFE / log(2.0))
        self.at = now

    def missed(self, sent: float, now: float) -> float:
        """A probe sent at `sent` was the first to be missed; returns the silence (s) after which to call."""
        self.decay(now)
        spell = self.spell
        if spell is not None and self.exposure < DAY and spell.worked(sent, WORKED_SO_FAR):
            self._end(spell, teaches=True)
        elif spell is not None and sent - spell.until >= QUIET:
            self._end(spell, teaches=spell.chance)
        return self.threshold(now - sent)

    def ended(self, length: float, lag: float = LAG) -> None:
        """A silence ended before it was called, `length` seconds after the first miss; if a re-probe was lost, too,
        that was a span."""
        if length >= lag and length > 0.0:
            self._add(1.0, length - lag, length - lag)

    def called(self, since: float, last: float, until: float, lag: float = LAG) -> None:
        """A silence was called and has ended: first miss, last miss, and the answer that ended it."""
        if self.spell is None:
            self.spell = Spell(since, until)
        spell, length = self.spell, until - since
        spell.until = until
        spell.down += length
        if last - since < TOLD:
            beyond = max(0.0, length - lag)
            spell.short += 1
            spell.beyond += beyond
            spell.longest = max(spell.longest, beyond)
        else:
            spell.long += 1

    def threshold(self, lag: float = LAG) -> float:
        """Seconds of silence after which the target is called; `lag`: how many of them until it is asked again."""
        days = self.exposure / DAY
        censored = max(0.0, min(self.short - days, self.long))
        odd = 0.0 if days < 1.0 and self.short else self.longest
        silence = self.beyond - odd + censored * (TOLD - LAG)
        imagined = 1.0 + days
        mean = (silence + imagined * PRIOR_SPAN) / (self.spans + imagined)
        monthly = (self.spans + censored) / max(self.exposure, LEAST_EXPOSURE) * MONTH
        beyond = STEP / log(1.0 + STEP / mean) * log(LINK_MONTHS * max(LEAST_SPANS, monthly))
        return min(CEILING, max(FLOOR, lag + beyond))

    def _end(self, spell: Spell, teaches: bool) -> None:
        self.spell = None
        if teaches:
            self._add(spell.short, spell.beyond, spell.longest)
            self.short += spell.short
            self.long += spell.long

    def _add(self, spans: float, beyond: float, longest: float) -> None:
        self.spans += spans
        self.beyond += beyond
        self.longest = max(self.longest, longest)
