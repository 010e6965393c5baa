"""What does the world see of netmon, and when?

Runs at the vantage, beside netmon, with the standard library alone: takes the webhook's posts and asks
the HTTP interface five times a second. Each thing seen is one JSON line with its time of arrival in
posts.jsonl, states.jsonl (changes only) or incidents.jsonl (the list, when it changed).

    python watch.py FOLDER SINK_PORT NETMON_PORT
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PERIOD = 0.2


class Record:
    """JSON lines, appended whole."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def add(self, **values: Any) -> None:
        """One line, with the time."""
        self._file.write(json.dumps({"at": time.time(), **values}) + "\n")


def sink(record: Record, port: int) -> ThreadingHTTPServer:
    """The webhook's receiver."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            record.add(body=json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def ask(port: int, what: str) -> Any:
    """The JSON that netmon answers, None if it does not."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{what}", timeout=2) as answer:
            return json.load(answer)
    except (OSError, urllib.error.URLError, ValueError):
        return None


def watch(states: Record, incidents: Record, port: int) -> None:
    """Ask for ever; write what changed."""
    seen: dict[tuple[str, str], Any] = {}
    told: Any = ()
    running = False
    while True:
        status, listed = ask(port, "status"), ask(port, "incidents")
        if (status is not None) != running:
            running = not running
            states.add(running=running)
        for of in ("sites", "devices", "links"):
            for id_, standing in ((status or {}).get(of) or {}).items():
                if seen.get((of, id_)) != standing:
                    seen[of, id_] = standing
                    states.add(of=of, id=id_, **standing)
        if listed is not None and listed != told:
            told = listed
            incidents.add(incidents=listed)
        time.sleep(PERIOD)


def main() -> None:
    """Serve and watch until killed."""
    folder, sink_port, port = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    server = sink(Record(folder / "posts.jsonl"), sink_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    watch(Record(folder / "states.jsonl"), Record(folder / "incidents.jsonl"), port)


if __name__ == "__main__":
    main()
