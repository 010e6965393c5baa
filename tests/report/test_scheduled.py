"""Are reports written and mailed at their time, once, and made up for where that could not be?"""

import resource
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from netmon.errors import InputError, NetmonError, NotRunning, SendError
from netmon.report import shelves
from netmon.report.apart import rendered_apart
from netmon.report.asked import Asked
from netmon.report.document import Document
from netmon.report.kept import SUMS, keep, prune
from netmon.report.scheduled import Reports, called, covered, trigger
from netmon.report.shelves import way
from netmon.report.sources import Sources
from netmon.run.journal.seam import open_inline
from netmon.settings.project import Project, load
from netmon.settings.reports import BY_HAND, GROUPED, LAST_DAY, When, listed
from netmon.wire.real import RealNet
from tests.notifiers.receivers import smtp
from tests.proof.stage import HAMLET
from tests.province import Hand
from tests.report.written import sample

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


def project(folder: Path, settings: str) -> Path:
    (folder / "inventory").mkdir(exist_ok=True)
    (folder / "inventory" / "all.yaml").write_text("province: x\ntimezone: Asia/Ho_Chi_Minh\n" + HAMLET)
    (folder / "netmon.yaml").write_text(settings)
    (folder / "community").write_text("public")
    return folder


async def loaded(folder: Path, settings: str) -> Project:
    found = load(project(folder, settings))
    found.config.data.mkdir(exist_ok=True)
    await open_inline(found.config.data / "journal.db").close()
    return found


async def rendered(document: Document, name: str) -> bytes:
    """Here and now."""
    return way(name).render(document)


def monthly(server: str, to: str = "[noc@x.vn, sep@x.vn]") -> str:
    return (
        f'notifiers: {{screen: {{console: {{}}}}, post: {{mail: {{server: "{server}"}}}}}}\n'
        f"reports: {{thang: {{what: inventory, format: csv, on: {{day: 3, at: '07:30'}}, to: {to}}}}}\n"
    )


async def test_a_report_is_mailed_once_and_kept(tmp_path: Path) -> None:
    net, clock = RealNet(), Hand(at("2026-11-03T07:29:59"))
    async with smtp() as box:
        found = await loaded(tmp_path, monthly(box.server))
        reports = Reports(lambda: found, net, clock)
        await reports.look("thang")
        assert not box.mails  # not before its time
        clock.at += 1.0
        for _ in range(2):
            await reports.look("thang")
        await Reports(lambda: found, net, clock, rendered).look("thang")  # the service has been restarted
    await net.close()
    [mail] = box.mails
    assert mail["To"] == "noc@x.vn, sep@x.vn"
    [kept] = (tmp_path / "var" / "reports").glob("*.csv")
    assert kept.name == "thang-2026-10.csv"
    [file] = [part for part in mail.walk() if part.get_filename()]
    assert (file.get_filename(), file.get_content_type()) == (kept.name, "text/csv")
    assert file.get_payload(decode=True) == kept.read_bytes()
    assert "tháng 10/2026" in str(kept.read_text("utf-8-sig"))


async def test_it_is_printed_in_a_process_of_its_own_and_what_goes_wrong_there_is_told() -> None:
    assert await rendered_apart(sample(lines=3), "csv") == await rendered(sample(lines=3), "csv")
    with pytest.raises(NetmonError, match="sample-2026-10: not printed: ModuleNotFoundError: No module named"):
        await rendered_apart(sample(lines=3), "papyrus")


async def test_what_could_not_be_mailed_is_tried_again_and_what_is_too_late_is_not(tmp_path: Path) -> None:
    net, clock = RealNet(), Hand(at("2026-11-03T09:00:00"))
    async with smtp("451 later") as box:
        found = await loaded(tmp_path, monthly(box.server))
        with pytest.raises(SendError):
            await Reports(lambda: found, net, clock, rendered).look("thang")
    assert (tmp_path / "var" / "reports" / "thang-2026-10.csv").exists()  # people can read it all the same
    async with smtp() as box:
        found = await loaded(tmp_path, monthly(box.server))
        clock.at = at("2026-11-08T07:31:00")
        await Reports(lambda: found, net, clock, rendered).look("thang")
        assert not box.mails
        clock.at -= 120.0
        await Reports(lambda: found, net, clock, rendered).look("thang")
    await net.close()
    assert len(box.mails) == 1


async def test_without_a_channel_it_is_only_kept(tmp_path: Path) -> None:
    entries = ("ngay: {what: inventory, format: text, on: daily}", "tuan: {what: inventory, on: weekly, format: json}")
    settings = f"reports: {{{', '.join(entries)}}}\n"
    found = await loaded(tmp_path, settings)
    net = RealNet()
    reports = Reports(lambda: found, net, Hand(at("2026-11-02T07:00:00")), rendered)  # a Monday
    for name in found.config.reports:
        await reports.look(name)
    await net.close()
    folder = tmp_path / "var" / "reports"
    assert sorted(path.name for path in folder.iterdir()) == [SUMS, "ngay-2026-11-01.txt", "tuan-2026-w44.json"]
    assert listed_by_hand(folder) == (folder / SUMS).read_text()


