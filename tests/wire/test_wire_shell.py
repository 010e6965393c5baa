"""Does a command line say only what is asked, to whom it should, and never hold anybody up?"""

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any

import paramiko
import pytest

from netmon.errors import AuthFailed, BadAnswer, CollectError, Refused
from netmon.model import Secret, Ssh
from netmon.wire.readonly import changing, refused
from netmon.wire.shell import AT_ONCE, Shells
from netmon.wire.terminal import Terminal
from tests.wire.sshcli import PASSWORD, USER, Fault, SshCli, serving

VERSION = {"show version": "Cổng kết nối xã Châu Quế Hạ\nuptime is 4 weeks"}


def login(cli: SshCli, folder: Path, password: str = PASSWORD) -> Ssh:
    known = cli.known_hosts(folder / "known_hosts")
    return Ssh(user=USER, port=cli.port, password=Secret(password, "env:SSH_PASSWORD"), known_hosts=known)


async def asked(ssh: Ssh, timeout: float = 60.0, *commands: str) -> Any:
    """What is printed, or the error."""
    shells = Shells()
    try:
        return await shells.show("127.0.0.1", ssh, "cisco_ios", commands or ("show version",), timeout)
    except CollectError as error:
        return error
    finally:
        shells.close()


@pytest.mark.parametrize("fault", ["", "split"])
async def test_it_reads_what_a_command_prints(fault: Fault, tmp_path: Path) -> None:
    with serving(VERSION, fault=fault) as cli:
        assert await asked(login(cli, tmp_path)) == VERSION
    assert cli.typed == ["terminal width 511", "terminal length 0", "show version"]


async def test_a_private_key_opens_it_too(tmp_path: Path) -> None:
    """Only the reading of the key is ours; the server here knows passwords alone."""
    key = tmp_path / "key"
    paramiko.ECDSAKey.generate().write_private_key_file(str(key))
    with serving(VERSION) as cli:
        ssh = Ssh(
            user=USER,
            port=cli.port,
            key=Secret(key.read_text(), "file:key"),
            known_hosts=cli.known_hosts(tmp_path / "k"),
        )
        assert isinstance(await asked(ssh), AuthFailed)
        broken = Ssh(user=USER, port=cli.port, key=Secret("no key", "file:key"), known_hosts=ssh.known_hosts)
        said = await asked(broken)
    assert isinstance(said, BadAnswer)
    assert "file:key is no private key" in str(said)


async def test_an_unknown_host_gets_no_password_and_is_not_learned(tmp_path: Path) -> None:
    with serving(VERSION) as cli:
        empty = tmp_path / "known_hosts"
        ssh = Ssh(user=USER, port=cli.port, password=Secret(PASSWORD, "-"), known_hosts=str(empty))
        said = [await asked(ssh), await asked(ssh)]
    assert all(isinstance(each, AuthFailed) for each in said)
    assert f"ssh-keyscan -p {cli.port} 127.0.0.1 >> {empty}" in str(said[1])
    assert cli.tried == []
    assert not empty.exists()


async def test_a_changed_host_key_gets_no_password(tmp_path: Path) -> None:
    with serving(VERSION) as cli:
        known = cli.known_hosts(tmp_path / "known_hosts", paramiko.ECDSAKey.generate())
        said = await asked(Ssh(user=USER, port=cli.port, password=Secret(PASSWORD, "-"), known_hosts=known))
    assert isinstance(said, AuthFailed)
    assert "another host key" in str(said)
    assert "ssh-keygen -R" in str(said)
    assert cli.tried == []


async def test_a_wrong_password_is_told_without_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(VERSION) as cli:
        said = await asked(login(cli, tmp_path, "not-this-one"))
        assert await asked(login(cli, tmp_path)) == VERSION
    assert isinstance(said, AuthFailed)
    assert str(said) == "127.0.0.1: the login of 'netmon' is not accepted"
    assert "not-this-one" not in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize("fault", ["hang", "endless", "silent", "no shell"])
async def test_a_device_that_hangs_frees_its_thread(fault: Fault, tmp_path: Path) -> None:
    """As many as there are threads, and then one more that answers."""
    shells = Shells()
    with serving(VERSION, fault=fault) as hung, serving(VERSION) as well:
        ssh = login(hung, tmp_path)
        many = [shells.show("127.0.0.1", ssh, "cisco_ios", ["show version"], 1.5) for _ in range(AT_ONCE)]
        said = await asyncio.gather(*many, return_exceptions=True)
        last = await shells.show("127.0.0.1", login(well, tmp_path), "cisco_ios", ["show version"], 60.0)
    shells.close()
    assert {type(each) for each in said} == {BadAnswer}
    assert all("within 1.5 s" in str(each) or "time is up" in str(each) for each in said)
    assert last == VERSION


@pytest.mark.parametrize("fault", ["hang", "endless", "silent", "no shell"])
async def test_a_service_that_stops_is_not_held_up(fault: Fault, tmp_path: Path) -> None:
    """Whatever the device does, the thread ends with the task that waits for it, and not with its time."""
    shells = Shells()
    with serving(VERSION, fault=fault) as cli:
        asking = asyncio.ensure_future(
            shells.show("127.0.0.1", login(cli, tmp_path), "cisco_ios", ["show version"], 300.0)
        )
        await asyncio.sleep(1.0)
        asking.cancel()
        await asyncio.wait([asking])
        shells.close()
        for _ in range(300):
            left = [each.name for each in threading.enumerate() if each.name.startswith("netmon-ssh")]
            if not left:
                break
            await asyncio.sleep(0.1)
    assert left == []


