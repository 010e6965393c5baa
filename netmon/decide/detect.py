"""Has a target fallen silent, and is it back?

A probe that is missed makes it a suspect, which is asked every `STEP`. If it answers, that silence was chance and
teaches how long chance lasts (netmon.decide.learning); if it is silent for longer than that, it is due to be called.
Called silent, it is back with two answers at least `RETURN` apart. A silence that something broken nearer by explains
teaches nothing, and neither does one whose beginning was not seen.

Everything here is a value and a function; the caller sends the probes.
"""

from dataclasses import dataclass, field

from netmon.decide.learning import FLOOR
from netmon.decide.learning import STEP as STEP
from netmon.decide.learning import Learned as Learned
from netmon.errors import Refused
from netmon.model import Observation

RETURN = 0.5
"""Two answers at least this far apart end a silence."""
ENOUGH = 5
"""Questions that must be missed one after the other before anything but a service is called: those of `FLOOR` at every
`STEP`. Where they go out more slowly, the same silence says less."""
SERVICE_STEP = 2.0
"""Seconds between re-probes of a service at least."""
MUTE_AFTER = 3
"""Spans in a row that one collector opened while others answered, until it may open no more."""


@dataclass(slots=True)
class Voice:
    """What one collector has heard from one target: has it ever answered, how fast, how often in vain.

    `missed`: how many scheduled probes in a row were not answered, or by a closed port, while the target was not called
    silent; `missed_since`: when the first of them was sent. `asked`: when the newest probe that has been decided was
    sent, and `failed`: whether that one was in vain; of a service only.
    """

    proved: bool = False
    vain: int = 0
    rtt: float = 0.0
    missed: int = 0
    missed_since: float = 0.0
    asked: float = 0.0
    failed: bool = False


@dataclass(slots=True)
class Watch:
    """One target under watch: a device, a line's far end or a service.

    `silent` is what detection says: None = never heard, False = answers, True = called silent. While
    `first_miss` is set and `silent` is not True the target is a suspect. `answered` is the first answer
    after a silence; the second one ends it. `unanswered`: how many questions a suspect has missed. All times are
    when a probe was sent.

    A `whole` one works only while each of its collectors says so: a service whose port is open and whose pages are
    errors is out of service. Of any other, one answer is life. `back`: when it was last back, or given a fresh chance,
    after a silence that was called. `said`: what its last probe in vain brought instead of an answer, behind the
    collector's name; `poor`: whether it did answer, only badly.
    """

    voices: dict[str, Voice]
    learned: Learned = field(default_factory=Learned)
    silent: bool | None = None
    first_miss: float | None = None
    last_miss: float = 0.0
    unanswered: int = 0
    suspected_at: float = 0.0
    called_at: float = 0.0
    threshold: float = FLOOR
    answered: float | None = None
    last_answer: float = 0.0
    up_since: float = 0.0
    opener: str = ""
    whole: bool = False
    back: float = 0.0
    said: tuple[str, str] = ("", "")
    poor: bool = False

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

    def pace(self, now: float) -> float:
        """Seconds until a suspect is asked again. A service does work for each question, and a slow one must not be
        worn out by them: the longer it is silent, the more seldom it is asked."""
        return max(SERVICE_STEP, (now - (self.first_miss or now)) / 2) if self.whole else STEP


def spoke(seen: Observation) -> bool:
    """Whether what was asked has answered: a closed port is life, but its device's, not that of whoever listened."""
    return seen.alive and seen.note != Refused.__name__


def observe(watch: Watch, seen: Observation, now: float, explained: bool = False) -> None:
    """Take one probe's outcome into the watch; `explained`: something broken nearer by accounts for silence."""
    voice = watch.voices.get(seen.collector)
    if voice is None:
        voice = watch.voices[seen.collector] = Voice()
    if spoke(seen):
        voice.missed = 0
    elif seen.round and watch.silent is False:
        voice.missed += 1
        if voice.missed == 1:
            voice.missed_since = seen.at
    if watch.whole and seen.at >= voice.asked:
        voice.asked, voice.failed = seen.at, not seen.alive
    if not seen.alive:
        _miss(watch, voice, seen, now)
        return
    heard(watch, voice, seen.at, seen.rtt)
    if watch.whole and any(one.failed for one in watch.voices.values()):
        return
    if watch.first_miss is not None or watch.silent is not False:
        _answer_in_doubt(watch, seen, now, explained)


