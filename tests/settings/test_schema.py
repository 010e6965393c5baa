"""The schema for editors is made of the declarations, and says the same."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from netmon.cli.schema import What
from netmon.cli.schema import schema as command
from netmon.settings import schema as schemas
from netmon.settings.schema import schema
from tests.settings.written import NOTIFIER, PLUGIN, write


def references(node: Any) -> set[str]:
    found = set()
    if isinstance(node, dict):
        found |= {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        found |= {each for below in node.values() for each in references(below)}
    if isinstance(node, list):
        found |= {each for below in node for each in references(below)}
    return found


@pytest.mark.parametrize("what", get_args(schemas.What))
def test_every_reference_leads_somewhere(what: Any) -> None:
    made = schema(None, what)
    assert references(made) == {f"#/$defs/{name}" for name in made["$defs"]} & references(made)
    assert references(made) <= {f"#/$defs/{name}" for name in made["$defs"]}
    assert "x-plugins" not in json.dumps(made)
    assert made["additionalProperties"] is False


def test_keys_are_those_of_the_language() -> None:
    made = schema()
    uplink = made["$defs"]["UplinkEntry"]["properties"]
    assert {"from", "to", "via", "role", "contract"} <= set(uplink)
    assert "source" not in uplink
    assert uplink["role"]["enum"] == ["primary", "backup"]
    assert "required" not in made
    assert made["$defs"]["SiteEntry"]["required"] == ["name"]
    assert made["$defs"]["SiteEntry"]["properties"]["devices"]["additionalProperties"] is False


def test_plugins_are_in_it_with_their_help(tmp_path: Path) -> None:
    write(tmp_path, {"collectors/own.py": PLUGIN, "notifiers/gong.py": NOTIFIER})
    own = schema(tmp_path)["$defs"]["collectors"]["properties"]["own"]["anyOf"][0]
    assert own["description"] == "Asks something of its own."
    assert own["properties"]["expect"]["description"] == "Status code."
    assert set(own["properties"]) == {"every", "timeout", "url", "expect", "token", "strict"}
    assert own["additionalProperties"] is False
    gong = schema(tmp_path, "settings")["$defs"]["notifiers"]["additionalProperties"]["properties"]["gong"]
    assert gong["required"] == ["url", "token"]
    assert "env:" in json.dumps(gong["properties"]["token"])


def test_people_and_routes_are_described_as_they_are_written() -> None:
    made = schema(None, "routes")
    assert set(made["$defs"]["RouteEntry"]["required"]) == {"name"}
    kinds = made["$defs"]["MatchEntry"]["properties"]["kinds"]
    assert {"outage", "blind"} <= set(kinds["anyOf"][0]["enum"])
    override = schema(None, "oncall")["$defs"]["OverrideEntry"]
    assert set(override["required"]) == {"from", "until", "who"}
    assert {"live"} <= {each.get("const") for each in schema(None, "oncall")["properties"]["mode"]["anyOf"]}


def test_one_plug_in_and_what_stands_beside_it() -> None:
    channel = schema(None, "settings")["$defs"]["notifiers"]["additionalProperties"]
    assert {"detail", "rate", "mail", "webhook"} <= set(channel["properties"])
    assert channel["properties"]["detail"]["enum"] == ["full", "public"]
    assert {"required": ["mail"]} in channel["oneOf"]
    assert {"required": ["detail"]} not in channel["oneOf"]
    assert channel["additionalProperties"] is False


def test_a_secret_is_described_as_it_is_written() -> None:
    found = schema(None, "settings")["$defs"]["DeadmanEntry"]["properties"]
    place, token = found["urls"]["items"]["pattern"], found["token"]["anyOf"][0]["pattern"]
    for text in ("env:HC", "credential:hc-1.io", "file:secrets/hc"):
        assert re.search(place, text)
        assert re.search(token, text)
    assert re.search(place, "https://hc.example/x")
    assert not re.search(token, "https://hc.example/x")
    for text in ("env:1", "credential:../x", "file:", "the secret env:HC"):
        assert not re.search(place, text)
        assert not re.search(token, text)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    command(What.INVENTORY, None)
    assert json.loads(capsys.readouterr().out) == schema()
    command(What.SETTINGS, None)
    assert json.loads(capsys.readouterr().out) == schema(None, "settings")
    command(What.MAINTENANCE, None)
    assert json.loads(capsys.readouterr().out) == schema(None, "maintenance")


def test_planned_work_is_described_as_it_is_written() -> None:
    made = schema(None, "maintenance")
    window = made["$defs"]["WindowEntry"]
    assert set(window["properties"]) == {
        "what", "power", "from", "until", "why", "who", "notice", "listed"
    }  # fmt: skip
    assert set(window["required"]) == {"from", "until"}
    assert window["additionalProperties"] is False
    written = re.compile(window["properties"]["from"]["pattern"])
    assert all(written.search(text) for text in ("2026-11-28T22:00", "28/11/2026 22:00", "2026-11-28 22:00:05+07:00"))
    assert not any(written.search(text) for text in ("2026-11-28", "tomorrow 2026-11-28T22:00", "2026-11-28T22:00x"))
