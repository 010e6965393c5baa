"""Is each host told once, by the address it is best known by, and is nobody told who is none?"""

import pytest

from netmon.model import Sample
from netmon.reading.hosts import HOST, MOST, Host, is_host, told

ONE, TWO = "00:16:3e:00:00:01", "00:16:3e:00:00:02"


@pytest.mark.parametrize("mac", [ONE, "02:42:ac:11:00:02", "de:ad:be:ef:00:01"])
def test_hosts(mac: str) -> None:
    assert is_host(mac)


@pytest.mark.parametrize(
    "mac",
    [
        "", "00:16:3e:00:00", "00:16:3e:00:00:01:02", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01",
        "33:33:00:00:00:01", "00:00:5e:00:01:0a", "00:00:5e:00:02:0a", "00:00:0c:07:ac:01", "00:00:0c:9f:f0:01",
        "00:05:73:a0:00:01", "00:07:b4:00:01:01",
    ],
)  # fmt: skip
def test_no_hosts(mac: str) -> None:
    assert not is_host(mac)


@pytest.mark.parametrize(
    ("addresses", "best"),
    [
        (["10.0.0.9", "10.0.0.10"], "10.0.0.9"),
        (["", "10.0.0.9"], "10.0.0.9"),
        (["10.0.0.9", ""], "10.0.0.9"),
        (["2001:db8::5", "fe80::1", "10.0.0.9"], "10.0.0.9"),
        (["2001:db8::5", "fe80::1"], "fe80::1"),
        (["2001:db8::5", "2001:db8::4"], "2001:db8::4"),
        ([""], ""),
    ],
)
def test_the_address_that_stays(addresses: list[str], best: str) -> None:
    samples = told(Host(ONE, address, "Gi0/1", "7") for address in addresses)
    assert samples[0] == Sample(HOST, 1, (ONE, best, "Gi0/1", "7"))
    assert samples[1] == Sample("netmon_lan_hosts", 1)


def test_nobody_is_an_answer() -> None:
    assert told([]) == [Sample("netmon_lan_hosts", 0), Sample("netmon_lan_hosts_dropped", 0)]


def test_too_many_are_counted() -> None:
    macs = [f"00:16:3e:00:{number >> 8:02x}:{number & 255:02x}" for number in range(MOST + 3)]
    samples = told(Host(mac, "", "", "") for mac in reversed(macs))
    assert [sample.labels[0] for sample in samples[:-2]] == macs[:MOST]
    assert samples[-2:] == [Sample("netmon_lan_hosts", MOST + 3), Sample("netmon_lan_hosts_dropped", 3)]
