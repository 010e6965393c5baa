"""How long must a target be silent before it is called silent?

Longer than it is ever silent by chance. Each target remembers its *silence spans*, from the first
missed probe to the next answer: how many, how long beyond the first miss, over how much time. Spans
are taken as geometric on the grid of re-probes; the threshold is the length that a span exceeds by
chance less than once in `LINK_MONTHS` months of that target, and never less than `FLOOR`:

    m = (sum - longest + PRIOR_SPAN) / (spans + 1)        b = STEP / ln(1 + STEP / m)
    threshold = max(FLOOR, b * ln(LINK_MONTHS * spans a month))

The longest span is left out, so that one odd event does not make netmon slow for a week. Only chance
teaches: a silence long enough to be told, or one that a broken line or parent explains, does not.

Everything here is a value and a function; the caller sends the probes.
"""

from dataclasses import dataclass, field
from math import log

from netmon.model import Observation

STEP = 0.5
"""Seconds between re-probes of a suspect."""
FLOOR = 2.5
"""No target is called before this much silence, seconds."""
CEILING = 180.0
"""However bad a line is, this much silence is an outage."""
CHANCE_ENDS = 60.0
"""A span as long as this was no chance, called or not."""
PRIOR_SPAN = 0.05
"""Mean span (seconds beyond the first miss) that one imagined span contributes before anything is learned."""
LINK_MONTHS = 3000.0
"""One wrong call in so many months of one target: 300 links, ten months."""
HALF_LIFE = 7 * 86400.0
"""What was learned counts half after a week."""
MONTH = 30 * 86400.0
LEAST_SPANS = 30.0
"""Spans a month that any target is credited with."""
TOLD = 10.0
"""A called silence of this many seconds was an outage, not chance."""
RETURN = 0.5
"""Two answers at least this far apart end a silence."""
MUTE_AFTER = 3
"""Spans in a row that one collector opened while others answered, until it may open no more."""


@dataclass(slots=True)
class Learned:
    """Decayed statistics of one target: spans, their summed and greatest length beyond the first miss, exposure."""

    spans: float = 0.0
    beyond: float = 0.0
    longest: float = 0.0
    exposure: float = 0.0
    at: float = 0.0

    def decay(self, now: float) -> None:
        """Let what is known fade, and count the time since then as watched."""
        if self.at and now > self.at:
            keep: float = 0.5 ** ((now - self.at) / HALF_LIFE)
            self.spans *= keep
            self.beyond *= keep
            self.longest *= keep
            self.exposure = self.exposure * keep + (now - self.at)
        self.at = now

    def learn(self, length: float, now: float) -> None:
        """Take in a span of `length` seconds beyond its first miss that was chance and not an outage."""
        self.decay(now)
        if length >= CHANCE_ENDS:
            return
        self.spans += 1.0
        self.beyond += length
        self.longest = max(self.longest, length)

    def threshold(self) -> float:
        """Seconds of silence after which the target is called."""
        mean = (self.beyond - self.longest + PRIOR_SPAN) / (self.spans + 1.0)
        scale = STEP / log(1.0 + STEP / mean)
        monthly = self.spans / self.exposure * MONTH if self.exposure > 3600.0 else self.spans
        return min(CEILING, max(FLOOR, scale * log(LINK_MONTHS * max(LEAST_SPANS, monthly))))


@dataclass(slots=True)
class Voice:
    """What one collector has heard from one target: has it ever answered, how fast, how often in vain."""

    proved: bool = False
    vain: int = 0
    rtt: float = 0.0


@dataclass(slots=True)
class Watch:
    """One target under watch: a device, a line's far end or a service.

    `silent` is what detection says: None = never heard, False = answers, True = called silent. While
    `first_miss` is set and `silent` is not True the target is a suspect. `answered` is the first answer
    after a silence; the second one ends it. All times are when a probe was sent.
    """

    voices: dict[str, Voice]
    learned: Learned = field(default_factory=Learned)
    silent: bool | None = None
    first_miss: float | None = None
    last_miss: float = 0.0
    suspected_at: float = 0.0
    called_at: float = 0.0
    threshold: float = FLOOR
    answered: float | None = None
    last_answer: float = 0.0
    up_since: float = 0.0
    opener: str = ""

    @property
    def suspect(self) -> bool:
        """Missed, and neither called silent nor heard again."""
        return self.first_miss is not None and self.silent is False

    @property
    def returning(self) -> bool:
        """Called silent, and heard once since."""
        return self.silent is True and self.answered is not None

    def patience(self, collector: str, timeout: float) -> float:
        """Seconds to wait for the answer to a re-probe: four round trips, within 0.5 s and the task's time-out."""
        voice = self.voices.get(collector)
        return min(timeout, max(0.5, 4.0 * voice.rtt)) if voice and voice.proved else timeout


