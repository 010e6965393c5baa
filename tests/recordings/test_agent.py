"""Does the replayed agent answer as a real one would, and are recordings read as they are written?"""

import asyncio
import bz2
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from netmon.sim.snmp import MAX_MESSAGE
from netmon.wire.snmp import ber
from tests.recordings.agent import COMMUNITY, serving
from tests.recordings.playing import WALKS, ask, families
from tests.recordings.recording import Recording, load, read_row, walk

WALK = WALKS / "huawei-ma5800.snmprec"
TP_LINK_DDM = (1, 3, 6, 1, 4, 1, 11863, 6, 96, 1, 7)


async def run(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode()


@pytest.mark.parametrize("program", ["snmpwalk", "snmpbulkwalk"])
async def test_net_snmp_walks_all_of_it(program: str, require_program: Callable[[str, str], str]) -> None:
    recording = load(WALK)
    async with serving(recording) as (_, port):
        path = require_program(program, "snmp")
        out = await run(path, "-v2c", "-c", COMMUNITY.decode(), "-On", "-Oe", "-m", "", f"127.0.0.1:{port}", ".1.3")
    found = [line.split(" = ")[0] for line in out.splitlines() if " = " in line and "No more variables" not in line]
    assert [tuple(map(int, oid.strip(".").split("."))) for oid in found] == recording.order


async def test_it_keeps_to_the_size_of_a_frame_and_to_its_community() -> None:
    recording = Recording(((1, 3, 6, 1, 4, n, 0), ber.wrap(ber.OCTET_STRING, b"x" * 200)) for n in range(20))
    async with serving(recording) as (agent, _):
        bulk = request(0xA5, COMMUNITY, (1, 3), 0, 50)
        answer = agent.answer(bulk)
        assert answer is not None
        assert 1000 < len(answer) <= MAX_MESSAGE
        assert agent.answer(request(0xA5, b"public", (1, 3), 0, 50)) is None
        assert agent.answer(request(0xA3, COMMUNITY, (1, 3), 0, 0)) is None


def request(pdu: int, community: bytes, oid: tuple[int, ...], first: int, second: int) -> bytes:
    binding = ber.wrap(ber.SEQUENCE, ber.encode_oid(oid) + ber.wrap(ber.NULL, b""))
    numbers = ber.encode_int(7) + ber.encode_int(first) + ber.encode_int(second)
    body = ber.wrap(pdu, numbers + ber.wrap(ber.SEQUENCE, binding))
    return ber.wrap(ber.SEQUENCE, ber.encode_int(1) + ber.wrap(ber.OCTET_STRING, community) + body)


async def test_rubbish_gets_no_answer() -> None:
    async with serving(load(WALK)) as (agent, port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for rubbish in (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", bytes(range(256))):
                sock.sendto(rubbish, ("127.0.0.1", port))
        await asyncio.sleep(0.05)
        assert agent.asked == 0


async def test_tables_that_cannot_bear_getbulk_are_walked_row_by_row() -> None:
    recording = load(WALKS / "tp-link-t2600g.snmprec")
    plain = await ask(recording)
    stubborn = await ask(recording, no_bulk=TP_LINK_DDM)
    assert stubborn.answers["optics"] == plain.answers["optics"]
    assert stubborn.refused == 0
    assert any(sample.metric in families() for sample in plain.answers["optics"][0])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1.3.6.1.2.1.1.7.0|2|-5", ber.encode_int(-5)),
        ("1.3.6.1.2.1.1.5.0|4|r1|x", ber.wrap(ber.OCTET_STRING, b"r1|x")),
        ("1.3.6.1.2.1.1.5.0|4x|78c3a3", ber.wrap(ber.OCTET_STRING, "xã".encode())),
        ("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9", ber.encode_oid((1, 3, 6, 1, 4, 1, 9))),
        ("1.3.6.1.2.1.4.20.1.1.0|64|10.0.0.1", ber.wrap(0x40, b"\x0a\x00\x00\x01")),
        ("1.3.6.1.2.1.4.20.1.1.0|64x|0a000001", ber.wrap(0x40, b"\x0a\x00\x00\x01")),
        ("1.3.6.1.2.1.2.2.1.10.1|65|4294967295", ber.encode_int(4294967295, ber.COUNTER32)),
        ("1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615", ber.encode_int(2**64 - 1, ber.COUNTER64)),
        ("1.3.6.1.4.1.1.0|68x|9f780442f60000", ber.wrap(0x44, bytes.fromhex("9f780442f60000"))),
        ("1.3.6.1.4.1.1.0|5|", ber.wrap(ber.NULL, b"")),
        ("1.3.6.1.4.1.1.0|2:numeric|scale=5,min=100,initial=154", ber.encode_int(154)),
        ("1.3.6.1.4.1.1.0|4:writecache|value=R3", ber.wrap(ber.OCTET_STRING, b"R3")),
        ("1.3.6.1.4.1.1.0|67:numeric|rate=100", None),
        ("1.3.6.1.4.1.1.0|99|?", None),
        ("1.3.6.1.4.1.1.0|64|10.0.0", None),
        ("1.3.6.1.4.1.1.0|2|many", None),
        ("9.9|2|1", None),
        ("# a comment", None),
    ],
)
def test_a_line_is_read(line: str, expected: bytes | None) -> None:
    row = read_row(line)
    assert (row and row[1]) == expected


def test_only_the_subtrees_that_are_wanted_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "some.snmprec.bz2"
    path.write_bytes(
        bz2.compress(b"# a device\n1.3.6.1.4.1.9.1|2|1\n1.3.6.1.4.1.99.1|2|2\n1.3.6.1.4.1.9.0|2|3\nrubbish\n")
    )
    everything, some = load(path), load(path, ["1.3.6.1.4.1.9"])
    assert everything.order == [(1, 3, 6, 1, 4, 1, 9, 0), (1, 3, 6, 1, 4, 1, 9, 1), (1, 3, 6, 1, 4, 1, 99, 1)]
    assert (everything.skipped, some.skipped) == (1, 0)
    assert some.order == everything.order[:2]
    assert [oid[-1] for oid, _ in walk(everything, (1, 3, 6, 1, 4, 1, 9))] == [0, 1]
    with pytest.raises(ValueError, match="more than 1"):
        load(path, most=1)