def listed_by_hand(folder: Path) -> str:
    """As anybody else lists them."""
    command = ["sha256sum", *sorted(path.name for path in folder.iterdir() if path.name != SUMS)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_report_that_is_written_anew_is_listed_once(tmp_path: Path) -> None:
    """As each hour, while the mail server does not take it."""
    for data in (b"of 7:00", b"of 7:00", b"of 8:00, after a ruling"):
        keep(tmp_path / "thang-2026-10.csv", data)
        assert listed_by_hand(tmp_path) == (tmp_path / SUMS).read_text()


async def test_what_is_too_old_goes_and_nothing_that_people_put_there(tmp_path: Path) -> None:
    entries = "thang: {what: inventory, format: csv, on: monthly, keep: 2}, thang-2: {what: inventory, on: weekly}"
    found, net, folder = await loaded(tmp_path, f"reports: {{{entries}}}\n"), RealNet(), tmp_path / "var" / "reports"
    ours = ["thang-2025-12.pdf", "thang-2026-07.csv", "thang-2026-08.csv", "thang-2026-09.csv", "thang-2026-w31.csv"]
    ours += ["thang-2026-07-31.csv", "thang-2-2020-w01.pdf", "nam-2020-01.csv", "thang-2026-06.csv"]
    for name in ours:
        keep(folder / name, name.encode())
    (folder / "thang-2025-12.pdf.mailed").touch()
    (folder / "thang-2026-07.csv").write_text("corrected by hand")
    (folder / "thang-2026-06.csv").unlink()  # somebody wants it no more
    theirs = ["thang-2020-01.csv", "thang-2020-01.csv.mailed", "thang-2020-13.csv", "thang.csv", "note-2020-01.txt"]
    for name in theirs:
        (folder / name).write_text("mine")
    with (folder / SUMS).open("ab") as sums:
        sums.write(f"{64 * '0'}  ../thang-2020-01.csv\n{64 * '0'}  thang-2020-13.csv\nmine\xff\n".encode("latin-1"))
    await Reports(lambda: found, net, Hand(at("2026-11-02T07:00:00")), rendered).look("thang")
    await net.close()
    gone = {"thang-2025-12.pdf", "thang-2026-08.csv", "thang-2026-w31.csv", "thang-2026-07-31.csv", "thang-2026-06.csv"}
    left = (set(ours) - gone) | set(theirs) | {"thang-2026-10.csv", SUMS}
    assert {path.name for path in folder.iterdir()} == left
    lines = (folder / SUMS).read_bytes().decode("latin-1").splitlines()
    assert {line[66:] for line in lines if len(line) > 66} == {
        *(set(ours) - gone), "thang-2026-10.csv", "../thang-2020-01.csv", "thang-2020-13.csv",
    }  # fmt: skip
    assert "mine\xff" in lines


async def test_what_cannot_be_removed_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    keep(folder / "thang-2020-01.csv", b"x")
    (folder / "thang-2020-01.csv").unlink()
    (folder / "thang-2020-01.csv").mkdir()
    with pytest.raises(NetmonError, match=r"thang-2020-01\.csv: cannot be removed: Is a directory"):
        prune(folder, "thang", date(2026, 1, 1))
    assert prune(tmp_path, "thang", date(2026, 1, 1)) == []


async def test_nothing_of_it_is_left_where_there_is_no_room(tmp_path: Path) -> None:
    found, net = await loaded(tmp_path, "reports: {thang: {what: inventory, on: monthly}}\n"), RealNet()
    room, usual = 1_000_000, resource.getrlimit(resource.RLIMIT_FSIZE)

    async def large(document: Document, name: str) -> bytes:
        return bytes(2 * room)

    resource.setrlimit(resource.RLIMIT_FSIZE, (room, usual[1]))
    try:
        with pytest.raises(NetmonError, match=r"thang-2026-10.pdf: cannot be written: File too large"):
            await Reports(lambda: found, net, Hand(at("2026-11-02T07:00:00")), large).look("thang")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    await net.close()
    assert not list((tmp_path / "var" / "reports").iterdir())


async def test_it_is_looked_after_at_its_time_after_the_start_and_each_hour(tmp_path: Path) -> None:
    found = await loaded(tmp_path, "reports: {thang: {what: inventory, on: monthly}}\n")
    net = RealNet()
    [duty] = Reports(lambda: found, net, Hand(at("2026-11-01T22:10:00"))).planned()
    await net.close()
    now, times = datetime.fromisoformat("2026-11-01T22:10:00").replace(tzinfo=ZONE), []
    for _ in range(11):
        due = duty.when.get_next_fire_time(None, now)
        assert due is not None
        times.append(due.strftime("%d %H:%M"))
        now = due + timedelta(microseconds=1)
    assert times[:2] == ["01 22:11", "01 23:11"]
    assert times[8:] == ["02 06:11", "02 07:00", "02 07:11"]


@pytest.mark.parametrize(
    ("when", "now", "name", "hours"),
    [
        (When(every="monthly", day=2), "2026-03-02T07:00:00", "2026-02", 28 * 24),
        (When(every="weekly", day=3), "2026-01-01T07:00:00", "2025-w52", 7 * 24),
        (When(every="daily"), "2026-03-01T07:00:00", "2026-02-28", 24),
    ],
)
def test_it_is_about_the_last_time_that_is_over(when: When, now: str, name: str, hours: int) -> None:
    found = covered(when, at(now), ZONE)
    assert (called(when, found, ZONE), (found.until - found.since) / 3600) == (name, hours)
    due = trigger(when, ZONE).get_next_fire_time(None, datetime.fromisoformat(now).replace(tzinfo=ZONE))
    assert due is not None
    assert due.isoformat()[:19] == now


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{what: slaa, on: monthly}", "1:19: unknown report 'slaa'"),
        ("{what: reconcile, on: monthly}", "1:19: cannot be written by itself: reconcile needs a file"),
        ("{what: inventory, on: monthly, format: pfd}", "1:49: unknown format 'pfd' (did you mean 'pdf'?)"),
        ("{what: inventory, on: {day: 31}}", "day 31"),
        ("{what: inventory, on: {day: mon-fri}}", "more than one weekday"),
        ("{what: inventory, on: yearly}", "not monthly, weekly, daily or a day and a time"),
        ("{what: inventory, on: {dai: 3}}", "not monthly, weekly, daily or a day and a time"),
        ("{what: inventory, on: {at: 7}}", "is not a time of the day"),
        ("{what: inventory, on: monthly, to: [noc]}", "'noc' is no mail address"),
        ('{what: inventory, on: monthly, to: ["a@b, c@d"]}', "is no mail address"),
        ("{what: inventory, on: monthly, to: [a@b.vn]}", "1:49: no channel under `notifiers:` sends mail"),
        ("{what: inventory, on: monthly, channel: pots}", "unknown mail channel 'pots'"),
        ("{what: sla, on: monthly, by: carier}", "carier"),
        ("{what: leadership, on: monthly, by: site}", "1:50: the report leadership goes by area, carrier, level"),
        ("{what: inventory, on: monthly, by: site}", "1:49: the report inventory does not go by it"),
        ("{what: off, on: monthly, structure: today}", "1:43: the report off does not go by it"),
        ("{what: inventory, on: monthly, keep: 0}", "1:55: keep: "),
        ("{what: inventory, on: monthly, keep: two years}", "1:55: keep: must be a whole number"),
        ("{what: inventory, on: monthly, kep: 3}", "did you mean 'keep'?"),
        ("{what: inventory}", "`on`"),
        ("{wat: inventory, on: monthly}", "wat"),
    ],
)
def test_what_can_never_work_is_named(tmp_path: Path, entry: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        load(project(tmp_path, f"reports: {{thang: {entry}}}\n"))
    assert any(problem in str(one) and str(one).startswith("netmon.yaml:1:") for one in refused.value.problems), [
        str(one) for one in refused.value.problems
    ]


def test_what_is_grouped_is_a_report_and_has_its_own_way(tmp_path: Path) -> None:
    assert set(GROUPED) <= set(listed("papers"))
    settings = "reports: {a: {what: sla, on: daily}, b: {what: leadership, on: daily}}\n"
    assert [one.by for one in load(project(tmp_path, settings)).config.reports.values()] == ["link", "area"]


def test_every_report_but_that_one_can_be_written_by_itself(tmp_path: Path) -> None:
    """Which of them ask for a file is seen from their writing, not from the list of names."""
    asking = []
    loaded = load(project(tmp_path, "{}\n"))
    for name in listed("papers"):
        asked = Asked(since=1, until=2)
        try:
            shelves.writer(name)(asked, Sources(loaded))
        except InputError:
            asking.append(name)
        except NotRunning:
            continue
    assert asking == [BY_HAND]


def test_the_usual_times_are_before_the_norm_wants_the_figures(tmp_path: Path) -> None:
    settings = "reports: {a: {what: inventory, on: monthly}, b: {what: inventory, on: {day: fri, at: '06:15'}}}\n"
    found = load(project(tmp_path, settings)).config.reports
    assert found["a"].when == When(every="monthly", day=2, at=(7, 0))
    assert found["a"].when.day < 5 <= LAST_DAY
    assert found["b"].when == When(every="weekly", day=4, at=(6, 15))
    assert (found["b"].format, found["b"].channel) == ("pdf", "")
