"""What do servers say to those who ask whether they work?

Each dialogue takes what has come in so far and gives what goes out, as the real server would; the simulation plays
them in virtual time, the demonstration on real sockets.
"""

import struct
from collections.abc import Callable, Mapping
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import h11

Dialogue = Callable[[bytes], bytes]
"""All octets that have come in so far -> what goes out now for what is complete and has not been answered."""

_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970 (RFC 5905)


class Page(NamedTuple):
    """What a web server shows under one host name."""

    status: int
    body: bytes


def http(request: bytes, pages: Mapping[str, Page]) -> bytes:
    """The page of the host asked for, 404 for another; empty while the request is incomplete (RFC 9112)."""
    server = h11.Connection(h11.SERVER)
    server.receive_data(request)
    try:
        asked = server.next_event()
    except h11.RemoteProtocolError:
        return b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    if not isinstance(asked, h11.Request):
        return b""
    host = dict(asked.headers).get(b"host", b"").decode("latin-1").partition(":")[0]
    page = pages.get(host, Page(404, b"no such site"))
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page.body))),
        ("Connection", "close"),
    ]
    answer = server.send(h11.Response(status_code=page.status, headers=headers)) or b""
    if asked.method != b"HEAD":
        answer += server.send(h11.Data(data=page.body)) or b""
    return answer


def sip(request: bytes) -> bytes:
    """200 to an OPTIONS, with the fields that tell the asker which of his questions is answered (RFC 3261 8.2.6)."""
    head = request.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    if not head[0].startswith("OPTIONS "):
        return b""
    kept = [line for line in head[1:] if line.partition(":")[0].strip().lower() in ("via", "from", "call-id", "cseq")]
    to = next((line for line in head[1:] if line.lower().startswith("to:")), "To: <sip:bridge>")
    lines = ["SIP/2.0 200 OK", *kept, f"{to};tag=netmon", "Allow: INVITE, ACK, BYE, OPTIONS", "Content-Length: 0"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


_SDP = b"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"


def rtsp(requests: bytes) -> bytes:
    """200 to the last complete request, with a picture to a DESCRIBE (RFC 2326)."""
    whole, end, _ = requests.rpartition(b"\r\n\r\n")
    if not end or not requests.endswith(b"\r\n\r\n"):
        return b""
    head = whole.rpartition(b"\r\n\r\n")[2].decode("utf-8", "replace").split("\r\n")
    number = next((line for line in head if line.lower().startswith("cseq:")), "CSeq: 0")
    answer = f"RTSP/1.0 200 OK\r\n{number}\r\n"
    if head[0].startswith("DESCRIBE"):
        answer += f"Content-Type: application/sdp\r\nContent-Length: {len(_SDP)}\r\n\r\n"
        return answer.encode() + _SDP
    return (answer + "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n").encode()


SMTP_BANNER = b"220 mail.example.vn ESMTP\r\n"


def smtp(lines: bytes, secures: bool = False) -> bytes:
    """What a mail server says to the last line (RFC 5321); it greets with `SMTP_BANNER`. `secures`: has STARTTLS."""
    if not lines.endswith(b"\r\n"):
        return b""
    word = lines[:-2].rpartition(b"\r\n")[2][:4].upper()
    able = b"250-mail.example.vn\r\n" + (b"250-STARTTLS\r\n" if secures else b"") + b"250 SIZE 20480000\r\n"
    answers = {b"EHLO": able, b"HELO": b"250 mail.example.vn\r\n"}
    if secures:
        answers[b"STAR"] = b"220 go ahead\r\n"
    return answers.get(word) or (b"221 bye\r\n" if word == b"QUIT" else b"502 not here\r\n")


def dns_answer(query: bytes, records: Mapping[tuple[str, str], tuple[str, ...]]) -> bytes:
    """The records of the name and type asked for, (name, type) -> values; NXDOMAIN without any (RFC 1035)."""
    try:
        asked = dns.message.from_wire(query)
        question = asked.question[0]
    except (dns.exception.DNSException, IndexError, struct.error):
        return b""
    answer = dns.message.make_response(asked, recursion_available=True)
    kind = dns.rdatatype.to_text(question.rdtype)
    found = records.get((question.name.to_text(omit_final_dot=True).lower(), kind), ())
    if found:
        answer.answer.append(dns.rrset.from_text(question.name, 300, dns.rdataclass.IN, question.rdtype, *found))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()


def ntp(query: bytes, now: float) -> bytes:
    """The time from a server of stratum 2 that is right (RFC 5905 7.3)."""
    if len(query) < 48:
        return b""
    whole = int(now)
    stamp = struct.pack("!II", (whole + _NTP_EPOCH) % 2**32, int((now - whole) * 2**32))
    head = struct.pack("!BBBb II4s", 0x24, 2, query[2], -20, 0, 0, b"\x7f\x00\x00\x01")
    return head + stamp + query[40:48] + stamp + stamp
