"""Is what the service finds by the calendar told as it should be?"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from netmon.clock import SystemClock
from netmon.model import Finding
from netmon.report.duties import Duties
from netmon.run.said import targets
from netmon.wire.real import RealNet
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
