"""What do polls of devices that look alike share?"""

import gc

from netmon.model import Metric
from netmon.run.polls import Shapes

METRICS = {
    "netmon_x": Metric("gauge", "X.", ("port",)),
    "netmon_y_info": Metric("info", "Y.", ("port", "alias")),
}
NAMES = ("netmon_x", "netmon_x", "netmon_y_info")


def labels(alias: str) -> tuple[tuple[str, ...], ...]:
    """Made anew with each poll, as a collector does."""
    ports = [f"Gi0/{n}" for n in range(2)]
    return (*((port,) for port in ports), (ports[0], alias))


def test_the_same_labels_are_kept_once_whoever_they_come_from() -> None:
    shapes = Shapes(METRICS)
    assert shapes.of(NAMES, labels("a")) is shapes.of(NAMES, labels("a"))


def test_what_describes_one_device_is_its_own_and_all_the_rest_is_shared() -> None:
    shapes = Shapes(METRICS)
    one, other = shapes.of(NAMES, labels("to A")), shapes.of(NAMES, labels("to B"))
    assert one.labels == labels("to A")
    assert other.labels == labels("to B")
    assert one.layout is other.layout
    assert all(mine is yours for mine, yours in zip(one.labels[:2], other.labels[:2], strict=True))
    assert (one.place("netmon_y_info", ("Gi0/0", "to A")), one.place("netmon_x", ("Gi0/1",))) == (2, 1)
    assert other.place("netmon_y_info", ("Gi0/0", "to A")) is None


def test_a_mistake_in_either_part_is_counted() -> None:
    shape = Shapes(METRICS).of(
        ("netmon_z", "netmon_x", "netmon_y_info", "netmon_y_info"), ((), ("1", "2"), ("1", "a"), ("1", "a"))
    )
    assert shape.wrong == {"undeclared": 1, "labels": 1, "duplicate": 1}


def test_what_no_poll_has_any_more_is_forgotten() -> None:
    shapes = Shapes(METRICS)
    for n in range(100):
        shapes.of(NAMES, labels(str(n)))
    kept = shapes.of(NAMES, labels("kept"))
    gc.collect()
    assert (len(shapes), kept.labels) == (1, labels("kept"))
