"""`netmon restore`: another machine goes on from a backup."""

import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from netmon.cli import _passphrase as passphrase
from netmon.cli._kept import WORDS, lines
from netmon.cli._words import Words
from netmon.run.archive import read
from netmon.run.archive.places import ENVIRONMENT, FOLDER
from netmon.run.archive.restore import Restored
from netmon.run.archive.restore import restore as restored
from netmon.settings.config import Language

_NEXT = Words(
    {
        "restored in {folder}, data in {data}; it is MUTE: it tells nobody until step 4": (
            "đã phục hồi vào {folder}, dữ liệu ở {data}; máy này KHÔNG BÁO AI cho đến bước 4"
        ),
        "1. secrets: {what}": "1. Bí mật: {what}",
        "all are in their place": "đã đủ, đúng chỗ",
        "variables are in {file}: set -a; . {file}; set +a": "biến môi trường ở {file}: set -a; . {file}; set +a",
        "take to their place from {folder}: {sources}": "chép từ {folder} về đúng chỗ: {sources}",
        "sealed in the backup, not opened without its passphrase: {sources}": (
            "có trong bản sao lưu nhưng chưa mở, vì không có mật khẩu: {sources}"
        ),
        "NOT in the backup, fetch them: {sources}": "KHÔNG có trong bản sao lưu, phải tự tìm: {sources}",
        "2. look: netmon check {folder}; netmon status {folder}": (
            "2. Xem lại: netmon check {folder}; netmon status {folder}"
        ),
        "3. start: netmon run {folder} (or systemctl start netmon), and see on the pages that it measures": (
            "3. Chạy: netmon run {folder} (hoặc systemctl start netmon), xem trang có số liệu đo chưa"
        ),
        "4. only when {host} is off for good: netmon master {folder}": (
            "4. Chỉ khi máy {host} đã tắt hẳn: netmon master {folder}"
        ),
    }
)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    to: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder: the project.")],
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A new or empty folder for the data; else one in the project.")
    ] = None,
    passphrase_file: passphrase.File = None,
) -> None:
    """Make a project of a backup, and say what to do next. Everything is checked first; nothing is written over.

    What is restored is mute, it tells nobody anything, until `netmon master` says that it is the master.
    """
    found = read.show(file)
    language: Language = "en" if found.language == "en" else "vi"
    word = passphrase.given(passphrase_file)
    if found.sealed and not word:
        word = passphrase.asked(WORDS("passphrase of the backup", language), twice=False)
    done = restored(file, to, word, time.time(), data)
    for line in (*lines(done.manifest, language), "", *_next(done, to.absolute(), language)):
        print(line)


def _next(done: Restored, to: Path, language: Language) -> Iterator[str]:
    """Five lines for somebody who has never done this."""
    folder = shlex.quote(str(to))
    head = "restored in {folder}, data in {data}; it is MUTE: it tells nobody until step 4"
    yield _NEXT(head, language, folder=to, data=done.data)
    yield _NEXT("1. secrets: {what}", language, what="; ".join(_secrets(done, to, language)))
    yield _NEXT("2. look: netmon check {folder}; netmon status {folder}", language, folder=folder)
    start = "3. start: netmon run {folder} (or systemctl start netmon), and see on the pages that it measures"
    yield _NEXT(start, language, folder=folder)
    last = "4. only when {host} is off for good: netmon master {folder}"
    yield _NEXT(last, language, folder=folder, host=done.manifest.host)


def _secrets(done: Restored, to: Path, language: Language) -> Iterator[str]:
    placed = done.secrets
    if not (placed.environment or placed.elsewhere or done.missing):
        yield _NEXT("all are in their place", language)
    if placed.environment:
        file = shlex.quote(str(to / ENVIRONMENT))
        yield _NEXT("variables are in {file}: set -a; . {file}; set +a", language, file=file)
    if placed.elsewhere:
        where = "take to their place from {folder}: {sources}"
        yield _NEXT(where, language, folder=to / FOLDER, sources=", ".join(placed.elsewhere))
    sealed = done.manifest.sealed
    if shut := [source for source in done.missing if source in sealed]:
        why = "sealed in the backup, not opened without its passphrase: {sources}"
        yield _NEXT(why, language, sources=", ".join(shut))
    if absent := [source for source in done.missing if source not in sealed]:
        yield _NEXT("NOT in the backup, fetch them: {sources}", language, sources=", ".join(absent))
