"""Do the simulated servers say what real ones would, in virtual time?"""

import asyncio
import struct

import dns.message
import dns.rcode
import pytest

from netmon.errors import Unreachable
from netmon.sim import dialogues
from netmon.sim.dialogues import Page
from netmon.sim.services import Offer, Services
from netmon.sim.streams import SimStream

PAGES = {"portal.vn": Page(200, b"Trang chu"), "docs.vn": Page(503, b"")}


def get(host: str) -> bytes:
    return f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("request_", "first"),
    [
        (get("portal.vn"), b"HTTP/1.1 200"),
        (get("portal.vn:8443"), b"HTTP/1.1 200"),
        (get("docs.vn"), b"HTTP/1.1 503"),
        (get("other.vn"), b"HTTP/1.1 404"),
        (b"GET / HTTP/1.1\r\nHost: portal.vn\r\n", b""),
        (b"\x16\x03\x01 nonsense\r\n\r\n", b"HTTP/1.1 400"),
    ],
)
def test_a_page_for_each_host(request_: bytes, first: bytes) -> None:
    answer = dialogues.http(request_, PAGES)
    assert answer.startswith(first)
    assert bool(answer) == bool(first)


def test_what_tells_an_answer_from_another_is_repeated() -> None:
    asked = "OPTIONS sip:b SIP/2.0\r\nVia: v\r\nFrom: f\r\nTo: <t>\r\nCall-ID: c\r\nCSeq: 7 OPTIONS\r\n\r\n"
    answer = dialogues.sip(asked.encode()).decode()
    assert answer.startswith("SIP/2.0 200")
    assert {"Via: v", "From: f", "To: <t>;tag=netmon", "Call-ID: c", "CSeq: 7 OPTIONS"} <= set(answer.split("\r\n"))
    assert dialogues.sip(b"\x00\xff") == b""


def test_a_camera_shows_its_picture_to_a_describe() -> None:
    assert b"m=video" not in dialogues.rtsp(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    described = dialogues.rtsp(b"DESCRIBE rtsp://c/ RTSP/1.0\r\nCSeq: 2\r\n\r\n")
    assert b"CSeq: 2" in described
    assert b"m=video" in described
    assert dialogues.rtsp(b"DESCRIBE rtsp://c/ RTSP/1.0\r\nCSeq: 2\r\n") == b""


def test_names_and_those_there_are_not() -> None:
    records = {("portal.vn", "A"): ("10.0.0.1",)}
    found = dns.message.from_wire(dialogues.dns_answer(dns.message.make_query("Portal.vn", "A").to_wire(), records))
    assert found.answer[0][0].to_text() == "10.0.0.1"
    missing = dns.message.from_wire(dialogues.dns_answer(dns.message.make_query("x.vn", "A").to_wire(), records))
    assert missing.rcode() == dns.rcode.NXDOMAIN
    assert dialogues.dns_answer(b"\x00", records) == b""


def test_the_time_is_told_with_the_asker_s_own() -> None:
    query = bytes([0x23, 0, 6]) + bytes(37) + b"asked-at"
    answer = dialogues.ntp(query, 1_791_936_000.5)
    assert len(answer) == 48
    assert answer[24:32] == b"asked-at"
    whole, part = struct.unpack("!II", answer[40:48])
    assert whole - 2_208_988_800 + part / 2**32 == 1_791_936_000.5
    assert dialogues.ntp(b"", 0.0) == b""


def offers(*services: str) -> list[Offer]:
    return [Offer(name, "http", "10.0.0.1", 443, host=f"{name}.vn") for name in services]


def test_one_of_two_behind_a_port_is_a_bad_gateway_and_both_close_it() -> None:
    services = Services(offers("portal", "docs"), 0.0)
    services.fail("docs")
    answer = services.dialogue(services.at("10.0.0.1", 443), 0.0)[1]
    assert (answer(get("portal.vn"))[9:12], answer(get("docs.vn"))[9:12]) == (b"200", b"502")
    services.fail("portal")
    assert services.at("10.0.0.1", 443) == []
    services.mend(["portal"])
    services.answer("portal", 500)
    assert services.dialogue(services.at("10.0.0.1", 443), 0.0)[1](get("portal.vn")).startswith(b"HTTP/1.1 500")
    services.mend()
    assert services.dialogue(services.at("10.0.0.1", 443), 0.0)[1](get("docs.vn")).startswith(b"HTTP/1.1 200")


def test_a_certificate_ends_when_a_script_says() -> None:
    services = Services(offers("portal", "docs"), 1000.0)
    services.expire("docs", 5000.0)
    at = services.at("10.0.0.1", 443)
    assert services.until(at, "docs.vn") == 5000.0
    assert services.until(at, "portal.vn") > 5000.0


async def test_a_conversation_with_one_that_hangs_is_silence() -> None:
    async def travel(timeout: float) -> float:
        await asyncio.sleep(0)
        return 0.0

    services = Services(offers("portal"), 0.0)
    greeting, answer = services.dialogue(services.at("10.0.0.1", 443), 0.0)
    stream = SimStream(0.0, None, travel, greeting, answer, 0.0, 0.0)
    await stream.write(get("portal.vn")[:9], 1.0)
    await stream.write(get("portal.vn")[9:], 1.0)
    assert (await stream.read(12, 1.0), await stream.read(4096, 1.0) != b"") == (b"HTTP/1.1 200", True)
    services.hang("portal")
    stream = SimStream(0.0, None, travel, *services.dialogue(services.at("10.0.0.1", 443), 0.0), 0.0, 0.0)
    await stream.write(get("portal.vn"), 1.0)
    with pytest.raises(Unreachable):
        await stream.read(1, 0.01)
