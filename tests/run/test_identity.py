"""Is the profile that is put on a target the one that fits the device, and is the device seldom asked?"""

import pytest

from netmon.errors import BadAnswer, Unreachable
from netmon.model import Profile, ProfileMatch
from netmon.run.identity import KEPT, SYS_DESCR, SYS_OBJECT_ID, Identities, choose
from tests.collectors.fakes import FakeNet, FakeSession, target


def profile(name: str, *matches: ProfileMatch) -> Profile:
    return Profile(id=name, name=name.upper(), matches=matches)


PROFILES = {
    each.id: each
    for each in (
        profile("generic"),
        profile("huawei", ProfileMatch("1.3.6.1.4.1.2011")),
        profile("huawei-olt", ProfileMatch("1.3.6.1.4.1.2011.2.316"), ProfileMatch("1.3.6.1.4.1.2011", "MA5[68]")),
        profile("draytek", ProfileMatch("1.3.6.1.4.1.8072.3.2.10", "^DrayTek")),
        profile("net-snmp", ProfileMatch("1.3.6.1.4.1.8072.3.2.10")),
    )
}


class Time:
    at = 1000.0

    def now(self) -> float:
        return self.at

    def ahead(self) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("object_id", "descr", "expected"),
    [
        ("1.3.6.1.4.1.2011.2.224.279", "AR2220", "huawei"),
        ("1.3.6.1.4.1.2011.2.316.1", "", "huawei-olt"),
        ("1.3.6.1.4.1.2011.2.115", "Huawei MA5683T", "huawei-olt"),
        ("1.3.6.1.4.1.20110", "", "generic"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux", "net-snmp"),
        ("1.3.6.1.4.1.8072.3.2.10", "DrayTek Vigor", "draytek"),
        ("", "", "generic"),
    ],
)
def test_the_longest_prefix_wins_and_the_description_breaks_ties(object_id: str, descr: str, expected: str) -> None:
    assert choose(PROFILES, object_id, descr).profile.id == expected


def test_without_any_profile_nothing_is_known() -> None:
    assert choose({}, "1.3.6.1.4.1.9.1.1", "").profile.tables == ()


async def test_a_device_is_asked_once_in_an_hour_and_after_its_address_has_changed() -> None:
    clock, session = Time(), FakeSession({SYS_OBJECT_ID: "1.3.6.1.4.1.2011.2.224.279", SYS_DESCR: b"AR2220"})
    net, identities = FakeNet(session), Identities(PROFILES, clock)
    for _ in range(3):
        dressed = await identities.dressed(target(), net)
    assert dressed.profile == PROFILES["huawei"]
    assert len(session.asked) == 2
    await identities.dressed(target(address="10.0.0.2"), net)
    assert len(session.asked) == 4
    clock.at += KEPT
    await identities.dressed(target(address="10.0.0.2"), net)
    assert len(session.asked) == 6
    fit = identities.known("r1")
    assert fit is not None
    assert fit.match == ProfileMatch("1.3.6.1.4.1.2011")


async def test_silence_is_told_and_nothing_is_believed_of_it() -> None:
    identities = Identities(PROFILES, Time())
    with pytest.raises(Unreachable):
        await identities.dressed(target(), FakeNet(FakeSession(Unreachable("nobody"))))
    assert identities.known("r1") is None


async def test_an_agent_without_a_system_group_is_of_no_known_vendor() -> None:
    identities = Identities(PROFILES, Time())
    dressed = await identities.dressed(target(), FakeNet(FakeSession(BadAnswer("nothing"))))
    assert dressed.profile == PROFILES["generic"]
