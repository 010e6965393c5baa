"""What would have been exported, written down with the times it was true?

OpenMetrics 1.0 text with timestamps, each family in one piece and each series in the order of time, as
`promtool tsdb create-blocks-from openmetrics` wants it.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any

from netmon.errors import NotPermitted
from netmon.model import Family, Metric, Sample, Target
from netmon.run.store import label_text
from netmon.run.tally import FRAME_METRICS

_Series = tuple["array[float]", "array[float]"]
_MAX_LINES = 4096


class Samples:
    """Keeps every number of a run. `hear` is a Tap; `take` takes finished families at an instant."""

    def __init__(self, collectors: Mapping[str, Any]) -> None:
        """`collectors` are the plug-ins by name, whose METRICS are known."""
        self._metrics: dict[str, Metric] = dict(FRAME_METRICS)
        for plugin in collectors.values():
            self._metrics.update(plugin.METRICS)
        self._series: dict[str, dict[str, _Series]] = {}
        self._texts: dict[tuple[str, str, tuple[str, ...]], str | None] = {}

    def hear(self, target: Target, at: float, samples: Sequence[Sample]) -> None:
        """The numbers of one poll; what is not declared as it came is left out, as in service."""
        for name, value, labels in samples:
            key = (target.id, name, labels)
            if key not in self._texts:
                self._texts[key] = self._text(target, name, labels)
            text = self._texts[key]
            if text is not None:
                self._add(name, text, at, value)

    def take(self, families: Iterable[Family], at: float) -> None:
        """Families as they stand at `at`."""
        for name, metric, series in families:
            self._metrics[name] = metric
            for text, value in series:
                self._add(name, text, at, value)

    def write(self, path: Path) -> int:
        """Write the file; returns how many numbers are in it. NotPermitted if it cannot be written."""
        count, chunk = 0, list[str]()
        try:
            with path.open("w", encoding="utf-8") as file:
                for line in self._lines():
                    chunk.append(line)
                    if len(chunk) >= _MAX_LINES:
                        file.writelines(chunk)
                        count, chunk = count + len(chunk), []
                file.writelines([*chunk, "# EOF\n"])
        except OSError as error:
            raise NotPermitted(f"{path}: cannot be written: {error.strerror}") from None
        return count + len(chunk) - 2 * len(self._series)

    def _lines(self) -> Iterator[str]:
        for name in sorted(self._series):
            metric = self._metrics[name]
            # OpenMetrics names the family without the suffix that its samples carry.
            family = name.removesuffix({"counter": "_total", "info": "_info"}.get(metric.type, ""))
            yield f"# TYPE {family} {metric.type}\n"
            yield f"# HELP {family} {escaped(metric.help)}\n"
            for text, (times, values) in sorted(self._series[name].items()):
                last = None
                for at, value in sorted(zip(times, values, strict=True)):  # answers come in any order
                    if at != last:
                        yield f"{name}{{{text}}} {number(value)} {at:.3f}\n"
                    last = at

    def _text(self, target: Target, name: str, labels: tuple[str, ...]) -> str | None:
        metric = self._metrics.get(name)
        if metric is None or len(metric.labels) != len(labels):
            return None
        head = label_text(("site", "level", target.of), (target.site, target.level, target.id))
        tail = label_text(metric.labels, labels)
        return f"{head},{tail}" if tail else head

    def _add(self, name: str, text: str, at: float, value: float) -> None:
        family = self._series.setdefault(name, {})
        times, values = family.get(text) or family.setdefault(text, (array("d"), array("d")))
        times.append(round(at, 3))
        values.append(float(value))


def number(value: float) -> str:
    """As OpenMetrics spells it."""
    if isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def escaped(text: str) -> str:
    """Help text, whose backslashes, quotes and line ends are escaped (OpenMetrics 1.0)."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
