"""Does `netmon profile new` draft a profile that loads, and that shows what else the device has?"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from netmon.cli.profile import profile
from netmon.errors import InputError
from tests.recordings.agent import COMMUNITY, serving
from tests.recordings.playing import WALKS
from tests.recordings.recording import Recording, load
from tests.settings.test_profiles import read

INVENTORY = """\
levels: [province]
vantage: noc
credentials: {{default: {{snmp: {{version: 2c, community: "env:RECORDED", port: {port}}}}}}}
sites: {{s: {{name: S, level: province, devices: {{noc: {{address: 127.0.0.1, role: router}}}}}}}}
"""


@contextmanager
def answering(recording: Recording) -> Iterator[int]:
    """The recorded device on loopback, in a thread, because the command has a loop of its own."""
    started, port, stop = threading.Event(), 0, asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        nonlocal port
        async with serving(recording) as (_, port):
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert started.wait(30)
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def drafted(folder: Path, recording: Recording, capsys: pytest.CaptureFixture[str]) -> str:
    with answering(recording) as port:
        (folder / "inventory").mkdir()
        (folder / "inventory" / "p.yaml").write_text(INVENTORY.format(port=port), encoding="utf-8")
        profile("new", "noc", folder)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("draytek-vigor2926", "#       - {metric: netmon_…, oid: 1.3.6.1.4.1.7367."),
        ("mikrotik-rb5009-lte", "#     entry: 1.3.6.1.4.1.14988.1.1.19.1.1\n"),
        ("huawei-ma5800", "#     entry: 1.3.6.1.4.1.2011.6.128.1.1.2.46.1\n"),
    ],
)
def test_the_draft_loads_and_fits_the_device(
    name: str, row: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDED", COMMUNITY.decode())
    text = drafted(tmp_path, load(WALKS / f"{name}.snmprec"), capsys)
    draft = read(tmp_path / "elsewhere", {"drafted": text})["drafted"]
    [match] = draft.matches
    assert match.object_id.startswith("1.3.6.1.4.1.")
    assert match.object_id.count(".") == 6
    assert "standard-traps" in draft.inherits
    assert row in text


def test_a_device_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    text = INVENTORY.format(port=161).replace('"env:RECORDED"', '"env:PATH"')
    (tmp_path / "inventory" / "p.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="nothing: is no device"):
        profile("new", "nothing", tmp_path)


def test_only_new_is_known() -> None:
    app = typer.Typer()
    app.command()(profile)
    with pytest.raises(SystemExit) as ended:
        app(["old", "noc"])
    assert ended.value.code == 2
