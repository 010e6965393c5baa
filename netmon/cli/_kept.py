"""What do people read of a backup?"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from netmon.cli._words import Words
from netmon.run.archive.manifest import Manifest
from netmon.settings.config import Language

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORDS = Words(
    {
        "passphrase of the backup (none: without secrets)": "Mật khẩu của bản sao lưu (bỏ trống: không kèm bí mật)",
        "passphrase of the backup": "Mật khẩu của bản sao lưu",
        "backup of {province}, {at}, from {host}, netmon {netmon}": (
            "bản sao lưu của {province}, {at}, từ máy {host}, netmon {netmon}"
        ),
        "{files} files, {size} unpacked; journal of version {journal}": (
            "{files} tệp, {size} khi giải nén; sổ ghi phiên bản {journal}"
        ),
        "no journal: netmon had not run on this project": "không có sổ ghi: netmon chưa chạy trên dự án này",
        "secrets in it, sealed: {sources}": "bí mật kèm theo, đã mã hóa: {sources}",
        "NOT in it, to be kept elsewhere: {sources}": "KHÔNG kèm theo, phải giữ ở nơi khác: {sources}",
        "written: {file}, {size}": "đã ghi: {file}, {size}",
        "whole: every file is as the manifest says": "nguyên vẹn: mọi tệp đúng như bản kê",
        "the secrets open with this passphrase": "mật khẩu này mở được phần bí mật",
        "the secrets were not opened: no passphrase": "chưa mở phần bí mật: không có mật khẩu",
    }
)


def size(octets: int, language: Language) -> str:
    """`12 kB`, `3,4 MB`, by thousands."""
    if octets < 1_000_000:
        return f"{-(-octets // 1000)} kB"
    text = f"{octets / 1e6:.1f}"
    return f"{text.replace('.', ',') if language == 'vi' else text} MB"


def lines(found: Manifest, language: Language) -> Iterator[str]:
    """What a backup is of, and what is in it."""
    at = f"{datetime.fromtimestamp(found.at, ZONE):%H:%M %d/%m/%Y}"
    what = "backup of {province}, {at}, from {host}, netmon {netmon}"
    yield WORDS(what, language, province=found.province, at=at, host=found.host, netmon=found.netmon)
    total = sum(one.size for one in found.members)
    count = "{files} files, {size} unpacked; journal of version {journal}"
    if found.journal:
        yield WORDS(count, language, files=len(found.members), size=size(total, language), journal=found.journal)
    else:
        yield WORDS("no journal: netmon had not run on this project", language)
    if found.sealed:
        yield WORDS("secrets in it, sealed: {sources}", language, sources=", ".join(found.sealed))
    if found.left_out:
        yield WORDS("NOT in it, to be kept elsewhere: {sources}", language, sources=", ".join(found.left_out))
