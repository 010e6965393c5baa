"""Does `netmon silence` show what would be hidden before it hides it?"""

import json
import time
from collections.abc import Iterator

import pytest

from netmon.people import Act
from tests.cli.stormy import NOW, Evening, evening

ON = Act(
    verb="silence", who="lan", at=NOW - 60, number=50, text="thay tủ nguồn", what=("mau-a", "old"), until=NOW + 9000
)
STORM = Act(verb="storm", who="lan", at=NOW - 60, number=51, what=("kv-van-yen",), until=NOW + 9000)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    with evening(tmp_path_factory.mktemp("evening"), ON, STORM, language="en") as found:
        yield found


@pytest.fixture
def desk(shared: Evening) -> Evening:
    shared.taker.said.clear()
    return shared


def test_what_it_hides_is_shown_and_then_said(desk: Evening) -> None:
    before = time.time()
    done = desk.run("silence", "add", "xuan-tam", "van-yen+", "mau-a/1", "--for", "2h", "--why", "cột  đổ", typed="y\n")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "covers 2 sites, 3 devices, 3 lines"
    assert lines[1] == "  Huyện Văn Yên, Xã Xuân Tầm"
    assert lines[2] == "hides 2 of 3 open incidents"
    assert lines[3].startswith("  #7 outage Xã Xuân Tầm since ")
    assert lines[5].startswith("  #8 redundancy lost YB-VY-MA since ")
    assert lines[7].startswith("  still told: #9 outage Trung tâm dữ liệu tỉnh since ")
    assert lines[7].endswith(", which reaches beyond")
    assert lines[8].startswith("Keep it quiet? [y/N]: y")
    assert "silence 4200 until " in done.stdout
    [act] = desk.taker.said
    assert (act.verb, act.who, act.what, act.text) == ("silence", "binh", ("xuan-tam", "van-yen+", "mau-a/1"), "cột đổ")
    assert act.until is not None
    assert before + 7199 <= act.until <= time.time() + 7200


def test_in_vietnamese(desk: Evening) -> None:
    english = (file := desk.folder / "netmon.yaml").read_text()
    file.write_text(english.replace("language: en", "language: vi"))
    try:
        shown = desk.run("silence", "add", "xuan-tam", "--for", "2h", "--why", "x", "--yes").stdout.splitlines()
        assert shown[0] == "gồm 1 điểm, 2 thiết bị, 1 kênh"
        assert shown[2] == "giấu 1 trong 3 sự cố đang mở"
        assert shown[3].startswith("  #7 Gián đoạn Xã Xuân Tầm từ ")
        assert shown[4].startswith("    không báo: console lúc ")
        assert shown[5].startswith("  vẫn báo: #9 Gián đoạn Trung tâm dữ liệu tỉnh từ ")
        assert shown[6].startswith("đã tắt báo 4200 đến ")
        assert shown[6].endswith(f"; bật lại bằng: netmon silence end {desk.folder} 4200")
        listed = desk.run("silence", "list").stdout.splitlines()
        assert listed[0].split()[:4] == ["Số", "Phạm", "vi", "Đến"]
        assert "mau-a, old (không có: old)" in listed[1]
    finally:
        file.write_text(english)


def test_who_would_have_heard_is_named(desk: Evening) -> None:
    done = desk.run("silence", "add", "tinh", "kv-van-yen", "--for", "1h", "--why", "thử", typed="n\n")
    assert done.exit_code == 1
    assert desk.taker.said == []
    told = [line for line in done.stdout.splitlines() if line.startswith("    not told: ")]
    assert len(told) == 3
    assert all(line.startswith("    not told: console at ") for line in told)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mau-a", "say either --for or --until"),
        ("mau-a --for 2h --until 2099-01-01 --why x", "say either --for or --until"),
        ("mau-a --for 31d --why x", "it must end within the next 30 days"),
        ("mau-a --until 2020-01-01 --why x", "it must end within the next 30 days"),
        ("mau-a --for soon --why x", "--for"),
        ("mau-a --for 2h", "must be a line of text"),
        ("--for 2h --why x", "add needs ids"),
    ],
)
def test_it_needs_an_end_and_a_reason(desk: Evening, words: str, said: str) -> None:
    done = desk.run("silence", "add", *words.split())
    assert done.exit_code == 2
    assert said in done.stderr.replace("\n│ ", "").replace(" │", "")
    assert desk.taker.said == []


@pytest.mark.parametrize(("name", "hint"), [("mau-aa", "mau-a"), ("Xã Mậu A+", "mau-a"), ("YB-VY-MA", "mau-a/1")])
def test_what_is_not_known_is_not_silenced(desk: Evening, name: str, hint: str) -> None:
    done = desk.run("silence", "add", name, "--for", "2h", "--why", "x", "--yes")
    assert (done.exit_code, done.stderr) == (1, f"unknown id {name!r} (did you mean {hint!r}?)\n")


def test_the_list(desk: Evening) -> None:
    lines = desk.run("silence", "list").stdout.splitlines()
    assert len(lines) == 2
    assert lines[1].split()[0] == "50"
    assert "mau-a, old (unknown: old)" in lines[1]
    assert lines[1].rstrip().endswith("#8")
    [row] = json.loads(desk.run("silence", "list", "--json").stdout)
    assert (row["number"], row["what"], row["who"], row["why"], row["hides"]) == (
        50, ["mau-a", "old"], "lan", "thay tủ nguồn", [8]
    )  # fmt: skip


def test_its_end(desk: Evening) -> None:
    done = desk.run("silence", "end", "#50")
    assert (done.exit_code, done.stdout) == (
        0, "silence 50 is over; what it hid and is still open is told now\n"
    )  # fmt: skip
    [act] = desk.taker.said
    assert (act.verb, act.about) == ("unsilence", 50)


@pytest.mark.parametrize("number", ["51", "4", "x"])
def test_what_is_no_silence_cannot_be_ended(desk: Evening, number: str) -> None:
    done = desk.run("silence", "end", number)
    assert (done.exit_code, done.stderr) == (1, f"no silence {number} is on (there are 50)\n")
    assert desk.taker.said == []