async def test_a_session_that_the_device_closes_is_over_at_once(tmp_path: Path) -> None:
    with serving(VERSION, fault="close") as cli:
        said = await asyncio.wait_for(asked(login(cli, tmp_path), 300.0), 60)
    assert isinstance(said, BadAnswer)
    assert "closed the session" in str(said)


async def test_a_closed_port_is_a_refusal(tmp_path: Path) -> None:
    with serving(VERSION) as cli:
        ssh = login(cli, tmp_path)
    assert isinstance(await asked(ssh), Refused)


async def test_what_speaks_no_ssh_is_a_bad_answer(tmp_path: Path) -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(web, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await asked(Ssh(user=USER, port=port, password=Secret("x", "-"), known_hosts=str(tmp_path / "none")))
    assert isinstance(said, BadAnswer)
    assert "no SSH session" in str(said)


async def test_a_command_that_changes_something_is_refused_before_connecting(tmp_path: Path) -> None:
    with serving(VERSION) as cli, pytest.raises(ValueError, match="reload"):
        await asked(login(cli, tmp_path), 5.0, "show version", "reload")
    assert cli.sessions == 0


@pytest.mark.parametrize(
    ("platform", "command"),
    [
        ("cisco_ios", "show running-config"),
        ("cisco_xe", "show interfaces GigabitEthernet0/0/0"),
        ("cisco_ios", "show logging | include LINEPROTO"),
        ("huawei_vrp", "display current-configuration"),
        ("hp_comware", "display interface brief"),
        ("juniper_junos", "show configuration | display set"),
        ("mikrotik_routeros", "/export"),
        ("mikrotik_routeros", "/interface print stats"),
        ("mikrotik_routeros", "/ip address print"),
        ("fortinet", "get system status"),
        ("nokia_sros", "admin display-config"),
    ],
)
def test_what_only_looks_is_allowed(platform: str, command: str) -> None:
    assert refused(platform, command) == ""


@pytest.mark.parametrize(
    ("platform", "command"),
    [
        ("cisco_ios", "configure terminal"),
        ("cisco_ios", "write memory"),
        ("cisco_ios", "copy running-config startup-config"),
        ("cisco_ios", "reload"),
        ("cisco_ios", "sh run"),
        ("cisco_ios", "display version"),
        ("cisco_ios", "show running-config | redirect flash:x"),
        ("cisco_ios", "show running-config | tee flash:x"),
        ("cisco_ios", "show version | include a | append flash:x"),
        ("cisco_nxos", "show running-config > bootflash:x"),
        ("cisco_ios", "show version; reload"),
        ("cisco_ios", "show version\nreload"),
        ("cisco_ios", "show version\rreload"),
        ("cisco_ios", "show tech-support"),
        ("cisco_ios", "show ?"),
        ("cisco_ios", " show version"),
        ("cisco_ios", ""),
        ("cisco_ios", "show " + "x" * 500),
        ("huawei_vrp", "system-view"),
        ("huawei_vrp", "undo interface Vlanif1"),
        ("huawei_vrp", "show version"),
        ("huawei_vrp", "display diagnostic-information"),
        ("juniper_junos", "show configuration | save x"),
        ("mikrotik_routeros", "/export file=x"),
        ("mikrotik_routeros", "/system reboot"),
        ("mikrotik_routeros", "/export show-sensitive"),
        ("mikrotik_routeros", "/ip address remove 0"),
        ("linux", "cat /etc/shadow"),
        ("linux", "show $(reboot)"),
        ("linux", "show `reboot`"),
    ],
)
def test_anything_else_is_refused(platform: str, command: str) -> None:
    assert refused(platform, command)


@pytest.mark.parametrize(
    "typed", ["config system console\n", "set output standard\n", "configure terminal\n", "\nsystem-view\n", "wr\n"]
)
def test_what_the_library_types_by_itself_is_watched_too(typed: str) -> None:
    assert changing(typed)


@pytest.mark.parametrize(
    "typed", ["terminal length 0\n", "screen-length 0 temporary\n", "set cli screen-length 0\n", "\n", "exit\n"]
)
def test_and_may_prepare_the_session(typed: str) -> None:
    assert not changing(typed)


class Wire:
    """Below a terminal: what was typed."""

    def __init__(self) -> None:
        self.typed = b""

    def sendall(self, typed: bytes) -> None:
        self.typed += typed


def test_a_secret_that_looks_like_a_command_is_typed_and_a_command_is_not() -> None:
    wire = Wire()
    terminal = Terminal(wire, "reset-2026!")
    terminal.write_channel("reset-2026!\n")
    assert wire.typed == b"reset-2026!\n"
    with pytest.raises(BadAnswer, match="would change the device: 'reset saved'"):
        terminal.write_channel("reset saved\n")
    with pytest.raises(BadAnswer):
        Terminal(wire).write_channel("reset-2026!\n")
    assert wire.typed == b"reset-2026!\n"
