"""Does `netmon storm` say what it does to an area, and show how that stands?"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from netmon.people import Act
from tests.cli.stormy import NOW, Evening, evening

ON = Act(verb="storm", who="lan", at=NOW - 60, number=51, what=("van-yen",), until=NOW + 9000)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    with evening(tmp_path_factory.mktemp("evening"), ON) as found:
        yield found


@pytest.fixture
def desk(shared: Evening) -> Evening:
    shared.taker.said.clear()
    return shared


def test_on(desk: Evening) -> None:
    before = time.time()
    done = desk.run("storm", "on", "--area", "kv-van-yen", "--why", "bão số 9")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("chế độ bão 4200: KV Văn Yên, đến ")
    assert lines[1:] == [
        "có bản tin ngay và mỗi 30 phút, thay cho tin riêng về 1 sự cố đang mở",
        "vẫn báo riêng: lõi, Xã Mậu A",
    ]
    [act] = desk.taker.said
    assert (act.verb, act.what, act.text) == ("storm", ("kv-van-yen",), "bão số 9")
    assert act.until is not None
    assert before + 12 * 3600 - 1 <= act.until <= time.time() + 12 * 3600


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("on", 2, "--area"),
        ("on --area van-yen", 1, "a storm is on there already until "),
        ("on --area kv-van-yenn", 1, "did you mean 'kv-van-yen'?"),
        ("on --area kv-van-yen --for 8d", 2, "within the next 7 days"),
        ("off --area kv-van-yen", 1, "no storm is on there (on: van-yen)"),
        ("on --area kv-van-yen --json", 2, "go only with show"),
    ],
)
def test_what_cannot_be(desk: Evening, words: str, code: int, said: str) -> None:
    done = desk.run("storm", *words.split())
    assert (done.exit_code, desk.taker.said) == (code, [])
    assert said in done.stderr


def test_off(desk: Evening) -> None:
    said = "hết chế độ bão 51 (van-yen); sự cố bị giấu mà còn mở được báo ngay\n"
    assert desk.run("storm", "off").stdout == said
    [act] = desk.taker.said
    assert (act.verb, act.about) == ("calm", 51)


def test_what_can_be_pasted(desk: Evening) -> None:
    lines = desk.run("storm", "show", "--area", "kv-van-yen").stdout.splitlines()
    assert lines[0].startswith("[BÃO] KV Văn Yên ")
    assert lines[0].endswith(": mất 1/3 điểm, 1 chạy dự phòng")
    assert lines[1:] == ["- mất 1 điểm, nghi đứt cáp: Xã Xuân Tầm", "- 1 điểm chạy 4G dự phòng: Xã Mậu A"]


def test_for_scripts(desk: Evening) -> None:
    [found] = json.loads(desk.run("storm", "show", "--area", "kv-van-yen", "--json").stdout)
    assert found["sites"] == 3
    assert [(one["site"], one["cause"]) for one in found["lost"]] == [("xuan-tam", "fibre")]
    assert found["backup"] == [{"site": "mau-a", "line": "mau-a/2"}]
    assert (found["battery"], found["unknown"]) == ([], [])


def test_as_a_workbook(desk: Evening, tmp_path: Path) -> None:
    path = tmp_path / "bao.xlsx"
    done = desk.run("storm", "show", "--area", "kv-van-yen", "--area", "xuan-tam", "--xlsx", str(path))
    assert (done.exit_code, done.stdout) == (0, f"{path}\n")
    book = load_workbook(path)
    assert book.sheetnames == ["KV Văn Yên", "Xã Xuân Tầm"]
    first, _, *rows = book["KV Văn Yên"].iter_rows(values_only=True)
    assert first[:4] == ("Điểm", "Cấp", "Ưu tiên", "Tình trạng")
    assert [row[:4] for row in rows] == [
        ("Xã Xuân Tầm", "xã", None, "Mất liên lạc"),
        ("Xã Mậu A", "xã", "x", "Chạy dự phòng"),
        ("Huyện Văn Yên", "huyện", None, "Hoạt động"),
    ]
    assert rows[0][5:] == ("nghi đứt cáp", None, None)
    assert rows[1][6] == "4G"
