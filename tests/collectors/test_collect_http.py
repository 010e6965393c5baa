"""Does the HTTP collector tell a portal that serves from one that does not, and say why?"""

import asyncio
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from collectors.http import Http
from netmon.errors import BadAnswer, CollectError, NotServing, Refused, Unreachable
from netmon.model import Sample, Secret
from netmon.settings.fields import Secrets
from netmon.settings.options import declare
from tests.collectors.nginx import nginx, site
from tests.collectors.servers import asked, told
from tests.ports import free_port
from tests.wire import hostile
from tests.wire.certificates import Signed, root, sign

NAME = "yenbai.example.vn"
PAGE = "<html><head><title>\n Cổng thông tin&nbsp;</title></head><body>Bộ phận Một cửa</body></html>"
LOCATIONS = (
    "location /old { return 301 /; }",
    "location /round { return 302 /round; }",
    "location /away { return 302 https://no-such-host.invalid/; }",
    "location /odd { return 302 ftp://somewhere/; }",
    "location /down { return 502; }",
    "location /empty { return 204; }",
    "location /locked { auth_basic x; auth_basic_user_file users; }",
    "location /login { return 302 http://localhost:$server_port/told; }",
    "location /told { return 200 'heard $http_authorization at $host'; }",
    "location /echo { return 200 '$request_method $host $http_x_netmon $request_uri'; }",
    "location /moved { return 302 http://localhost:$server_port/echo; }",
)


class Site(NamedTuple):
    ports: dict[str, int]
    signed: dict[str, Signed]
    roots: Path

    def url(self, path: str = "/", name: str = NAME) -> str:
        return f"http://{name}:{self.ports['http']}{path}"

    def safe(self, which: str, path: str = "/", name: str = NAME) -> str:
        return f"https://{name}:{self.ports[which]}{path}"


