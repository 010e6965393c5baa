"""Do the numbers reach the servers that they are pushed to?"""

import time
from collections.abc import Iterator

from netmon.cli._doctor_found import Found, Number
from netmon.cli._doctor_reach import OnWeb
from netmon.settings.config import Config
from netmon.units import written_duration
from netmon.web.figures import latest

LATE = 120.0
"""Seconds for which numbers may wait before somebody should look: an attempt and a pause are shorter."""
LINES, OLDEST = "netmon_export_spool_lines", "netmon_export_oldest_timestamp_seconds"


def spools(config: Config) -> Iterator[Found]:
    """What waits in the spool of each exporter that pushes, as the running service says."""
    pushing = [name for name, exporter in config.exporters.items() if isinstance(exporter, OnWeb)]
    if not pushing:
        return
    said = latest(config.listen, (LINES, OLDEST), "exporter")
    for name in pushing:
        if name not in said[LINES]:
            continue  # what is wrong with the service stands above
        ago = max(0.0, (now := time.time()) - said[OLDEST].get(name, now))
        lines, span = Number(f"{said[LINES][name]:,.0f}"), written_duration(60 * round(ago / 60))
        values = {"exporter": name, "lines": lines, "ago": span}
        yield Found("export", "fail", "spooled", values) if ago > LATE else Found("export", "ok", "pushed", values)
