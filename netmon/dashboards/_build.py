"""Which files are the dashboards, and what stands in them?

Each module of this folder whose name does not begin with `_` is a dashboard: it has `build(words)`; one for InfluxDB
ends in `_influx`. The file is the dashboard as Grafana takes it in, its panels numbered in the order they stand in.
"""

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

import netmon.dashboards
from netmon.dashboards._words import LANGUAGES, Words


def keys() -> list[str]:
    """The dashboards by the names of their modules, sorted."""
    found = (module.name for module in pkgutil.iter_modules(netmon.dashboards.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def files() -> Iterator[tuple[str, str]]:
    """Path below grafana/dashboards and content of every file: `vi/site.json`, `en-influx/site.json` …"""
    for language in LANGUAGES:
        for key in keys():
            name, _, influx = key.partition("_")
            folder = f"{language}-{influx}" if influx else language
            yield f"{folder}/{name}.json", text(made(key, Words(language)))


def made(key: str, words: Words) -> dict[str, Any]:
    """One dashboard as JSON would have it."""
    built = import_module(f"netmon.dashboards.{key}").build(words).build()
    found: dict[str, Any] = json.loads(json.dumps(built, cls=JSONEncoder))
    for number, panel in enumerate(panels(found), start=1):
        panel["id"] = number
    for shown in (*found["links"], *found.get("annotations", {}).get("list", ())):
        del shown["placement"]  # the SDK can only say "in a menu", and nobody looks there
    return found


def panels(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Its panels in order, rows and what is folded into them included."""
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", ())


def text(board: dict[str, Any]) -> str:
    """Sorted and indented, so that a difference is a line."""
    return json.dumps(board, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
