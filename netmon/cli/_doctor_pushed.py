"""Do the numbers reach the servers that they are pushed to?"""

import re
import time
from collections.abc import Iterable, Iterator
from http.client import HTTPException

from netmon.cli._doctor_found import Found, Number
from netmon.cli._doctor_reach import OnWeb
from netmon.settings.config import Config
from netmon.units import written_duration
from netmon.web.client import direct
from netmon.web.server import url

TIMEOUT = 15.0
"""Seconds for /metrics, which may be long."""
LATE = 120.0
"""Seconds for which numbers may wait before somebody should look: an attempt and a pause are shorter."""
_LINE = re.compile(rb'netmon_export_(spool_lines|oldest_timestamp_seconds)\{exporter="([a-z0-9_]+)"\} ([0-9.e+]+)\s*')


def spools(config: Config) -> Iterator[Found]:
    """What waits in the spool of each exporter that pushes, as the running service says."""
    pushing = [name for name, exporter in config.exporters.items() if isinstance(exporter, OnWeb)]
    if not pushing:
        return
    try:
        with direct().open(f"{url(config.listen)}/metrics", timeout=TIMEOUT) as answer:
            said = _said(answer)
    except (OSError, HTTPException, ValueError):
        return  # what is wrong with the service stands above
    for name in pushing:
        lines, oldest = said.get((name, "spool_lines"), 0.0), said.get((name, "oldest_timestamp_seconds"))
        ago = 0.0 if oldest is None else max(0.0, time.time() - oldest)
        values = {"exporter": name, "lines": Number(f"{lines:,.0f}"), "ago": written_duration(60 * round(ago / 60))}
        yield Found("export", "fail", "spooled", values) if ago > LATE else Found("export", "ok", "pushed", values)


def _said(metrics: Iterable[bytes]) -> dict[tuple[str, str], float]:
    """(exporter, family without its beginning) -> value."""
    found = (_LINE.fullmatch(line) for line in metrics if line.startswith(b"netmon_export_"))
    return {(each[2].decode(), each[1].decode()): float(each[3]) for each in found if each is not None}
