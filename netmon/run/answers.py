"""Is what a collector returned what it promised: samples, with the labels it declares?

A plug-in may be anybody's. What it returns is looked at once, before it counts for anything; the look takes
a few passes in C for a whole poll.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import UnionType

from netmon.errors import BadAnswer, CollectError
from netmon.model import Metric, Sample
from netmon.run.schedule import Job


def bad_answer(job: Job, error: Exception) -> CollectError:
    """What a collector's own mistake comes to: an answer that says nothing."""
    return BadAnswer(f"{type(error).__name__}: {error}")


def checked(answer: object, metrics: Mapping[str, Metric]) -> Sequence[Sample] | CollectError:
    """The answer, or the error that came instead of one. TypeError or ValueError says what is wrong with it.

    A sample of a family that `metrics` does not declare passes: the store drops and counts it.
    """
    if isinstance(answer, CollectError):
        _samples(answer.samples, metrics)
        return answer
    return _samples(answer, metrics)


def checked_slice(answers: object, count: int) -> Sequence[object]:
    """As many answers as there were targets. TypeError or ValueError says what is wrong."""
    if not isinstance(answers, list | tuple):
        raise TypeError(f"a list of answers is expected, not {type(answers).__name__}")
    if len(answers) != count:
        raise ValueError(f"{len(answers)} answers for {count} targets")
    return answers


def _samples(samples: object, metrics: Mapping[str, Metric]) -> Sequence[Sample]:
    if not isinstance(samples, list | tuple):
        raise TypeError(f"a list of samples is expected, not {type(samples).__name__}")
    if not samples or (len(samples) == 1 and plain(samples[0], metrics)):
        return samples
    _all(samples, Sample, "a sample")
    names, values, labels = zip(*samples, strict=True)
    _all(names, str, "the name of a metric")
    _all(values, int | float, "a value")
    _all(labels, tuple, "the labels of a sample")
    _all(chain.from_iterable(labels), str, "a label")
    for name, count in set(zip(names, map(len, labels), strict=True)):
        if name in metrics and count != len(metrics[name].labels):
            raise ValueError(f"{name} has {count} labels and declares {len(metrics[name].labels)}")
    return samples


def plain(sample: object, metrics: Mapping[str, Metric]) -> bool:
    """Is this as most answers are: a float of a declared family with at most one label?"""
    if type(sample) is not Sample:
        return False
    name, value, labels = sample
    if not (type(name) is str and type(value) is float and type(labels) is tuple and len(labels) < 2):
        return False
    known = metrics.get(name)
    return known is not None and len(known.labels) == len(labels) and (not labels or type(labels[0]) is str)


def _all(things: Iterable[object], kind: type | UnionType, what: str) -> None:
    for found in set(map(type, things)):
        if not issubclass(found, kind):
            raise TypeError(f"{what} is a {found.__name__}")