def heard(watch: Watch, voice: Voice, at: float, rtt: float | None) -> None:
    """The probe sent at `at` was answered: all there is to do about it unless the target is in doubt."""
    voice.proved, voice.vain = True, 0
    if rtt is not None:
        voice.rtt = rtt if voice.rtt == 0.0 else 0.75 * voice.rtt + 0.25 * rtt
    if at > watch.last_answer:
        watch.last_answer = at


def _answer_in_doubt(watch: Watch, seen: Observation, now: float, explained: bool) -> None:
    """The first answer ever, or one after a miss."""
    if watch.silent is None:
        watch.silent, watch.up_since, watch.learned.at = False, seen.at, now
        watch.first_miss = None
    elif watch.first_miss is None or seen.at <= watch.first_miss:
        return
    elif not watch.silent:
        _span_ends(watch, watch.first_miss, seen, explained)
    elif watch.answered is None:
        watch.answered = seen.at
    elif seen.at - watch.answered >= RETURN:
        _heard_again(watch, watch.first_miss, watch.answered, explained)


def _span_ends(watch: Watch, first_miss: float, seen: Observation, explained: bool) -> None:
    """A suspect answered: chance, unless only one of several collectors is dumb (an agent fault)."""
    if watch.opener not in ("", seen.collector) and not watch.whole:
        watch.voices[watch.opener].vain += 1
    elif watch.opener and not explained:
        watch.learned.ended(watch.last_miss - first_miss, watch.suspected_at - first_miss)
    if watch.up_since == first_miss:  # called silent once, it was given a fresh chance, and it is back
        watch.up_since = seen.at
    watch.first_miss, watch.opener = None, ""


def _heard_again(watch: Watch, first_miss: float, answered: float, explained: bool) -> None:
    if watch.opener and not explained:
        watch.learned.called(first_miss, watch.last_miss, answered, watch.suspected_at - first_miss)
    watch.silent, watch.up_since, watch.back = False, answered, answered
    watch.first_miss, watch.answered, watch.opener = None, None, ""


def _miss(watch: Watch, voice: Voice, seen: Observation, now: float) -> None:
    if seen.at >= watch.last_miss:
        watch.said, watch.poor = (seen.collector, seen.note), seen.poor
    if watch.silent is None:
        return
    if watch.silent:
        if watch.answered is not None and seen.at > watch.answered:
            watch.answered = None
        watch.last_miss = max(watch.last_miss, seen.at)
        return
    if seen.at < (voice.asked if watch.whole else watch.last_answer):
        return
    if watch.first_miss is None:
        if not voice.proved or voice.vain >= MUTE_AFTER:
            return
        watch.first_miss, watch.last_miss = seen.at, seen.at
        watch.suspected_at, watch.opener, watch.unanswered = now, seen.collector, 1
        watch.threshold = watch.learned.missed(seen.at, now)
    else:
        watch.last_miss = max(watch.last_miss, seen.at)
        watch.unanswered += 1


def due(watch: Watch, now: float) -> bool:
    """Has this suspect been silent long enough and to questions enough, and had every collector a second to answer?"""
    return (
        watch.suspect
        and watch.first_miss is not None
        and (watch.unanswered >= ENOUGH or watch.whole)
        and long_enough(watch.last_miss - watch.first_miss, watch.threshold)
        and now - watch.suspected_at >= 2 * STEP
    )


def long_enough(silence: float, threshold: float) -> bool:
    """Are so many seconds from the first missed probe to the last enough, on the grid of re-probes?"""
    return silence >= threshold - STEP / 2


def call(watch: Watch, now: float) -> None:
    """The target is silent; its silence began with the first missed probe."""
    watch.silent, watch.called_at, watch.answered = True, now, None
    for voice in watch.voices.values():
        voice.missed = 0


def recheck(watch: Watch, now: float) -> None:
    """Forget that a target was called: what hid it is gone, and it deserves a fresh chance from now on."""
    if watch.silent:
        watch.up_since = now
    watch.silent, watch.answered, watch.back = False, None, now
    watch.first_miss, watch.last_miss, watch.suspected_at = now, now, now
    watch.opener, watch.unanswered = "", 0
    watch.threshold = watch.learned.threshold()
