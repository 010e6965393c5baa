"""Are traps and informs of real senders understood, and is nothing believed that is not proved?"""

import gc
import random
import resource
import select
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netmon.errors import SecretMissing
from netmon.model import Credential, Secret
from netmon.wire.traps.guard import WINDOW
from netmon.wire.traps.head import Ignored, Notification
from netmon.wire.traps.receiver import Receiver
from tests.wire.senders import LINK_DOWN, Sender, port_values

OWN = bytes.fromhex("80004fb805") + b"0123456789ab"
NOW = 1_000_000.0


def secret(value: str | None) -> Secret:
    return Secret(value, "env:X")


COMMUNITY = Credential(id="c", version="2c", community=secret("s3cret-word"))
STRONG = Credential(
    id="s", version="3", user="netmon", auth=("SHA256", secret("authpass99")), priv=("AES128", secret("privpass99"))
)
OLD = Credential(id="o", version="3", user="netmon", auth=("SHA-512", secret("oldpass999")))
PLAIN = Credential(id="p", version="3", user="plain")
AS_STRONG = ["-u", "netmon", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass99", "-x", "AES", "-X", "privpass99"]
AS_OLD = ["-u", "netmon", "-l", "authNoPriv", "-a", "SHA-512", "-A", "oldpass999"]
VALUES = port_values(3, "Gi0/1")


class Desk:
    """A socket with a receiver behind it."""

    def __init__(self, require: Callable[[str, str], str], folder: Path) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.receiver = Receiver(OWN, 1, NOW)
        self.send = Sender(require, folder, self.sock.getsockname()[1])
        self.last = b""

    def take(self, *credentials: Credential, now: float = NOW) -> Notification | None:
        """Hear the next datagram."""
        ready, _, _ = select.select([self.sock], [], [], 30)
        assert ready, "nothing came"
        self.last, source = self.sock.recvfrom(9000)
        return self.receiver.hear(self.last, source, credentials, now, lambda message, to: self._answer(message, to))

    def again(self, *credentials: Credential, now: float = NOW) -> Notification | None:
        """Hear the last datagram once more."""
        return self.receiver.hear(self.last, ("127.0.0.1", 1), credentials, now, lambda message, to: None)

    def reason(self, *credentials: Credential) -> str:
        with pytest.raises(Ignored) as raised:
            self.take(*credentials)
        return raised.value.reason

    def _answer(self, message: bytes, to: tuple[str, int]) -> None:
        self.sock.sendto(message, to)


@pytest.fixture
def desk(require_program: Callable[[str, str], str], tmp_path: Path) -> Iterator[Desk]:
    found = Desk(require_program, tmp_path)
    yield found
    found.sock.close()


@pytest.mark.debian("snmp")
def test_a_v1_trap_gets_its_v2_name_and_loses_its_community(desk: Desk) -> None:
    desk.send.v1("s3cret-word", "1.3.6.1.4.1.318", "10.0.0.9", 6, 5)
    said = desk.take(COMMUNITY)
    assert said is not None
    assert (said.trap, said.agent) == ("1.3.6.1.4.1.318.0.5", "10.0.0.9")
    assert "s3cret" not in repr(said)
    desk.send.v1("s3cret-word", "1.3.6.1.4.1.9.1", "10.0.0.9", 2, 0, *VALUES)
    said = desk.take(COMMUNITY)
    assert said is not None
    assert said.trap == LINK_DOWN
    assert said.values["1.3.6.1.2.1.31.1.1.1.1.3"] == b"Gi0/1"


@pytest.mark.debian("snmp")
def test_v2c_traps_and_informs(desk: Desk) -> None:
    desk.send.v2("s3cret-word", LINK_DOWN, *VALUES)
    said = desk.take(COMMUNITY)
    assert said is not None
    assert (said.trap, said.values["1.3.6.1.2.1.2.2.1.1.3"]) == (LINK_DOWN, 3)
    inform = desk.send.inform(["-v2c", "-c", "s3cret-word"], LINK_DOWN, *VALUES)
    told = desk.take(COMMUNITY)
    assert told is not None
    uptime = {"1.3.6.1.2.1.1.3.0": 0}
    assert {**told.values, **uptime} == {**said.values, **uptime}
    desk.send.done(inform)


@pytest.mark.debian("snmp")
def test_a_community_counts_only_if_it_is_the_devices_own(desk: Desk) -> None:
    desk.send.v2("public", LINK_DOWN, *VALUES)
    assert desk.reason(COMMUNITY) == "community"
    desk.send.v2("s3cret-word", LINK_DOWN, *VALUES)
    assert desk.reason(STRONG) == "community"
    other = Credential(id="x", version="2c", community=secret("another"))
    desk.send.v2("another", LINK_DOWN, *VALUES)
    assert desk.take(COMMUNITY, other) is not None
    desk.send.v2("another", LINK_DOWN, *VALUES)
    assert desk.reason(COMMUNITY) == "community"  # though pysnmp knows the word by now


@pytest.mark.debian("snmp")
@pytest.mark.parametrize(
    ("auth", "priv", "words"),
    [
        ("MD5", "DES", "-a MD5 -x DES"),
        ("SHA1", "AES128", "-a SHA -x AES"),
        ("SHA1", "AES256", "-a SHA -x AES-256"),
        ("SHA224", "AES192", "-a SHA-224 -x AES-192"),
        ("SHA384", "AES256C", "-a SHA-384 -x AES-256-C"),
        ("SHA512", "AES256", "-a SHA-512 -x AES-256"),
    ],
)
def test_v3_traps_and_informs(desk: Desk, auth: str, priv: str, words: str) -> None:
    credential = Credential(
        id="x", version="3", user="mon", auth=(auth, secret("authpass99")), priv=(priv, secret("privpass99"))
    )
    who = ["-u", "mon", "-l", "authPriv", *words.split(), "-A", "authpass99", "-X", "privpass99"]
    desk.send.v3(who, LINK_DOWN, *VALUES)
    said = desk.take(credential)
    assert said is not None
    assert said.trap == LINK_DOWN
    inform = desk.send.inform(["-v3", *who], LINK_DOWN, *VALUES)
    while (said := desk.take(credential)) is None:  # it asks who it is that it informs
        pass
    assert said.trap == LINK_DOWN
    desk.send.done(inform)


@pytest.mark.debian("snmp")
def test_a_new_password_and_the_old_one_are_both_good_while_it_is_rolled_out(desk: Desk) -> None:
    for who in (AS_STRONG, AS_OLD, AS_STRONG):
        desk.send.v3(who, LINK_DOWN, *VALUES)
        assert desk.take(STRONG, OLD) is not None


@pytest.mark.debian("snmp")
def test_nobody_may_be_less_protected_than_the_credential_says(desk: Desk) -> None:
    desk.send.v3(["-u", "netmon", "-l", "noAuthNoPriv"], LINK_DOWN, *VALUES)
    assert desk.reason(STRONG) == "auth"
    desk.send.v3([*AS_STRONG[:2], "-l", "authNoPriv", *AS_STRONG[4:8]], LINK_DOWN, *VALUES)
    assert desk.reason(STRONG) == "auth"
    desk.send.v3([*AS_STRONG[:2], "-l", "authNoPriv", *AS_STRONG[4:7], "wrongpass9"], LINK_DOWN, *VALUES)
    assert desk.reason(STRONG) == "auth"
    desk.send.v3(["-u", "nobody", "-l", "noAuthNoPriv"], LINK_DOWN, *VALUES)
    assert desk.reason(STRONG, PLAIN) == "user"
    desk.send.v3(["-u", "plain", "-l", "noAuthNoPriv"], LINK_DOWN, *VALUES)
    assert desk.take(PLAIN) is not None
    desk.send.v3(["-u", "netmon", "-l", "noAuthNoPriv"], LINK_DOWN, *VALUES, engine="0x" + OWN.hex(), boots="0,0")
    assert desk.reason(STRONG) == "auth"  # it may ask for the clock, but not like that


@pytest.mark.debian("snmp")
def test_an_old_trap_is_not_believed_again(desk: Desk) -> None:
    desk.send.v3(AS_STRONG, LINK_DOWN, *VALUES, boots="7,1000")
    assert desk.take(STRONG) is not None
    assert desk.again(STRONG, now=NOW + WINDOW - 1) is not None
    with pytest.raises(Ignored, match="window"):
        desk.again(STRONG, now=NOW + WINDOW + 1)
    desk.send.v3(AS_STRONG, LINK_DOWN, *VALUES, boots="6,99999")
    assert desk.reason(STRONG) == "window"
    desk.send.v3(AS_STRONG, LINK_DOWN, *VALUES, boots="8,3")
    assert desk.take(STRONG) is not None


@pytest.mark.debian("snmp")
def test_who_signs_nothing_does_not_tell_the_time_for_those_who_do(desk: Desk) -> None:
    for level, boots in (("noAuthNoPriv", "2147483646,9"), ("", "7,1000"), ("noAuthNoPriv", "1,1")):
        who = ["-u", "plain", "-l", level] if level else AS_STRONG
        desk.send.v3(who, LINK_DOWN, *VALUES, boots=boots)
        assert desk.take(STRONG, PLAIN) is not None


@pytest.mark.debian("snmp")
def test_more_engines_than_are_remembered_are_heard_all_the_same(desk: Desk) -> None:
    desk.receiver = Receiver(OWN, 1, NOW, most_users=2)
    for n in (1, 2, 3, 1):
        desk.send.v3(AS_STRONG, LINK_DOWN, *VALUES, engine=f"0x800000000102030{n}")
        assert desk.take(STRONG) is not None
    assert desk.receiver.restarts == 1
    with pytest.raises(Ignored, match="window"):
        desk.again(STRONG, now=NOW + WINDOW + 1)  # what the engine said last is remembered


@pytest.mark.debian("snmp")
def test_what_is_no_trap_says_nothing(desk: Desk) -> None:
    get = desk.send.start("snmpget", "-v2c", "-c", "s3cret-word", "-r0", "-t1", desk.send.to, "1.3.6.1.2.1.1.1.0")
    assert desk.reason(COMMUNITY) == "unreadable"
    assert get.wait(timeout=30) == 1
    assert get.stdout is not None
    get.stdout.close()


@pytest.mark.debian("snmp")
def test_a_secret_that_cannot_be_used_is_no_secret(desk: Desk) -> None:
    short = Credential(id="x", version="3", user="netmon", auth=("SHA256", secret("short")))
    desk.send.v3(AS_STRONG, LINK_DOWN, *VALUES)
    assert desk.reason(short) == "auth"
    with pytest.raises(SecretMissing):
        desk.receiver.guard.keys(short)
    lost = Credential(id="x", version="2c", community=secret(None))
    desk.send.v2("s3cret-word", LINK_DOWN, *VALUES)
    assert desk.reason(lost) == "community"


def mutated(good: list[bytes], chance: random.Random) -> bytes:
    """A good datagram after an accident, or noise."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(200))
    data = bytearray(chance.choice(good))
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data)) if data else 0
        way = chance.randrange(4)
        if way == 0 and data:
            data[at] = chance.randrange(256)
        elif way == 1:
            data[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif way == 2:
            del data[at : at + chance.randrange(1, 9)]
        else:
            data += data[at:]
    return bytes(data[:8192])


def recorded(desk: Desk) -> list[bytes]:
    """One good datagram of each kind."""
    found = []
    desk.send.v1("s3cret-word", "1.3.6.1.4.1.318", "10.0.0.9", 6, 5, *VALUES)
    desk.take(COMMUNITY)
    found.append(desk.last)
    desk.send.v2("s3cret-word", LINK_DOWN, *VALUES)
    desk.take(COMMUNITY)
    found.append(desk.last)
    for who in (AS_STRONG, ["-u", "plain", "-l", "noAuthNoPriv"]):
        desk.send.v3(who, LINK_DOWN, *VALUES)
        desk.take(STRONG, PLAIN)
        found.append(desk.last)
    for who in (["-v2c", "-c", "s3cret-word"], ["-v3", *AS_STRONG]):
        inform = desk.send.inform(who, LINK_DOWN, *VALUES)
        while desk.take(COMMUNITY, STRONG) is None:
            found.append(desk.last)
        found.append(desk.last)
        desk.send.done(inform)
    return found


def resident() -> int:
    """Octets of memory that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def fuzz(desk: Desk, good: list[bytes], seed: int, rounds: int) -> tuple[int, int]:
    """(ignored, believed or answered); anything but Ignored ends the test."""
    chance, ignored, answers = random.Random(seed), 0, []
    for n in range(rounds):
        datagram = mutated(good, chance)
        try:
            desk.receiver.hear(
                datagram, ("127.0.0.1", 9), (COMMUNITY, STRONG, PLAIN), NOW + n / 50, lambda m, to: answers.append(m)
            )
        except Ignored:
            ignored += 1
        answers.clear()
    return ignored, rounds - ignored


@pytest.mark.debian("snmp")
def test_accidents_and_noise_are_ignored(desk: Desk) -> None:
    ignored, other = fuzz(desk, recorded(desk), 1, 1500)
    assert ignored > 1000
    assert other > 10, "some accidents leave a message whole"


@pytest.mark.nightly
@pytest.mark.debian("snmp")
def test_a_night_of_noise_leaves_nothing_behind(desk: Desk, record_property: Callable[[str, object], None]) -> None:
    good = recorded(desk)
    fuzz(desk, good, 2, 20_000)
    before = resident()
    ignored, other = fuzz(desk, good, 3, 80_000)
    after = resident()
    record_property(
        "figures",
        f"100,000 broken traps: {ignored} of the last 80,000 ignored, {other} taken, "
        f"{(after - before) / 1e6:.1f} MB kept, pysnmp started anew {desk.receiver.restarts} times",
    )
    assert after - before < 20e6
