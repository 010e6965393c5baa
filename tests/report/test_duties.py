"""Is what the service finds by the calendar told as it should be?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.clock import SystemClock
from netmon.model import Finding
from netmon.report.duties import Duties
from netmon.run.said import targets
from netmon.wire.real import RealNet
from tests.province import Hand
from tests.report.shifts import Night
from tests.report.test_drift_report import WORLD, written
from tests.run.speakers import ENVIRONMENT, Speaker, speaking
from tests.run.test_backup import Heard


@pytest.fixture(autouse=True)
def community(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*ENVIRONMENT)


@pytest.mark.parametrize(("world", "counts"), [(WORLD, ["1"]), ({}, [])], ids=["crossed", "silent"])
async def test_the_weekly_report_counts_what_contradicts_and_not_who_is_silent(
    tmp_path: Path, world: Mapping[str, Speaker], counts: list[str]
) -> None:
    net, heard = RealNet(), Heard()
    try:
        async with speaking(world) as port:
            project = written(tmp_path, port)
            assert len(targets(project.inventory)) > len(world), "somebody is silent"
            await Duties(lambda: project, net, SystemClock(), heard, dict).weekly()
    finally:
        await net.close()
    assert all(isinstance(found, Finding) and found.text == "inventory_drift" for found in heard.findings)
    assert [dict(found.values)["count"] for found in heard.findings] == counts


async def test_the_noise_of_the_week_is_told_if_there_was_any(played: Night) -> None:
    config = replace(played.project.config, data=played.journal.parent)
    project, heard, net = replace(played.project, config=config), Heard(), RealNet()
    try:
        for at in (played.now, played.now + 8 * 86400.0):
            await Duties(lambda: project, net, Hand(at), heard, dict).noisy()
    finally:
        await net.close()
    [found] = heard.findings
    assert isinstance(found, Finding)
    assert (found.id, found.text) == ("noc", "noise_week")
    assert dict(found.values) == {"messages": "9", "incidents": "5", "nights": "9", "root": "ford", "most": "5"}
    assert "- Ford: 5 messages, 5 at night; has one line only: a second is missing" in found.detail.splitlines()
