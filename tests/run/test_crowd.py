"""Does somebody on duty hear of a whole province that is lost, in three messages?

The whole program in virtual time, on the network of the sample; only gateways and lines are pinged, and half as often
as usual, so that it is played in seconds.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from netmon.cli._rehearsal import rehearse
from netmon.decide.notices import told_of
from netmon.model import Device, Link
from netmon.settings.project import Project, load
from netmon.settings.script import read
from tests.conftest import ROOT

FIRST = 30.0
"""Seconds after the start at which the first site is lost."""
WINDOW = 600.0

Probed = TypeVar("Probed", Device, Link)


@pytest.fixture(scope="module")
def pinged() -> Project:
    """The sample, of which only gateways and lines are asked, and only every 4 s whether they are there."""
    project = load(ROOT)
    inventory = project.inventory
    gateways = {site.gateway for site in inventory.sites.values()}
    devices = {key: one if key in gateways else replace(one, collect={}) for key, one in inventory.devices.items()}
    sites = {key: replace(one, services=()) for key, one in inventory.sites.items()}
    plain = replace(inventory, sites=sites, devices=_only_pings(devices), links=_only_pings(inventory.links))
    return replace(project, inventory=replace(plain, services={}))


def _only_pings(those: Mapping[str, Probed]) -> dict[str, Probed]:
    pings = {key: replace(one.collect["icmp"], every=4.0) for key, one in those.items() if "icmp" in one.collect}
    return {key: replace(one, collect={"icmp": pings[key]} if key in pings else {}) for key, one in those.items()}


@pytest.mark.parametrize(("within", "seed"), [(3.0, 1), (120.0, 2)])
def test_a_province_that_is_lost_is_three_messages(pinged: Project, tmp_path: Path, within: float, seed: int) -> None:
    lost(pinged, tmp_path, within, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("within", [1.0, 30.0, 300.0])
@pytest.mark.parametrize("seed", range(3, 6))
def test_however_it_is_lost(pinged: Project, tmp_path: Path, within: float, seed: int) -> None:
    lost(pinged, tmp_path, within, seed)


def lost(project: Project, folder: Path, within: float, seed: int) -> None:
    """Everything but the centre falls within so many seconds, at two in the morning."""
    script = read(written(project, folder, within, seed), project.inventory, project.config.notifiers)
    result = rehearse(project, script)
    told = [one for one in result.told if one.notice.to in project.roster.people]
    first = min(told, key=lambda one: one.at)
    assert first.notice.to == "lan", "who has the duty"
    assert first.at - script.start - FIRST <= 15.0
    for who in project.roster.people:
        for by in ("call", "sms"):
            times = [one.at for one in told if (one.notice.to, one.notice.by) == (who, by)]
            for at, fourth in zip(times, times[3:], strict=False):
                assert fourth - at >= WINDOW, f"{who} was told by {by} at {times}"
    texts = [one.notice for one in told if one.notice.to == "lan" and one.notice.by != "call"]
    known = {number for notice in texts for number in told_of(notice)}
    assert known >= {one.id for one in result.incidents if one.kind == "outage"}


def written(project: Project, folder: Path, within: float, seed: int) -> Path:
    """The script: each gateway at a time of its own, the first one at `FIRST`."""
    chance = random.Random(seed)
    centre = ("yb-core", "trung-uong")
    outside = [site.gateway for site in project.inventory.sites.values() if site.id not in centre]
    assert len(outside) == 111
    times = sorted(chance.uniform(0.0, within) for _ in outside)
    chance.shuffle(outside)
    events = [f"  - {{at: {FIRST + at - times[0]:.2f}s, fail: {one}}}" for at, one in zip(times, outside, strict=True)]
    path = folder / "lost.yaml"
    head = f"seed: {seed}\nstart: 2026-10-14T02:00:00+07:00\nduration: 11m\nevents:"
    path.write_text("\n".join([head, *events, ""]), encoding="utf-8")
    return path
