"""Does `netmon report carrier` write to the carrier, and send it where it belongs?"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import InputError, NotRunning
from netmon.model import Clue, Entry, Incident, IncidentEvent, Kind
from netmon.people import Act
from netmon.run.journal.seam import open_inline
from tests.notifiers.receivers import Mailbox, smtp
from tests.settings.written import write

INVENTORY = """
levels: [province, commune]
vantage: noc
carriers: {vnpt: {name: VNPT Yên Bái, email: suco@vnpt.example.vn}, viettel: {name: Viettel}}
sites:
  tinh:
    name: Trung tâm dữ liệu tỉnh
    level: province
    contacts: [{name: trực phòng máy, phone: "0216 000 0010"}]
    devices: {core: {address: 127.0.0.2, role: router}, noc: {address: 127.0.0.3, behind: core}}
  mau-a:
    name: Xã Mậu A
    level: commune
    devices: {ma-r1: {address: 127.0.0.4, role: router}}
    uplinks: [{to: core, kind: ftth, carrier: vnpt, circuit: YB-MA}, {to: core, kind: 4g, carrier: viettel}]
"""


LOST: tuple[tuple[int, Kind, tuple[str, ...]], ...] = (
    (7, "redundancy_lost", ("mau-a/1",)),
    (8, "outage", ("mau-a/1", "mau-a/2")),
    (9, "outage", ()),
)
"""A line of VNPT, both lines, and a device."""


async def fill(folder: Path) -> None:
    """A journal of these incidents, and of a call about the first."""
    (folder / "var").mkdir()
    journal = open_inline(folder / "var" / "journal.db")
    for number, kind, links in LOST:
        incident = Incident(
            id=number, kind=kind, severity="critical", root="ma-r1", seat="ma-r1", state="open", cause="unknown",
            opened_at=1_795_356_840.0, affected=("mau-a",), links=links,
            evidence=(Clue(1_795_356_840.0, "x", "behind_ok", (("target", "core"),)),),
        )  # fmt: skip
        event = IncidentEvent(event="opened", at=1_795_356_850.0, incident=incident)
        await journal.write([Entry(number, 1_795_356_850.0, event)])
    called = Act(verb="called", who="binh", at=1_795_357_000.0, incident=7, number=10, text="VNPT cử người")
    await journal.write([Entry(10, 1_795_357_000.0, called)])
    await journal.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, {"a.yaml": INVENTORY, "netmon.yaml": "{}\n"})
    asyncio.run(fill(tmp_path))
    return tmp_path


def asked(*words: object) -> Result:
    return CliRunner().invoke(build(["report"]), ["report", "carrier", *map(str, words)])


def test_a_letter_ready_to_send(project: Path) -> None:
    done = asked(project, 7)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "To: suco@vnpt.example.vn"
    assert lines[1] == "Subject: Báo hỏng kênh YB-MA: mất kênh từ 21:14 CN 22/11/2026 [netmon 7]"
    assert "- 21:16 CN 22/11/2026, binh gọi điện: VNPT cử người" in lines
    assert "Đầu mối của chúng tôi: trực phòng máy, 0216 000 0010" in lines
    english = asked(project, 7, "--language", "en", "--contact", "Bình, 0912 000 001").stdout
    assert "Our contact: Bình, 0912 000 001" in english


def test_one_of_two_carriers(project: Path) -> None:
    assert asked(project, 8).stdout.count("Subject: ") == 2
    assert "To: (no address of viettel in the inventory)" in asked(project, 8, "--carrier", "viettel").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((6,), "6: no incident of the last 30 days (the last are 7, 8, 9)"),
        ((9,), "9: is about no line of a carrier: nobody to write to"),
        ((7, "--carrier", "viettel"), "viettel: has no line in this incident (there are vnpt)"),
        ((7, "--send"), "netmon.yaml: no channel under `notifiers:` sends mail"),
    ],
)
def test_what_cannot_be_written(project: Path, words: tuple[object, ...], said: str) -> None:
    done = asked(project, *words)
    failure = done.exception
    assert isinstance(failure, InputError)
    assert done.stdout == ""
    assert [str(problem) for problem in failure.problems] == [said]


def test_where_netmon_has_not_run(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": INVENTORY, "netmon.yaml": "{}\n"})
    assert isinstance(asked(tmp_path, 7).exception, NotRunning)


@contextmanager
def postbox() -> Iterator[Mailbox]:
    """A mail server beside a command that has a loop of its own."""
    found: list[Mailbox] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with smtp() as box:
            found.append(box)
            ready.set()
            while not over.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        yield found[0]
    finally:
        over.set()
        thread.join()


def test_it_is_sent_by_the_channel_for_mail(project: Path) -> None:
    with postbox() as box:
        post = {"mail": {"server": box.server, "sender": "noc@tinh.example.vn"}}
        settings = {"notifiers": {"screen": {"console": {}}, "post": post}}  # JSON is YAML
        (project / "netmon.yaml").write_text(json.dumps(settings), encoding="utf-8")
        done = asked(project, 7, "--send")
        assert done.exit_code == 0, done.output
        assert "sent to suco@vnpt.example.vn" in done.output
        failed = asked(project, 8, "--send").exception
    assert isinstance(failed, InputError)
    assert str(failed) == "viettel: this carrier has no `email` in the inventory (--carrier ID sends one letter alone)"
    [mail] = box.mails
    assert box.recipients == ["suco@vnpt.example.vn"]
    assert mail["Subject"] == "Báo hỏng kênh YB-MA: mất kênh từ 21:14 CN 22/11/2026 [netmon 7]"
    assert mail["From"] == "noc@tinh.example.vn"
    assert "Kính gửi VNPT Yên Bái," in mail.get_content()
