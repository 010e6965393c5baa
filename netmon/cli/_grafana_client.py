"""How are dashboards handed to a Grafana that runs? By grafana-client, in an interpreter of its own.

It is started as a script by `netmon grafana`, with the Python of the environment that holds grafana-client, and knows
nothing of netmon: what to do comes as JSON on standard input, and a line of JSON goes out for each dashboard.
"""

import json
import sys
from typing import Any

MISSING = 404


def main() -> int:
    """0 = all of it is there; 1 = something was refused, which the last line says."""
    from grafana_client import GrafanaApi
    from grafana_client.client import GrafanaClientError, GrafanaException

    asked = json.load(sys.stdin)
    api = GrafanaApi.from_url(asked["url"], credential=asked["token"], timeout=asked["timeout"])
    what = "the folder"
    try:
        try:
            api.folder.get_folder(asked["folder"]["uid"])
        except GrafanaClientError as error:
            if error.status_code != MISSING:
                raise
            api.folder.create_folder(asked["folder"]["title"], asked["folder"]["uid"])
        for board in asked["dashboards"]:
            what = board["uid"]
            api.dashboard.update_dashboard(
                {
                    "dashboard": board,
                    "folderUid": asked["folder"]["uid"],
                    "overwrite": True,
                    "message": asked["message"],
                }
            )
            say({"done": board["uid"], "title": board["title"]})
    except (GrafanaException, OSError) as error:
        why = "".join(letter if letter.isprintable() else " " for letter in str(error))
        say({"failed": what, "why": " ".join(why.split())[:300]})
        return 1
    return 0


def say(what: dict[str, Any]) -> None:
    """A line for the program that asked."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    sys.exit(main())
