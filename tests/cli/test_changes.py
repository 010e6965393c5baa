"""Does `netmon changes` list what came, moved and went, each once and at its site?"""

import asyncio
import json
import time
from pathlib import Path

from typer.testing import CliRunner

from netmon.cli.main import build
from netmon.decide import core
from netmon.model import Evidence, Finding, Remembered, Restored, RowsSeen
from netmon.run.journal.seam import open_inline
from netmon.settings.project import load

INVENTORY = """\
province: yen-bai
levels: [province, commune]
vantage: noc
sites:
  tinh:
    name: Trung tâm dữ liệu tỉnh
    level: province
    devices: {core: {address: 127.0.0.2, role: router}, noc: {address: 127.0.0.3, role: server, behind: core}}
  cqh:
    name: Xã Châu Quế Hạ
    level: commune
    devices: {cqh-r1: {address: 127.0.0.4, role: router}}
    uplinks: [{to: core, kind: ftth}]
"""
HOSTS = Remembered("netmon_lan_host_info", ("mac",), tell=frozenset({"new"}))


def project(folder: Path, language: str) -> Path:
    (folder / "inventory").mkdir()
    (folder / "inventory" / "all.yaml").write_text(INVENTORY, encoding="utf-8")
    (folder / "netmon.yaml").write_text(f"language: {language}\n", encoding="utf-8")
    loaded = load(folder)
    now = time.time()
    state = core.start(loaded.inventory, Restored(), now - 700_000)

    def rows(at: float, *hosts: tuple[str, str]) -> RowsSeen:
        return RowsSeen("cqh-r1", at, HOSTS, {(mac,): ("10.0.0.9", port) for mac, port in hosts}, ("address", "port"))

    seen: list[tuple[float, Evidence]] = [
        (now - 690_000, rows(0, ("aa", "p1"))),
        (now - 680_000, rows(0, ("aa", "p1"), ("old", "p1"))),
        (now - 5000, rows(0, ("aa", "p1"), ("old", "p1"), ("bb", "p7"))),
        (now - 4000, rows(0, ("aa", "p2"), ("old", "p1"), ("bb", "p7"))),
        (now - 3000, Finding("core", now, "config_changed", (), "interface Gi0\n  shutdown\x1b[2J")),
    ]
    entries = [entry for at, piece in seen for entry in core.step(state, [piece], at).entries]
    loaded.config.data.mkdir(parents=True, exist_ok=True)

    async def write() -> None:
        journal = open_inline(loaded.config.data / "journal.db")
        await journal.write(entries)
        await journal.close()

    asyncio.run(write())
    return folder


def run(*arguments: str) -> str:
    result = CliRunner().invoke(build(["changes"]), ["changes", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_page_by_site_the_newest_first(tmp_path: Path) -> None:
    out = run(str(project(tmp_path, "vi")))
    lines = [line.strip() for line in out.splitlines() if line.strip()]
    assert lines[0] == "Thay đổi trong 7 ngày qua"
    assert lines[1] == "Trung tâm dữ liệu tỉnh (tinh)"
    assert [line for line in lines if line in ("interface Gi0", "shutdown [2J")] == ["interface Gi0", "shutdown [2J"]
    place = lines.index("Xã Châu Quế Hạ (cqh)")
    assert lines[place + 1].endswith("cqh-r1  thiết bị aa đổi cổng p1 sang p2")
    assert lines[place + 2].endswith("cqh-r1  thiết bị lạ bb (10.0.0.9) ở cổng p7")
    assert len(lines) == place + 3, "what was told of a row is not listed again"


def test_one_site_more_days_and_for_scripts(tmp_path: Path) -> None:
    folder = str(project(tmp_path, "en"))
    found = json.loads(run(folder, "--site", "cqh", "--days", "30", "--json"))
    assert [(one["what"], one["values"]["mac"]) for one in found] == [
        ("lan_host_changed", "aa"),
        ("lan_host_new", "bb"),
        ("lan_host_new", "old"),
    ]
    assert found[0]["text"] == "device aa moved from port p1 to p2"
    assert json.loads(run(folder, "--json"))[0]["values"]["detail"].startswith("interface Gi0\n")
    assert "no changes in the last 0.01 days" in run(folder, "--days", "0.01")


def test_what_is_no_site_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(build(["changes"]), ["changes", str(project(tmp_path, "en")), "--site", "nowhere"])
    assert result.exit_code == 2