@pytest.fixture(scope="module")
def portal(require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("portal")
    authority = root()
    between = sign(by=authority, common="Test Intermediate", days=(-10, 400), ca=True)
    stale = sign(by=authority, common="Stale Intermediate", days=(-10, -1), ca=True)
    signed = {
        "valid": sign([NAME], authority, days=(-1, 60)),
        "wildcard": sign(["*.example.vn"], authority),
        "chain": sign([NAME], between, days=(-1, 60)),
        "forgotten": sign([NAME], between).alone(),
        "expired": sign([NAME], authority, days=(-60, -1)),
        "early": sign([NAME], authority, days=(1, 60)),
        "wrong name": sign(["other.example.vn"], authority),
        "self-signed": sign([NAME]),
        "stranger": sign([NAME], root("Unknown Root")),
        "stale": sign([NAME], stale),
        "no authority": sign([NAME], sign(["intruder.example.vn"], authority)),
        "everything": sign(["other.example.vn"], days=(-60, -1)),
        "nameless": sign(by=authority, common=NAME),
        "address": sign(["127.0.0.1"], authority),
    }
    (folder / "index.html").write_text(PAGE)
    (folder / "decomposed.html").write_text(unicodedata.normalize("NFD", PAGE))
    (folder / "references.html").write_text(PAGE.encode("ascii", "xmlcharrefreplace").decode())
    (folder / "late.html").write_text(" " * 300_000 + PAGE)
    (folder / "users").write_text("lan:{PLAIN}đúng\n")
    (folder / "locked").write_text("inside")
    (folder / "large").write_bytes(bytes(3 << 20))
    servers, ports = site(folder, signed, LOCATIONS)
    with nginx(require_program("nginx", "nginx"), folder, servers, list(ports.values())):
        yield Site(ports, signed, authority.write(folder, "roots")[0])


@pytest.fixture(autouse=True)
def trusted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own authority is the only one."""
    if "portal" in request.fixturenames:
        monkeypatch.setenv("SSL_CERT_FILE", str(request.getfixturevalue("portal").roots))
        monkeypatch.delenv("SSL_CERT_DIR", raising=False)


def phases(samples: Sequence[Sample]) -> set[str]:
    return {sample.labels[0] for sample in samples if sample.metric == "netmon_http_phase_seconds"}


async def test_a_page(portal: Site) -> None:
    samples = await asked(Http(url=portal.url(), expect=200, match="Một cửa", not_match="Lỗi"))
    found = told(samples)
    assert found["netmon_http_status_code"] == 200
    assert found["netmon_http_body_bytes"] == len(PAGE.encode())
    assert found["netmon_http_redirects"] == 0
    assert phases(samples) == {"connect", "processing", "transfer"}
    assert "netmon_tls_trusted" not in found


async def test_a_page_over_tls(portal: Site) -> None:
    samples = await asked(Http(url=portal.safe("valid"), match="Một cửa"))
    assert phases(samples) == {"connect", "tls", "processing", "transfer"}
    assert told(samples)["netmon_tls_trusted"] == 1
    until = portal.signed["valid"].certificate.not_valid_after_utc.timestamp()
    assert told(samples)["netmon_tls_certificate_expiry_timestamp_seconds"] == until


@pytest.mark.parametrize("which", ["wildcard", "chain"])
async def test_other_certificates_that_are_good(portal: Site, which: str) -> None:
    assert told(await asked(Http(url=portal.safe(which))))["netmon_tls_trusted"] == 1


async def test_an_address_in_place_of_a_name(portal: Site) -> None:
    assert told(await asked(Http(url=portal.safe("address", name="127.0.0.1"))))["netmon_tls_trusted"] == 1
    with pytest.raises(NotServing, match=rf"for {NAME}, not for 127\.0\.0\.1$"):
        await asked(Http(url=portal.safe("valid", name="127.0.0.1")))


BAD = {
    "expired": r"^certificate: expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC$",
    "early": r"^certificate: not valid before \d{4}-\d\d-\d\d \d\d:\d\d UTC$",
    "wrong name": rf"^certificate: for other\.example\.vn, not for {NAME}$",
    "self-signed": "^certificate: self-signed$",
    "stranger": "^certificate: its issuer Unknown Root is not trusted here, and no intermediate",
    "forgotten": "^certificate: its issuer Test Intermediate is not trusted here, and no intermediate certificate",
    "stale": "^certificate: that of Stale Intermediate expired on ",
    "no authority": "^certificate: not properly signed up to Test Root$",
    "everything": r"^certificate: expired on .* UTC; self-signed; for other\.example\.vn, not for",
    "nameless": "^certificate: for no name at all$",
}


@pytest.mark.parametrize("which", BAD)
async def test_a_certificate_that_nobody_should_trust(portal: Site, which: str) -> None:
    with pytest.raises(NotServing, match=BAD[which]) as raised:
        await asked(Http(url=portal.safe(which)))
    found = told(raised.value.samples)
    assert found["netmon_tls_trusted"] == 0
    until = min(each.not_valid_after_utc for each in (portal.signed[which].certificate, *portal.signed[which].above))
    assert found["netmon_tls_certificate_expiry_timestamp_seconds"] == until.timestamp()
    assert "netmon_http_status_code" not in found
    assert told(await asked(Http(url=portal.safe(which), trust=False)))["netmon_http_status_code"] == 200


async def test_vietnamese_is_found_however_it_is_written(portal: Site) -> None:
    for path in ("/", "/decomposed.html", "/references.html"):
        for wanted in ("Một cửa", unicodedata.normalize("NFD", "Một cửa"), "M[oộ]t c."):
            await asked(Http(url=portal.url(path), match=wanted))
        with pytest.raises(NotServing, match="the page has 'Một cửa'"):
            await asked(Http(url=portal.url(path), not_match="Một cửa"))


async def test_the_wrong_page_says_what_it_is(portal: Site) -> None:
    with pytest.raises(NotServing, match=r"^the page has no 'Dịch vụ công', its title is 'Cổng thông tin'$"):
        await asked(Http(url=portal.url(), match="Dịch vụ công"))
    with pytest.raises(NotServing, match=r"^the page has no"):
        await asked(Http(url=portal.url("/late.html"), match="Một cửa"))


async def test_a_wrong_status_brings_its_samples(portal: Site) -> None:
    with pytest.raises(NotServing, match=r"^HTTP status 502, expected 2xx$") as raised:
        await asked(Http(url=portal.url("/down")))
    assert told(raised.value.samples)["netmon_http_status_code"] == 502
    assert phases(raised.value.samples) == {"connect", "processing", "transfer"}
    with pytest.raises(NotServing, match=r"^HTTP status 404, expected 200 or 3xx$"):
        await asked(Http(url=portal.url("/nowhere"), expect=(200, "3xx")))


@pytest.mark.parametrize(
    ("path", "expect"), [("/down", 502), ("/down", "5xx"), ("/empty", (200, 204)), ("/old", "301")]
)
async def test_the_status_that_is_expected_is_right(portal: Site, path: str, expect: Any) -> None:
    await asked(Http(url=portal.url(path), expect=expect))


async def test_redirects_are_followed(portal: Site) -> None:
    found = told(await asked(Http(url=portal.url("/old"), match="Một cửa")))
    assert found["netmon_http_redirects"] == 1
    assert found["netmon_http_status_code"] == 200
    with pytest.raises(NotServing, match=rf"^more than 5 redirects, the last to http://{NAME}:.*/round$"):
        await asked(Http(url=portal.url("/round")))
    with pytest.raises(NotServing, match=r"^HTTP status 301, expected 2xx$"):
        await asked(Http(url=portal.url("/old"), redirects=0))
    with pytest.raises(NotServing, match=r"^HTTP status 302 to 'ftp://somewhere/'$"):
        await asked(Http(url=portal.url("/odd")))


async def test_a_redirect_elsewhere_is_looked_up(portal: Site) -> None:
    await asked(Http(url=portal.url("/moved"), match=r"^GET localhost"))
    with pytest.raises((Unreachable, BadAnswer), match=r"no-such-host\.invalid"):
        await asked(Http(url=portal.url("/away")))


async def test_the_question(portal: Site) -> None:
    url = portal.url("/echo/một cửa?q=có dấu&x=%20")
    match = rf"^GET {NAME} xin-chao /echo/m%E1%BB%99t%20c%E1%BB%ADa\?q=c%C3%B3%20d%E1%BA%A5u&x=%20$"
    await asked(Http(url=url, headers={"X-Netmon": "xin-chao"}, match=match))
    assert told(await asked(Http(url=portal.url(), method="HEAD")))["netmon_http_body_bytes"] == 0


async def test_a_password(portal: Site) -> None:
    await asked(Http(url=portal.url("/locked"), user="lan", password=Secret("đúng", "env:P"), match="inside"))
    with pytest.raises(NotServing, match=r"^HTTP status 401"):
        await asked(Http(url=portal.url("/locked"), user="lan", password=Secret("sai", "env:P")))
    with pytest.raises(BadAnswer, match=r"^password: env:P is not set$"):
        await asked(Http(url=portal.url("/locked"), user="lan", password=Secret(None, "env:P")))


async def test_a_password_does_not_go_elsewhere(portal: Site) -> None:
    password = Secret("đúng", "env:P")
    await asked(Http(url=portal.url("/told"), user="lan", password=password, match="heard Basic"))
    await asked(Http(url=portal.url("/login"), user="lan", password=password, match="heard  at localhost"))


async def test_header_fields_of_the_operator_do_not_go_elsewhere(portal: Site) -> None:
    await asked(Http(url=portal.url("/moved"), headers={"X-Netmon": "xin-chao"}, match=r"^GET localhost  /echo"))


async def test_no_more_than_the_beginning_of_a_large_page_is_read(portal: Site) -> None:
    found = told(await asked(Http(url=portal.url("/large"))))
    assert 1 << 20 <= found["netmon_http_body_bytes"] < (1 << 20) + (1 << 15)


async def test_a_slow_page(portal: Site) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        await asyncio.sleep(0.25)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with hostile.tcp(slow) as port:
        await asked(Http(url=f"http://a.example:{port}/", slower=5))
        with pytest.raises(NotServing, match=r"^answered after \d\.\d s, limit 0\.1 s$") as raised:
            await asked(Http(url=f"http://a.example:{port}/", slower=0.1))
    assert told(raised.value.samples)["netmon_http_status_code"] == 200


HEAD = b"HTTP/1.1 200 OK\r\n"
FAULTS: dict[str, tuple[hostile.Behaviour, type[CollectError], str]] = {
    "silence": (hostile.silent, NotServing, r"^connected, but without an HTTP answer within 0\.4 s$"),
    "closes": (hostile.closes, NotServing, "before an HTTP answer|reset"),
    "resets": (hostile.resets, NotServing, "^reset the connection instead of an HTTP answer$"),
    "another protocol": (hostile.greets(b"SSH-2.0-x\x1b[31m\r\n\r\n"), NotServing, "speaks no HTTP: 'SSH-2.0-x\ufffd"),
    "garbage": (hostile.says(hostile.GARBAGE + b"\r\n\r\n"), NotServing, "speaks no HTTP"),
    "half a head": (hostile.says(HEAD), NotServing, "before an HTTP answer|speaks no HTTP: 'HTTP/1.1 200 OK'"),
    "half a head, hanging": (hostile.says(HEAD, then=hostile.silent), NotServing, r"only 'HTTP/1\.1 200"),
    "endless head": (hostile.endless(HEAD, b"X: y\r\n" * 1000), NotServing, "^its head has no end: 'HTTP"),
    "endless line": (hostile.endless(HEAD + b"X: "), NotServing, "^its head has no end: 'HTTP"),
    "endless 100": (hostile.endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), NotServing, "without an HTTP answer"),
    "slow loris": (hostile.drip(HEAD), NotServing, r"within 0\.4 s, only 'HTTP"),
    "slow body": (
        hostile.says(HEAD + b"Content-Length: 100\r\n\r\n", then=hostile.drip(b"")),
        NotServing,
        r"^connected, but without the rest of the page within 0\.4 s$",
    ),
    "short body": (hostile.says(HEAD + b"Content-Length: 9\r\n\r\nabc"), NotServing, "broke off after 3 octets"),
    "bad chunks": (hostile.says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), NotServing, "broke off after 0"),
    "two lengths": (hostile.says(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na"), NotServing, "no HTTP"),
    "bad redirect": (hostile.says(b"HTTP/1.1 302 x\r\nLocation: http://[\r\n\r\n"), NotServing, r"302 to 'http://\['"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
async def test_a_hostile_server(name: str) -> None:
    behaviour, error, text = FAULTS[name]
    async with hostile.tcp(behaviour) as port:
        with pytest.raises(error, match=text):
            await asked(Http(url=f"http://a.example:{port}/"), timeout=0.4)


@pytest.mark.parametrize("name", hostile.BAD)
async def test_every_bad_server(name: str) -> None:
    async with hostile.tcp(hostile.BAD[name]) as port:
        for scheme in ("http", "https"):
            with pytest.raises((NotServing, Refused)):
                await asked(Http(url=f"{scheme}://a.example:{port}/"), timeout=0.3)


@pytest.mark.parametrize("how", [b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n"], ids=["bare", "chunked"])
async def test_an_endless_page_takes_no_memory(how: bytes) -> None:
    chunk = b"x" * 65536 if how == b"\r\n" else b"10000\r\n" + b"x" * 65536 + b"\r\n"
    async with hostile.tcp(hostile.endless(HEAD + how, chunk)) as port:
        collector = Http(url=f"http://a.example:{port}/")
        await asked(collector)
        tracemalloc.start()
        try:
            found = told(await asked(collector))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert 1 << 20 <= found["netmon_http_body_bytes"] < (1 << 20) + (1 << 15)
    assert peak < 3 << 20, "the sender's own buffers included"


async def test_nobody_there() -> None:
    with pytest.raises(Refused):
        await asked(Http(url=f"http://a.example:{free_port()}/"))


OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"url": "ftp://a"}, "does not begin with http"),
    ({"url": "https:///x"}, "names no host"),
    ({"url": "https://u:p@a/"}, "do not belong into the address"),
    ({"url": "https://a:99999/"}, "is no web address"),
    ({"url": "https://a b/"}, "is no web address"),
    ({"match": "("}, "match: .* is not a regular expression"),
    ({"not_match": "["}, "not_match: .* is not a regular expression"),
    ({"method": "HEAD", "match": "x"}, "HEAD has no page"),
    ({"expect": "2yy"}, "expect: '2yy' is not a status code"),
    ({"expect": [200, 999]}, "expect: '999' is not a status code"),
    ({"headers": {"X y": "1"}}, "is not a header field"),
    ({"headers": {"X": "1\r\nEvil: 1"}}, "is not a header field"),
    ({"user": "lan"}, "go together"),
]


def plugin(options: dict[str, Any]) -> Http:
    """As the inventory makes it."""
    declared = declare("http", Http, framed=True)
    checked = vars(declared.adapter.validate_python(options, context=Secrets(Path("/"), {"P": "x"})))
    return Http(**{name: value for name, value in checked.items() if name not in ("every", "timeout")})


@pytest.mark.parametrize(("options", "text"), OPTIONS)
def test_options_that_make_no_sense(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        plugin({"url": "https://a/"} | options)


def test_options_as_they_are_written() -> None:
    made = plugin(
        {"url": f"https://{NAME}/", "expect": [200, "3xx"], "match": "Một cửa", "slower": "3s", "steps": ["30d", "3d"]}
    )
    assert made.wanted == ("200", "3xx")
    assert made.slower == 3
    assert list(made.steps) == [30 * 86400, 3 * 86400]
    assert plugin({"url": "https://a", "expect": 200, "user": "u", "password": "env:P"}).wanted == ("200",)
