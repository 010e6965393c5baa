"""Do we understand the agent that half of the world runs, and it us?"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.errors import AuthFailed, BadAnswer, Refused, SecretMissing, Unreachable
from netmon.model import Credential, Secret
from netmon.wire.real import RealNet
from tests.ports import free_port
from tests.wire.cage import descriptors
from tests.wire.snmpd import AUTH_PASSWORD, COMMUNITY, EVERYBODY, PRIV_PASSWORD, Snmpd, user_name

SYS_NAME = "1.3.6.1.2.1.1.5.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
BOOTS = "1.3.6.1.6.3.10.2.1.2.0"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
IF_DESCR = "1.3.6.1.2.1.2.2.1.2"


@pytest.fixture(scope="module")
def agent(require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    """One for all tests that do not stop it."""
    agent = Snmpd(require_program("snmpd", "snmpd"), tmp_path_factory.mktemp("snmpd"), users=EVERYBODY)
    agent.start()
    yield agent
    agent.stop()


@pytest.fixture
def own_agent(require_program: Callable[[str, str], str], tmp_path: Path) -> Iterator[Snmpd]:
    """One that a test may stop."""
    agent = Snmpd(require_program("snmpd", "snmpd"), tmp_path)
    agent.start()
    yield agent
    agent.stop(kill=True)


@pytest.fixture
async def net() -> AsyncIterator[RealNet]:
    net = RealNet()
    yield net
    await net.close()


def v2c(port: int, community: str = COMMUNITY) -> Credential:
    return Credential(id="v2c", version="2c", port=port, community=Secret(community, "env:COMMUNITY"))


def v3(
    port: int,
    auth: str | None = None,
    priv: str | None = None,
    *,
    user: str | None = None,
    password: str | None = AUTH_PASSWORD,
    priv_password: str = PRIV_PASSWORD,
) -> Credential:
    return Credential(
        id="v3",
        version="3",
        port=port,
        user=user_name(auth, priv) if user is None else user,
        auth=(auth, Secret(password, "env:AUTH")) if auth else None,
        priv=(priv, Secret(priv_password, "env:PRIV")) if priv else None,
    )


async def test_v2c(agent: Snmpd, net: RealNet) -> None:
    values = await net.snmp("127.0.0.1", v2c(agent.port)).get([SYS_NAME, SYS_UPTIME, "1.3.6.1.2.1.99.0"], 5)
    assert values[SYS_NAME] == b"netmon-agent"
    assert isinstance(values[SYS_UPTIME], int)
    assert len(values) == 2


@pytest.mark.parametrize(("auth", "priv"), EVERYBODY, ids=lambda kind: str(kind))
async def test_v3(agent: Snmpd, net: RealNet, auth: str | None, priv: str | None) -> None:
    session = net.snmp("127.0.0.1", v3(agent.port, auth, priv))
    assert await session.get([SYS_NAME], 5) == {SYS_NAME: b"netmon-agent"}


async def test_algorithms_go_by_several_names(agent: Snmpd, net: RealNet) -> None:
    credential = v3(agent.port, "sha-256", "aes", user=user_name("SHA256", "AES128"))
    assert await net.snmp("127.0.0.1", credential).get([SYS_NAME], 5)


@pytest.mark.parametrize("kind", ["v2c", "v3"])
async def test_tables(agent: Snmpd, net: RealNet, kind: str) -> None:
    credential = v2c(agent.port) if kind == "v2c" else v3(agent.port, "SHA256", "AES128")
    columns = await net.snmp("127.0.0.1", credential).table([IF_INDEX, IF_DESCR, "1.3.6.1.2.1.2.2.1.99"], 5)
    assert {index: str(value) for index, value in columns[IF_INDEX].items()} == {i: i for i in columns[IF_INDEX]}
    assert columns[IF_DESCR]["1"] == b"lo"
    assert columns["1.3.6.1.2.1.2.2.1.99"] == {}


async def test_a_long_table_takes_several_requests(agent: Snmpd, net: RealNet) -> None:
    column = "1.3.6.1.6.3.15.1.2.2.1.3"  # usmUserSecurityName: as many rows as snmpd has users
    rows = (await net.snmp("127.0.0.1", v2c(agent.port)).table([column], 5))[column]
    assert sorted(rows.values()) == sorted(user_name(*algorithms).encode() for algorithms in EVERYBODY)
    assert net.counters["sent"] > 1


async def test_requests_of_one_session_wait_for_one_another(agent: Snmpd, net: RealNet) -> None:
    session = net.snmp("127.0.0.1", v2c(agent.port))
    answers = await asyncio.gather(*(session.get([SYS_NAME], 5) for _ in range(20)), session.table([IF_DESCR], 5))
    assert len(answers) == 21


async def test_a_session_is_kept(agent: Snmpd, net: RealNet) -> None:
    assert net.snmp("127.0.0.1", v2c(agent.port)) is net.snmp("127.0.0.1", v2c(agent.port))
    assert net.snmp("127.0.0.2", v2c(agent.port)) is not net.snmp("127.0.0.1", v2c(agent.port))


async def test_a_wrong_community_is_silence(agent: Snmpd, net: RealNet) -> None:
    with pytest.raises(Unreachable, match=r"no SNMP answer within 0\.2 s"):
        await net.snmp("127.0.0.1", v2c(agent.port, "wrong")).get([SYS_NAME], 0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "not-the-password"},
        {"user": "nobody-knows-me"},
    ],
    ids=lambda wrong: str(next(iter(wrong))),
)
async def test_a_wrong_v3_credential_is_told_from_silence(agent: Snmpd, net: RealNet, wrong: dict[str, str]) -> None:
    session = net.snmp("127.0.0.1", v3(agent.port, "SHA256", "AES128", **wrong))
    for _ in range(2):
        with pytest.raises(AuthFailed, match="does not accept the credential"):
            await session.get([SYS_NAME], 2)


async def test_an_agent_that_falls_silent_over_a_wrong_privacy_password_is_alive(agent: Snmpd, net: RealNet) -> None:
    session = net.snmp("127.0.0.1", v3(agent.port, "SHA256", "AES128", priv_password="not-the-password"))
    for _ in range(3):
        with pytest.raises(AuthFailed, match="wrong password"):
            await session.get([SYS_NAME], 0.5)


async def test_an_agent_that_does_not_know_the_new_user_yet_is_polled_by_the_old_community(
    agent: Snmpd, net: RealNet
) -> None:
    both = replace(v3(agent.port, "SHA256", "AES128", user="new-user"), fallback=v2c(agent.port))
    assert await net.snmp("127.0.0.1", both).get([SYS_NAME], 2) == {SYS_NAME: b"netmon-agent"}
    assert net.using("127.0.0.1", both) == "v2c"
    neither = replace(v3(agent.port, "SHA256", "AES128", user="new-user"), fallback=v2c(agent.port, "wrong"))
    with pytest.raises(AuthFailed, match="credential v3, v2c: no answer"):
        await net.snmp("127.0.0.1", neither).get([SYS_NAME], 1)


@pytest.mark.parametrize("kind", ["v2c", "v3"])
async def test_a_table_by_getnext(agent: Snmpd, net: RealNet, kind: str) -> None:
    credential = v2c(agent.port) if kind == "v2c" else v3(agent.port, "SHA256", "AES128")
    session = net.snmp("127.0.0.1", credential)
    fast, slow = [await session.table([IF_INDEX, IF_DESCR], 5, bulk=bulk) for bulk in (True, False)]
    assert fast == slow
    assert fast[IF_DESCR]["1"] == b"lo"


async def test_a_level_the_user_may_not_use_is_an_authentication_error(agent: Snmpd, net: RealNet) -> None:
    credential = v3(agent.port, "SHA256", None, user=user_name("SHA256", "AES128"))
    with pytest.raises(AuthFailed):
        await net.snmp("127.0.0.1", credential).get([SYS_NAME], 2)


async def test_a_closed_port_is_a_refusal(net: RealNet) -> None:
    port = free_port()
    for credential in (v2c(port), v3(port, "SHA256", "AES128")):
        for _ in range(3):
            with pytest.raises(Refused, match="port closed"):
                await net.snmp("127.0.0.1", credential).get([SYS_NAME], 5)


async def test_a_name_is_no_address(net: RealNet) -> None:
    with pytest.raises(BadAnswer, match="invalid address"):
        await net.snmp("localhost", v2c(161)).get([SYS_NAME], 1)


async def test_an_unset_secret_is_told_by_its_source(net: RealNet) -> None:
    credential = Credential(id="c", version="2c", community=Secret(None, "env:SNMP_COMMUNITY"))
    with pytest.raises(SecretMissing, match="env:SNMP_COMMUNITY is not set"):
        await net.snmp("127.0.0.1", credential).get([SYS_NAME], 1)
    with pytest.raises(SecretMissing, match="env:AUTH is not set"):
        net.snmp("127.0.0.1", v3(161, "SHA256", password=None))
    with pytest.raises(SecretMissing, match="env:AUTH is shorter"):
        net.snmp("127.0.0.1", v3(161, "SHA256", password="short"))


@pytest.mark.parametrize(("auth", "priv"), [("SHA3", None), ("SHA", "ROT13"), (None, "AES")])
async def test_an_impossible_credential_is_no_evidence(net: RealNet, auth: str | None, priv: str | None) -> None:
    with pytest.raises(BadAnswer, match="credential v3"):
        net.snmp("127.0.0.1", v3(161, auth, priv))


async def test_a_frozen_agent_is_silence_and_its_late_answer_no_trouble(own_agent: Snmpd, net: RealNet) -> None:
    session = net.snmp("127.0.0.1", v2c(own_agent.port))
    await session.get([SYS_NAME], 5)
    own_agent.freeze()
    with pytest.raises(Unreachable):
        await session.get([SYS_UPTIME], 0.1)
    own_agent.thaw()
    assert await session.get([SYS_NAME], 5) == {SYS_NAME: b"netmon-agent"}


@pytest.mark.parametrize("kind", ["v2c", "v3"])
async def test_a_killed_agent_is_known_again(own_agent: Snmpd, net: RealNet, kind: str) -> None:
    """A v3 agent that restarts counts its boots one further and refuses the first request of before."""
    session = net.snmp("127.0.0.1", v2c(own_agent.port) if kind == "v2c" else v3(own_agent.port, "SHA256", "AES128"))
    before = (await session.get([BOOTS], 5))[BOOTS]
    own_agent.stop(kill=True)
    for _ in range(3):
        with pytest.raises(Refused):
            await session.get([BOOTS], 5)
    own_agent.start()
    after = (await session.get([BOOTS], 5))[BOOTS]
    assert isinstance(before, int)
    assert after == before + 1


async def test_a_restart_between_two_polls_goes_unnoticed(own_agent: Snmpd, net: RealNet) -> None:
    session = net.snmp("127.0.0.1", v3(own_agent.port, "SHA256", "AES128"))
    before = (await session.get([BOOTS], 5))[BOOTS]
    own_agent.stop()
    own_agent.start()
    assert (await session.get([BOOTS], 5))[BOOTS] == int(before) + 1


async def test_an_agent_with_a_new_engine_is_found_again(own_agent: Snmpd, net: RealNet, tmp_path: Path) -> None:
    """It answers the old engine ID with reports that do not count; two time-outs, and it is asked who it is."""
    session = net.snmp("127.0.0.1", v3(own_agent.port, "SHA256", "AES128"))
    await session.get([SYS_NAME], 5)
    own_agent.stop()
    folder = tmp_path / "replacement"
    folder.mkdir()
    replacement = Snmpd(own_agent.program, folder, own_agent.port, "another-box").start()
    try:
        for _ in range(2):
            with pytest.raises((Unreachable, AuthFailed)):
                await session.get([SYS_NAME], 0.1)
        assert await session.get([SYS_NAME], 5) == {SYS_NAME: b"netmon-agent"}
    finally:
        replacement.stop()


async def test_cancelling_leaves_the_session_usable(own_agent: Snmpd, net: RealNet) -> None:
    session = net.snmp("127.0.0.1", v3(own_agent.port, "SHA256", "AES128"))
    await session.get([SYS_NAME], 5)
    own_agent.freeze()
    asking = asyncio.ensure_future(session.get([SYS_UPTIME], 60))
    waiting = asyncio.ensure_future(session.get([SYS_UPTIME], 60))
    await asyncio.sleep(0.05)
    for task in (asking, waiting):
        task.cancel()
    await asyncio.gather(asking, waiting, return_exceptions=True)
    own_agent.thaw()
    assert await session.get([SYS_NAME], 5) == {SYS_NAME: b"netmon-agent"}


async def test_close_gives_every_socket_back(agent: Snmpd) -> None:
    before = descriptors()
    net = RealNet()
    held = [net.snmp("127.0.0.1", credential) for credential in (v2c(agent.port), v3(agent.port, "SHA256", "AES128"))]
    for session in held:
        await session.table([IF_DESCR], 5)
    assert descriptors() == before + 2
    await net.close()
    assert descriptors() == before
