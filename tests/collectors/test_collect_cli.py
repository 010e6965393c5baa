"""Which numbers stand in what a command line prints?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netmon.errors import AuthFailed, BadAnswer
from netmon.model import Credential, Sample, Ssh, Target
from netmon.settings.options import declare
from netmon.settings.plugin import discover
from netmon.settings.project import load
from tests.collectors.fakes import FakeNet, target
from tests.settings.written import SMALL, checked, write

HUAWEI_CPU = """CPU Usage Stat. Cycle: 60 (Second)
CPU Usage            : 13% Max: 92%
CPU utilization for five seconds: 12%: one minute: 13%: five minutes: 11%.
"""
CISCO_CPU = """CPU utilization for five seconds: 7%/1%; one minute: 9%; five minutes: 8%
 PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process
   1           0           4          0  0.00%  0.00%  0.00%   0 Chunk Manager
"""
TEMPERATURES = "Slot 0: CPU  41 C\nSlot 0: Board  33.5 C\nSlot 1: Board  n/a\n"


def plugin(ask: Mapping[str, Any]) -> Any:
    options = declare("cli", discover("collectors")["cli"], framed=True)
    values = dict(vars(options.adapter.validate_python({"ask": ask})))
    return options.plugin(ask=values["ask"])


def router(platform: str = "huawei_vrp") -> Target:
    ssh = Ssh(user="netmon")
    return replace(target("10.0.0.1"), credential=Credential(id="c", version="", ssh=ssh), platform=platform)


def net(**answers: str) -> FakeNet:
    found = FakeNet()
    found.printed["10.0.0.1"] = {command.replace("_", " "): text for command, text in answers.items()}
    return found


def numbers(samples: list[Sample]) -> dict[tuple[str, ...], float]:
    return {(s.metric, *s.labels): s.value for s in samples if s.metric != "netmon_cli_seconds"}


async def test_by_a_pattern_of_the_operators() -> None:
    ask = {
        "display cpu": {
            "pattern": r"CPU Usage\s*: (?P<cpu>\d+)%",
            "take": {"netmon_cpu_ratio": {"field": "cpu", "scale": 0.01}},
        },
        "display temperature": {
            "pattern": r"^Slot (?P<slot>\d+): (?P<what>\w+)\s+(?P<t>\S+)",
            "take": {"netmon_temperature_celsius": {"field": "t", "label": "what"}},
        },
    }
    asked = net(display_cpu=HUAWEI_CPU, display_temperature=TEMPERATURES)
    found = numbers(await plugin(ask).collect(router(), asked))
    assert found == {
        ("netmon_cpu_ratio", ""): pytest.approx(0.13),
        ("netmon_temperature_celsius", "CPU"): 41,
        ("netmon_temperature_celsius", "Board"): 33.5,
    }
    assert asked.logins == [("10.0.0.1", "netmon", "huawei_vrp")], "one login for all commands"


async def test_by_the_template_of_the_command() -> None:
    ask = {"show processes cpu": {"take": {"netmon_cpu_ratio": {"field": "CPU_USAGE_1_MIN", "scale": 0.01}}}}
    found = numbers(await plugin(ask).collect(router("cisco_ios"), net(show_processes_cpu=CISCO_CPU)))
    assert found == {("netmon_cpu_ratio", ""): pytest.approx(0.09)}


async def test_what_one_command_lacks_does_not_cost_the_others() -> None:
    ask = {
        "display cpu": {"pattern": r"Usage\s*: (?P<n>\d+)", "take": {"netmon_cpu_ratio": {"field": "n"}}},
        "display memory": {"pattern": r"Memory: (?P<n>\d+)", "take": {"netmon_memory_used_ratio": {"field": "n"}}},
        "display nonsense": {"take": {"netmon_sessions": {"field": "n"}}},
    }
    with pytest.raises(BadAnswer, match=r"'display memory' prints none of the fields.*'display nonsense' on") as raised:
        await plugin(ask).collect(router(), net(display_cpu=HUAWEI_CPU, display_memory="", display_nonsense="x"))
    assert numbers(list(raised.value.samples)) == {("netmon_cpu_ratio", ""): 13}


async def test_without_a_command_it_tries_the_login() -> None:
    [sample] = await plugin({}).collect(router(), net())
    assert sample.metric == "netmon_cli_seconds"
    refused = FakeNet()
    refused.printed["10.0.0.1"] = AuthFailed("10.0.0.1: the login of 'netmon' is not accepted")
    with pytest.raises(AuthFailed):
        await plugin({}).collect(router(), refused)


async def test_without_a_login_it_asks_nobody() -> None:
    asked = net()
    with pytest.raises(BadAnswer, match="no command line"):
        await plugin({}).collect(target(), asked)
    assert asked.logins == []


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        ({"take": {"netmon_link_state": {"field": "x"}}}, "none of the families"),
        ({"take": {"netmon_cli_seconds": {"field": "x"}}}, "none of the families"),
        ({"pattern": "(", "take": {}}, "no regular expression"),
        ({"pattern": "(?P<a>x)", "take": {"netmon_cpu_ratio": {"field": "b"}}}, "no group"),
        ({"pattern": "(?P<a>x)", "take": {"netmon_cpu_ratio": {"field": "a", "label": "c"}}}, "no group"),
    ],
)
def test_what_could_never_give_a_number_is_told_at_once(ask: Mapping[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        plugin({"show x": ask})


def test_it_is_written_in_the_inventory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """
credentials: {default: {ssh: {user: netmon, password: env:PATH, known_hosts: /dev/null}}}
defaults: {collect: {icmp: {}}}
"""
    core = """core: {address: 10.0.0.1, role: router, cli: {platform: huawei_vrp}, collect: {cli: {every: 1m, ask: {
      display cpu-usage: {pattern: 'Usage *: (?P<n>[0-9]+)', take: {netmon_cpu_ratio: {field: n, scale: 0.01}}}}}}}"""
    files = {"a.yaml": SMALL.replace("core: {address: 10.0.0.1, role: router}", core), "c.yaml": text}
    project = write(tmp_path, files)
    assert checked(project, capsys) == (0, ["1 site, 2 devices, 0 links"])
    task = load(project).inventory.devices["core"].collect["cli"]
    assert task.every == 60
    assert task.plugin.ask["display cpu-usage"].take["netmon_cpu_ratio"].scale == 0.01