def observe(watch: Watch, seen: Observation, now: float, explained: bool = False) -> None:
    """Take one probe's outcome into the watch; `explained`: something broken nearer by accounts for silence."""
    voice = watch.voices.setdefault(seen.collector, Voice())
    if seen.alive:
        _answer(watch, voice, seen, now, explained)
    else:
        _miss(watch, voice, seen, now)


def _answer(watch: Watch, voice: Voice, seen: Observation, now: float, explained: bool) -> None:
    voice.proved, voice.vain = True, 0
    if seen.rtt is not None:
        voice.rtt = seen.rtt if voice.rtt == 0.0 else 0.75 * voice.rtt + 0.25 * seen.rtt
    if seen.at > watch.last_answer:
        watch.last_answer = seen.at
    if watch.silent is None:
        watch.silent, watch.up_since, watch.learned.at = False, seen.at, now
        watch.first_miss = None
    elif watch.first_miss is None or seen.at <= watch.first_miss:
        return
    elif not watch.silent:
        _span_ends(watch, watch.first_miss, seen, now, explained)
    elif watch.answered is None:
        watch.answered = seen.at
    elif seen.at - watch.answered >= RETURN:
        _heard_again(watch, watch.first_miss, watch.answered, now, explained)


def _span_ends(watch: Watch, first_miss: float, seen: Observation, now: float, explained: bool) -> None:
    """A suspect answered: chance, unless only one of several collectors is dumb (an agent fault)."""
    if watch.opener not in ("", seen.collector):
        watch.voices[watch.opener].vain += 1
    elif not explained:
        watch.learned.learn(watch.last_miss - first_miss, now)
    watch.first_miss, watch.opener = None, ""


def _heard_again(watch: Watch, first_miss: float, answered: float, now: float, explained: bool) -> None:
    if answered - first_miss < TOLD and not explained:
        watch.learned.learn(answered - first_miss, now)
    watch.silent, watch.up_since = False, answered
    watch.first_miss, watch.answered, watch.opener = None, None, ""


def _miss(watch: Watch, voice: Voice, seen: Observation, now: float) -> None:
    if watch.silent is None:
        return
    if watch.silent:
        if watch.answered is not None and seen.at > watch.answered:
            watch.answered = None
        watch.last_miss = max(watch.last_miss, seen.at)
        return
    if seen.at < watch.last_answer:
        return
    if watch.first_miss is None:
        if not voice.proved or voice.vain >= MUTE_AFTER:
            return
        watch.first_miss, watch.last_miss = seen.at, seen.at
        watch.suspected_at, watch.opener = now, seen.collector
        watch.learned.decay(now)
        watch.threshold = watch.learned.threshold()
    else:
        watch.last_miss = max(watch.last_miss, seen.at)


def due(watch: Watch, now: float) -> bool:
    """Has this suspect been silent long enough, and had every collector a second to answer?"""
    return (
        watch.suspect
        and watch.first_miss is not None
        and watch.last_miss - watch.first_miss >= watch.threshold - STEP / 2
        and now - watch.suspected_at >= 2 * STEP
    )


def call(watch: Watch, now: float) -> None:
    """The target is silent; its silence began with the first missed probe."""
    watch.silent, watch.called_at, watch.answered = True, now, None


def recheck(watch: Watch, now: float) -> None:
    """Forget that a target was called: what hid it is gone, and it deserves a fresh chance from now on."""
    watch.silent, watch.answered = False, None
    watch.first_miss, watch.last_miss, watch.suspected_at = now, now, now
    watch.opener = ""
    watch.threshold = watch.learned.threshold()
