"""What do a few of the running service's metrics say at this moment?"""

from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException

from prometheus_client.parser import text_string_to_metric_families

from netmon.web.client import direct
from netmon.web.server import url

_PATIENCE = 15.0


def latest(listen: str, names: Sequence[str], label: str) -> dict[str, dict[str, float]]:
    """By metric, the value of each series by one of its labels; nothing if no service answers there."""
    found: dict[str, dict[str, float]] = {name: {} for name in names}
    heads = tuple(f"{name}{{" for name in names)
    try:
        with direct().open(f"{url(listen)}/metrics", timeout=_PATIENCE) as page:
            lines = [text for line in page if (text := line.decode("utf-8", "replace")).startswith(heads)]
    except (OSError, HTTPException, ValueError):
        return found
    for line in lines:
        with suppress(ValueError, IndexError):  # no metric; the others are read all the same
            [family] = text_string_to_metric_families(line)
            [sample] = family.samples
            if label in sample.labels:
                found[sample.name][sample.labels[label]] = sample.value
    return found
