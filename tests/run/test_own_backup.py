"""Is a backup whole or not there, does it say what is in it, and does nothing that it says lead a restore astray?"""

import asyncio
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from tarfile import DIRTYPE, LNKTYPE, SYMTYPE, USTAR_FORMAT, XHDTYPE, TarInfo
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from netmon.cli._kept import size
from netmon.cli.main import build
from netmon.errors import BackupError
from netmon.model import Entry
from netmon.run.archive import manifest, restore, sealed, write
from netmon.run.archive.journal_copy import copied
from netmon.run.archive.nightly import OwnBackups, name_of, thinned
from netmon.run.archive.sealed import Kept
from netmon.run.journal.schema import MIGRATIONS
from netmon.run.journal.seam import open_threaded
from netmon.run.twin import origin
from netmon.settings.project import Project, load
from tests.cli.test_asking import AT, keep_journal, make_project
from tests.conftest import ROOT
from tests.province import Hand
from tests.run.values import event, notice, transition

PASSPHRASE = "con ngựa ở chuồng"
MARK = b"bi\x00nary \xff"


def project(folder: Path) -> Project:
    """Three devices, a journal, secrets of all kinds, a name that is not ASCII."""
    folder.mkdir(parents=True, exist_ok=True)
    make_project(folder, 1)
    keep_journal(folder)
    (folder / "alerts").mkdir()
    (folder / "alerts" / "ghi chú của chị Lan.txt").write_text("gọi trước 07:30\n", encoding="utf-8")
    (folder / "inventory" / "word").write_bytes(b"s3cret\n")
    outside = folder.parent / "outside" / "token"
    outside.parent.mkdir(exist_ok=True)
    outside.write_text("x" * 30, encoding="utf-8")
    file = folder / "inventory" / "all.yaml"
    file.write_text(file.read_text("utf-8").replace("env:SNMP_COMMUNITY", "file:inventory/word"), encoding="utf-8")
    with (folder / "netmon.yaml").open("a") as settings:
        settings.write(f"api: {{tokens: {{bot: 'file:{outside}', other: env:OWN_TOKEN}}}}\n")
    return load(folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project and a backup of it with its secrets."""
    folder = tmp_path_factory.mktemp("made")
    os.environ["OWN_TOKEN"] = 'a "word" with $signs`and`\\more\nlines'
    try:
        loaded = project(folder / "one")
    finally:
        del os.environ["OWN_TOKEN"]
    write.create(loaded, folder / "one.netmon", PASSPHRASE, AT, "host-1")
    return folder / "one", folder / "one.netmon"


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(build([words[0]]), [*words], env=environment)


def unpacked(path: Path) -> bytes | None:
    """All that is in an archive, or None if it is damaged."""
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def test_what_is_in_it_and_what_comes_out_of_it(made: tuple[Path, Path], tmp_path: Path) -> None:
    folder, backup = made
    found = restore.check(backup, PASSPHRASE)
    names = [one.name for one in found.members]
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == manifest.SECRETS
    assert "project/alerts/ghi chú của chị Lan.txt" in names
    assert "project/inventory/word" not in names
    assert (found.journal, found.province, found.host, found.at) == (len(MIGRATIONS), "yen-bai", "host-1", AT // 1)
    assert (found.left_out, len(found.sealed)) == ((), 3)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert b"s3cret" not in gzip.decompress(backup.read_bytes())
    done = restore.restore(backup, tmp_path / "two", PASSPHRASE, AT + 60)
    for path in folder.rglob("*"):
        if path.is_file() and "var" not in path.parts:
            assert (tmp_path / "two" / path.relative_to(folder)).read_bytes() == path.read_bytes()
    assert (tmp_path / "two" / "inventory" / "word").stat().st_mode & 0o777 == 0o600
    assert len(done.secrets.elsewhere) == 1
    assert [path.read_text() for path in (tmp_path / "two" / "secrets").iterdir()] == ["x" * 30]
    told = 'set -a; . ./secrets.env; printf %s "$OWN_TOKEN"'
    word = subprocess.run(["sh", "-c", told], cwd=tmp_path / "two", capture_output=True, text=True, check=True).stdout
    assert word == 'a "word" with $signs`and`\\more\nlines'
    twin = origin(tmp_path / "two" / "var")
    assert twin is not None
    assert (twin.host, twin.backup, twin.since) == ("host-1", AT // 1, AT + 60)


def test_the_twin_answers_as_the_original(made: tuple[Path, Path], tmp_path: Path) -> None:
    folder, backup = made
    twin = tmp_path / "two"
    restore.restore(backup, twin, PASSPHRASE, AT + 60)
    for words in (
        ("status", "--json"),
        ("incidents", "--json"),
        ("ledger", "--from", "2026-09-20", "--to", "2026-09-22", "--json"),
        ("report", "sla", "--from", "2026-09-20", "--to", "2026-09-22", "--format", "json"),
        ("report", "incidents", "--from", "2026-09-20", "--to", "2026-09-22", "--format", "json"),
    ):
        at = 2 if words[0] == "report" else 1
        before, after = (run(*words[:at], str(one), *words[at:]) for one in (folder, twin))
        assert before.stdout, before.output
        assert (before.stdout, before.exit_code) == (after.stdout, after.exit_code), words


def test_without_a_passphrase_secrets_stay_at_home(made: tuple[Path, Path], tmp_path: Path) -> None:
    folder, _ = made
    done = run("backup", "create", str(folder), str(tmp_path / "b.netmon"))
    assert done.exit_code == 0
    assert "NOT in it, to be kept elsewhere: env:OWN_TOKEN, file:/" in done.stdout
    done = run("restore", str(tmp_path / "b.netmon"), str(tmp_path / "two"))
    assert done.exit_code == 0
    assert "NOT in the backup, fetch them: env:OWN_TOKEN" in done.stdout
    assert not (tmp_path / "two" / "secrets.env").exists()


def test_secrets_that_were_not_opened_are_not_said_to_be_missing(made: tuple[Path, Path], tmp_path: Path) -> None:
    """Whoever looks for the passphrase once more must not be told that it would open nothing."""
    done = run("restore", str(made[1]), str(tmp_path / "two"))
    assert done.exit_code == 0, done.output
    assert "sealed in the backup, not opened without its passphrase: env:OWN_TOKEN" in done.stdout
    assert "NOT in the backup" not in done.stdout


def test_a_size_is_written_as_every_number() -> None:
    assert [size(octets, "vi") for octets in (0, 1, 999_999, 97_459_000)] == ["0 kB", "1 kB", "1000 kB", "97,5 MB"]
    assert size(97_459_000, "en") == "97.5 MB"


def test_a_secret_that_is_too_large_leaves_the_others_in(tmp_path: Path) -> None:
    loaded = project(tmp_path / "one")
    large = tmp_path / "outside" / "token"
    large.write_bytes(bytes(sealed.LARGEST + 1))
    made = write.create(loaded, tmp_path / "b.netmon", PASSPHRASE, AT, "h")
    assert (made.sealed, made.left_out) == (("file:inventory/word",), ("env:OWN_TOKEN", f"file:{large}"))


def test_a_wrong_passphrase_restores_nothing(made: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "word").write_text("another passphrase\n")
    done = run("restore", str(made[1]), str(tmp_path / "two"), "--passphrase-file", str(tmp_path / "word"))
    assert isinstance(done.exception, BackupError)
    assert "do not open" in str(done.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["word"]


def test_nothing_is_written_over(made: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / ".hidden").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("two", "link"):
        with pytest.raises(BackupError, match="not an empty folder"):
            restore.restore(made[1], tmp_path / name, PASSPHRASE, AT)
    (tmp_path / "empty").mkdir()
    restore.restore(made[1], tmp_path / "empty", PASSPHRASE, AT)


@pytest.mark.parametrize("asked", [True, False])
def test_data_may_stand_elsewhere(tmp_path: Path, asked: bool) -> None:
    folder = tmp_path / "one"
    project(folder)
    (folder / "var").rename(tmp_path / "lib")
    text = (folder / "netmon.yaml").read_text()
    (folder / "netmon.yaml").write_text(f"{text}data: {tmp_path / 'lib'}   # where systemd wants it\n")
    write.create(load(folder), tmp_path / "b.netmon", "", AT, "h")
    data = tmp_path / "new lib" if asked else None
    restore.restore(tmp_path / "b.netmon", tmp_path / "two", "", AT, data)
    after = load(tmp_path / "two").config
    assert after.data == (data or tmp_path / "two" / "var")
    assert origin(after.data) is not None
    assert (after.data / "journal.db").exists()
    assert "# where systemd wants it" in (tmp_path / "two" / "netmon.yaml").read_text()


@pytest.mark.parametrize("data", [".", "inventory/var"])
def test_a_project_is_whole_wherever_its_data_are(tmp_path: Path, data: str) -> None:
    folder = tmp_path / "one"
    project(folder)
    (folder / data).mkdir(exist_ok=True)
    (folder / "var" / "journal.db").rename(folder / data / "journal.db")
    with (folder / "netmon.yaml").open("a") as settings:
        settings.write(f"data: {data}\n")
    names = [one.name for one in write.create(load(folder), tmp_path / "b.netmon", "", AT, "h").members]
    assert {"project/netmon.yaml", "project/inventory/all.yaml"} <= set(names)
    assert [name for name in names if "journal" in name] == ["data/journal.db"]


def test_data_among_what_is_backed_up_are_refused(tmp_path: Path) -> None:
    project(tmp_path / "one")
    with (tmp_path / "one" / "netmon.yaml").open("a") as settings:
        settings.write("data: inventory\n")
    with pytest.raises(BackupError, match="a folder of their own"):
        write.create(load(tmp_path / "one"), tmp_path / "b.netmon", "", AT, "h")


def test_a_newer_journal_is_refused_and_an_older_one_is_taken(made: tuple[Path, Path], tmp_path: Path) -> None:
    changed = altered(made[1], tmp_path / "newer.netmon", lambda body: body | {"journal": len(MIGRATIONS) + 1})
    with pytest.raises(BackupError, match=r"install netmon 0\.1\.0 or newer"):
        restore.restore(changed, tmp_path / "two", "", AT)
    changed = altered(made[1], tmp_path / "lies.netmon", lambda body: body | {"journal": len(MIGRATIONS) - 1})
    with pytest.raises(BackupError, match="the manifest says that the journal has version"):
        restore.restore(changed, tmp_path / "two", "", AT)
    assert not (tmp_path / "two").exists()


# --- damaged and hostile archives --------------------------------------------------------------

Files = list[tuple[TarInfo, bytes]]


def parts(backup: Path) -> Files:
    """The files of a backup, and their headers."""
    data, at, found = gzip.decompress(backup.read_bytes()), 0, []
    while data[at]:
        info = TarInfo.frombuf(data[at : at + 512], "utf-8", "strict")
        found.append((info, data[at + 512 : at + 512 + info.size]))
        at += 512 + info.size + -info.size % 512
    return found


def packed(files: Files, to: Path, after: bytes = bytes(1024)) -> Path:
    whole = b"".join(info.tobuf(USTAR_FORMAT) + body + bytes(-len(body) % 512) for info, body in files)
    to.write_bytes(gzip.compress(whole + after, 1))
    return to


def altered(backup: Path, to: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
    """With another manifest."""
    (head, body), *rest = parts(backup)
    text = json.dumps(change(json.loads(body))).encode()
    head.size = len(text)
    return packed([(head, text), *rest], to)


def renamed(name: str) -> Callable[[Files], Files]:
    """One of its files is called like that, and the manifest says so, too."""

    def change(files: Files) -> Files:
        (head, body), (info, content), *rest = files
        found = json.loads(body)
        found["files"][0]["name"] = info.name = name
        text = json.dumps(found).encode()
        head.size = len(text)
        return [(head, text), (info, content), *rest]

    return change


def typed(kind: bytes) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        files[1][0].type, files[1][0].linkname = kind, "/etc/passwd"
        return files

    return change


def flipped(files: Files) -> Files:
    info, body = files[2]
    return [*files[:2], (info, bytes([body[0] ^ 1]) + body[1:]), *files[3:]]


def larger(files: Files) -> Files:
    """A file of 3 GB that a few octets unpack to; nobody may read it to its end."""
    info = TarInfo("project/zeros")
    info.size = 3 << 30
    return [files[0], (info, b""), *files[1:]]


HOSTILE: list[tuple[str, Callable[[Files], Files]]] = [
    ("no name of a file", renamed("project/../../etc/cron.d/x")),
    ("no name of a file", renamed("/etc/passwd")),
    ("no name of a file", renamed("project//x")),
    ("no name of a file", renamed("project/a\nb")),
    ("no name of a file", renamed("elsewhere/x")),
    ("no name of a file", renamed("project/..\\x")),
    ("no name of a file", renamed("project")),
    ("twice", renamed("project/inventory")),
    ("twice", renamed("project/netmon.yaml")),
    ("no plain file", typed(SYMTYPE)),
    ("no plain file", typed(LNKTYPE)),
    ("no plain file", typed(DIRTYPE)),
    ("no plain file", typed(XHDTYPE)),
    ("no plain file", typed(b"S")),
    ("was changed", flipped),
    ("the manifest says", larger),
    ("the manifest says", lambda files: [files[0], *files[2:]]),
    ("the manifest says", lambda files: [files[0], files[2], files[1], *files[3:]]),
    ("more in the backup", lambda files: [*files, files[1]]),
    ("does not begin with its manifest", lambda files: files[1:]),
    ("ends too early", lambda files: files[:-1]),
]


@pytest.mark.parametrize(("why", "change"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_archive_leaves_nothing(
    made: tuple[Path, Path], tmp_path: Path, why: str, change: Callable[[Files], Files]
) -> None:
    bad = packed(change(parts(made[1])), tmp_path / "bad.netmon", bytes(1024) if why != "ends too early" else b"")
    with pytest.raises(BackupError, match=why):
        restore.restore(bad, tmp_path / "a" / "b", PASSPHRASE, AT)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [bad]
    assert not (tmp_path / "a" / "b").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body | {"format": 2},
        lambda body: body | {"files": None},
        lambda body: body | {"files": [{"name": "project/x", "size": -1, "sha256": "0" * 64}]},
        lambda body: body | {"files": [{"name": "project/x", "size": True, "sha256": "0" * 64}]},
        lambda body: body | {"files": [{"name": "secrets.sealed", "size": 1 << 32, "sha256": "0" * 64}]},
        lambda body: body | {"files": [{"name": "project/x", "size": 1, "sha256": "no"}]},
        lambda body: body | {"at": "1e999"},
        lambda body: body | {"host": 5},
        lambda body: {},
        lambda body: [],
    ],
)
def test_a_manifest_that_makes_no_sense(
    made: tuple[Path, Path], tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    with pytest.raises(BackupError):
        restore.check(altered(made[1], tmp_path / "bad.netmon", change))


def test_what_needs_more_than_the_disk_has_is_refused_unread(made: tuple[Path, Path], tmp_path: Path) -> None:
    def much(body: dict[str, Any]) -> dict[str, Any]:
        more = [{"name": f"data/{n}", "size": 8 << 30, "sha256": "0" * 64} for n in range(10_000)]
        return body | {"files": [*more, *body["files"]]}

    with pytest.raises(BackupError, match="no space"):
        restore.restore(altered(made[1], tmp_path / "bad.netmon", much), tmp_path / "two", "", AT)


def test_each_disk_has_to_have_room_for_what_goes_there() -> None:
    """/etc on a small one, /var on a large one, as servers have it."""
    small, large, need = Path("/etc/new"), Path("/var/lib/new"), 1 << 30
    disks = {small: (1, need), large: (2, 8 * need)}
    restore.check_room([(small, 1000), (large, 4 * need)], disks.__getitem__)
    for wanted in (
        [(small, need), (large, 0)],
        [(small, 0), (large, 8 * need)],
        [(large, 4 * need), (large, 4 * need)],
    ):
        with pytest.raises(BackupError, match="no space"):
            restore.check_room(wanted, disks.__getitem__)


def test_a_truncated_or_flipped_file_is_no_backup(made: tuple[Path, Path], tmp_path: Path) -> None:
    whole, bad, chance = made[1].read_bytes(), tmp_path / "bad.netmon", random.Random(7)
    for cut in [0, 1, 10, *(chance.randrange(len(whole)) for _ in range(40)), len(whole) - 1, len(whole) - 8]:
        bad.write_bytes(whole[:cut])
        with pytest.raises(BackupError):
            restore.restore(bad, tmp_path / "two", "", AT)
    for place in [chance.randrange(10, len(whole)) for _ in range(40)]:
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        if unpacked(bad) == unpacked(made[1]):
            # One flip in some hundreds: deflate can say the same in two ways, and nothing is damaged (RFC 1951).
            restore.check(bad, PASSPHRASE)
            continue
        with pytest.raises(BackupError):
            restore.restore(bad, tmp_path / "two", "", AT)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.netmon"]


@given(st.binary(max_size=2000))
def test_any_octets_at_all(data: bytes) -> None:
    for read_as in (manifest.read, lambda raw: sealed.unseal(raw, PASSPHRASE)):
        with pytest.raises(BackupError):
            read_as(data)


def test_secrets_are_sealed_and_weaker_ways_are_refused() -> None:
    kept = (Kept("env:A", b"\0\xff"), Kept("file:x", b""))
    whole = sealed.seal(kept, PASSPHRASE)
    assert sealed.unseal(whole, PASSPHRASE) == kept
    assert sealed.seal(kept, PASSPHRASE) != whole
    head = json.loads(whole.partition(b"\n")[0])
    for change in ({"n": 2**24}, {"n": 1000}, {"n": -2}, {"r": 10**6}, {"p": 0}, {"kdf": "none"}, {"salt": "AA=="}):
        with pytest.raises(BackupError, match="cannot be read"):
            sealed.unseal(json.dumps(head | change).encode() + b"\n" + whole.partition(b"\n")[2], PASSPHRASE)
    with pytest.raises(BackupError, match="can be guessed"):
        sealed.seal(kept, "short")


# --- beside the running service, and killed ----------------------------------------------------


def test_the_journal_is_copied_while_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    path, stop, written = tmp_path / "var" / "journal.db", threading.Event(), list[int]()

    async def writing() -> None:
        journal = open_threaded(path)
        seq = (await journal.restore()).seq
        while not stop.is_set():
            batch = [Entry(seq + i, 1000.0 + seq + i, transition(f"site-{i}", at=1000.0 + seq + i)) for i in (1, 2, 3)]
            await journal.write([*batch, Entry(seq + 4, 1004.0 + seq, event(seq + 4))], [notice(seq + 4)])
            seq += 4
            written.append(seq)
        await journal.close()

    writer = threading.Thread(target=lambda: asyncio.run(writing()))
    writer.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        for n in range(5):
            before = written[-1]
            assert copied(path, tmp_path / f"{n}.db") == len(MIGRATIONS)
            database = apsw.Connection(str(tmp_path / f"{n}.db"))
            last = database.execute("SELECT max(seq) FROM log").get
            letters = database.execute("SELECT count(*) FROM notices").get
            database.close()
            assert last >= before
            assert last == 4 * letters  # whole transactions, all of them
    finally:
        stop.set()
        writer.join()


def test_a_damaged_journal_is_told_and_not_kept(tmp_path: Path) -> None:
    loaded = project(tmp_path / "one")
    journal = tmp_path / "one" / "var" / "journal.db"
    body = bytearray(journal.read_bytes())
    body[4096 * 2 : 4096 * 4] = b"\xff" * 8192
    journal.write_bytes(body)
    with pytest.raises(BackupError, match="damaged"):
        write.create(loaded, tmp_path / "out" / "b.netmon", "", AT, "h")


def test_killed_in_the_middle_it_leaves_no_half_file(tmp_path: Path) -> None:
    project(tmp_path / "one")
    chance, victim = random.Random(), [sys.executable, "-m", "tests.run.backup_victim", str(tmp_path)]
    process = subprocess.Popen(victim, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(4):
        assert process.stdout.readline()
    threading.Event().wait(chance.random() * 0.03)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    backups = sorted(tmp_path.glob("*.netmon"))
    assert backups
    for backup in backups:
        restore.check(backup)
    twins = sorted(tmp_path.glob("twin-*"))
    assert twins
    for twin in twins:
        assert origin(load(twin).config.data) is not None
        assert (twin / "netmon.yaml").read_text() == (tmp_path / "one" / "netmon.yaml").read_text()


# --- each night --------------------------------------------------------------------------------


class Heard:
    """An intake that keeps what it hears."""

    def __init__(self) -> None:
        self.pieces: list[Any] = []

    def evidence(self, pieces: Any) -> None:
        self.pieces += pieces


def nightly(tmp_path: Path, settings: str) -> Project:
    project(tmp_path / "one")
    with (tmp_path / "one" / "netmon.yaml").open("a") as file:
        file.write(settings)
    return load(tmp_path / "one")


def test_nightly_as_many_as_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "pass").write_text(PASSPHRASE)
    folder, heard = tmp_path / "nas", Heard()
    loaded = nightly(tmp_path, f"own_backup: {{folder: {folder}, at: '02:15', copies: 2, passphrase: file:pass}}\n")
    folder.mkdir()
    (folder / "netmon-yen-bai-of-somebody.netmon").write_text("not ours to delete")
    (folder / "netmon-lao-cai-20200101-0130.netmon").write_text("of another province")
    clock = Hand(AT)
    own = OwnBackups(lambda: loaded, clock, heard)  # type: ignore[arg-type]
    (duty,) = own.planned()
    assert duty.masters
    for day in range(3):
        clock.at = AT + day * 86400.0
        asyncio.run(own.nightly())
    names = sorted(path.name for path in folder.iterdir())
    ours = [name_of(loaded, AT + day * 86400.0) for day in (1, 2)]
    assert names == sorted([*ours, "netmon-lao-cai-20200101-0130.netmon", "netmon-yen-bai-of-somebody.netmon"])
    assert "file:inventory/word" in restore.check(folder / ours[1], PASSPHRASE).sealed
    assert next(series for _, _, series in own.families()) == [("", AT + 2 * 86400.0)]
    assert heard.pieces == []


def test_a_night_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    heard = Heard()
    loaded = nightly(tmp_path, f"own_backup: {{folder: {tmp_path / 'file'}}}\n")
    own = OwnBackups(lambda: loaded, Hand(AT), heard)  # type: ignore[arg-type]
    with pytest.raises(BackupError):
        asyncio.run(own.nightly())
    (found,) = heard.pieces
    assert (found.id, found.text) == ("noc", "own_backup_failed")
    assert "file" in dict(found.values)["why"]


def test_leftovers_of_a_killed_night_go_after_a_day(tmp_path: Path) -> None:
    for name, age in (
        (".netmon-yb-20260101-0130.netmon.7.part", 90_000),
        (".netmon-yb-20260102-0130.netmon.7.part", 10),
    ):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (AT - age, AT - age))
    assert thinned(tmp_path, "netmon-yb-", 3, AT) == 0
    assert [path.name for path in tmp_path.iterdir()] == [".netmon-yb-20260102-0130.netmon.7.part"]


def test_a_passphrase_that_can_be_guessed_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "pass").write_text("short")
    with pytest.raises(Exception, match=r"netmon.yaml:\d+:\d+: the passphrase can be guessed"):
        nightly(tmp_path, "own_backup: {folder: x, passphrase: file:pass}\n")
