"""Does the DNS collector tell a server that knows its names from one that does not?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from collectors.dns import Dns
from netmon.errors import NotServing, Refused
from tests.collectors.servers import Require, asked, dnsmasq, told
from tests.ports import free_port
from tests.wire import hostile

LONG = [f"--txt-record=long.lab.test,{number:03d}{'x' * 200}" for number in range(10)]
"""More text than a datagram without EDNS holds."""


@pytest.fixture(scope="module")
def server(require_program: Require, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    records = (
        "--host-record=portal.lab.test,10.28.0.80,fd00::80", "--cname=www.lab.test,portal.lab.test",
        "--mx-host=lab.test,mail.lab.test,10", "--txt-record=lab.test,v=spf1 mx -all",
        "--srv-host=_sip._udp.lab.test,bridge.lab.test,5060", "--ptr-record=80.0.28.10.in-addr.arpa,portal.lab.test",
        *LONG,
    )  # fmt: skip
    with dnsmasq(require_program, tmp_path_factory.mktemp("dns"), *records) as port:
        yield port


@pytest.mark.parametrize(
    "collector",
    [
        Dns(name="portal.lab.test"),
        Dns(name="portal.lab.test", tcp=True),
        Dns(name="PORTAL.lab.test", expect=("10.28.0.80",)),
        Dns(name="portal.lab.test", type="AAAA", expect=("fd00::80",)),
        Dns(name="www.lab.test", expect=("10.28.0.80",)),
        Dns(name="lab.test", type="MX", expect=("Mail.lab.test",)),
        Dns(name="lab.test", type="MX", expect=("10 mail.lab.test",)),
        Dns(name="lab.test", type="TXT", expect=("v=spf1 mx -all",)),
        Dns(name="_sip._udp.lab.test", type="SRV", expect=("bridge.lab.test",)),
        Dns(name="80.0.28.10.in-addr.arpa", type="PTR", expect=("portal.lab.test",)),
        Dns(name="portal.lab.test", recurse=False),
    ],
    ids=repr,
)
async def test_what_a_server_knows(server: int, collector: Dns) -> None:
    values = told(await asked(replace(collector, port=server)))
    assert values["netmon_dns_answers"] == 1
    assert values["netmon_dns_response_code"] == 0
    assert 0 < values["netmon_dns_lookup_seconds"] < 5


@pytest.mark.parametrize("name", ["nothing.lab.test", "lab.test"])
async def test_what_must_not_be_known(server: int, name: str) -> None:
    values = told(await asked(replace(Dns(name=name, expect_none=True), port=server)))
    assert values["netmon_dns_answers"] == 0


@pytest.mark.parametrize(
    ("collector", "why"),
    [
        (Dns(name="nothing.lab.test"), "A of nothing.lab.test: NXDOMAIN"),
        (Dns(name="example.org"), "A of example.org: REFUSED"),
        (Dns(name="example.org", expect_none=True), "A of example.org: REFUSED"),
        (Dns(name="lab.test"), "A of lab.test: no such record"),
        (
            Dns(name="portal.lab.test", expect=("10.28.0.80", "10.28.0.81")),
            "A of portal.lab.test: 10.28.0.80, expected 10.28.0.81",
        ),
        (Dns(name="portal.lab.test", expect_none=True), "A of portal.lab.test: 10.28.0.80, expected none"),
        (
            Dns(name="lab.test", type="TXT", expect=("v=spf1",)),
            "TXT of lab.test: v=spf1 mx -all, expected v=spf1",
        ),
    ],
)
async def test_what_a_server_gets_wrong(server: int, collector: Dns, why: str) -> None:
    with pytest.raises(NotServing) as raised:
        await asked(replace(collector, port=server))
    assert str(raised.value) == why
    assert "netmon_dns_response_code" in told(raised.value.samples)


async def test_a_long_answer_comes_over_tcp(server: int) -> None:
    """All of it: a datagram would hold two of them."""
    values = told(await asked(replace(Dns(name="long.lab.test", type="TXT", expect=("009" + "x" * 200,)), port=server)))
    assert values["netmon_dns_answers"] == len(LONG)


async def test_nobody_there() -> None:
    with pytest.raises(Refused):
        await asked(replace(Dns(name="portal.lab.test"), port=free_port()))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"name": "a..b"}, "not a domain name"),
        ({"name": "x" * 64}, "not a domain name"),
        ({"name": "a", "expect": ("10.0.0.1",), "expect_none": True}, "exclude each other"),
    ],
)
def test_what_can_never_be_asked(options: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Dns(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("answering", [hostile.echo, hostile.rubbish, hostile.flood], ids=lambda each: each.__name__)
async def test_strangers_in_datagrams(answering: hostile.Answering) -> None:
    async with hostile.udp(answering) as port:
        with pytest.raises(NotServing, match="answers, but not with DNS"):
            await asked(replace(Dns(name="portal.lab.test"), port=port), timeout=0.3)


@pytest.mark.parametrize("behaviour", hostile.BAD)
async def test_strangers_over_tcp(behaviour: str) -> None:
    async with hostile.tcp(hostile.BAD[behaviour]) as port:
        with pytest.raises(NotServing):
            await asked(replace(Dns(name="portal.lab.test", tcp=True), port=port), timeout=0.3)
