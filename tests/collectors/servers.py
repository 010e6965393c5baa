"""Real servers on loopback, for as long as a test needs them: names, time, telephony, cameras, mail."""

import asyncio
import getpass
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from netmon.errors import CollectError
from netmon.model import Sample, Target
from netmon.wire.real import RealNet
from tests.conftest import missing
from tests.ports import free_port

Require = Callable[[str, str], str]
SYSTEM_PYTHON = "/usr/bin/python3"

ASKED = Target(id="s", of="service", site="s", level="commune", address="127.0.0.1", timeout=5)


class Here(RealNet):
    """The network of this machine, where `localhost` is 127.0.0.1 alone: many a hosts file has ::1, too, and before."""

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        return ["127.0.0.1"] if name == "localhost" else await super().resolve(name, timeout)


async def asked(collector: Any, address: str = "127.0.0.1", timeout: float = 5) -> list[Sample]:
    """What a collector brings from a service over the real network, checked against what it declares.

    The call must be over soon after its `timeout`, whatever the server does.
    """
    net = Here()
    failure: CollectError | None = None
    samples: list[Sample] = []
    try:
        async with asyncio.timeout(timeout + 2):
            samples = await collector.collect(replace(ASKED, address=address, timeout=timeout), net)
    except CollectError as error:
        failure = error
    finally:
        await net.close()
    if failure is not None:
        assert_declared(collector, failure.samples)
        assert str(failure).isprintable()
        raise failure
    assert_declared(collector, samples)
    name = type(collector).__module__.rpartition(".")[2]
    assert ("netmon_probe_rtt_seconds", (name,)) in {(each.metric, each.labels) for each in samples}
    return samples


def assert_declared(collector: Any, samples: Sequence[Sample]) -> None:
    """Each series once, with the labels of its family."""
    for sample in samples:
        assert len(sample.labels) == len(collector.METRICS[sample.metric].labels), sample
    assert len({(sample.metric, sample.labels) for sample in samples}) == len(samples)


def told(samples: Sequence[Sample]) -> dict[str, float]:
    """Family -> value, of those without labels."""
    return {sample.metric: sample.value for sample in samples if not sample.labels}


@contextmanager
def running(command: Sequence[str | Path], folder: Path, port: int, kind: str) -> Iterator[int]:
    """A program, once it has opened a port (`udp`, `tcp`) of loopback; it is ended with the block."""
    log = folder / f"{Path(command[0]).name}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        give_up = time.monotonic() + 30
        while not is_open(port, kind):
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < give_up, f"opened no port: {log.read_text(errors='replace')}"
            time.sleep(0.01)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_open(port: int, kind: str) -> bool:
    """Whether somebody on this machine listens there (proc(5), /proc/net)."""
    for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[3] in ("07", "0A"):  # UDP unconnected, TCP listening
            return True
    return False


def dnsmasq(require: Require, folder: Path, *records: str) -> Any:
    """A name server with these records (`--address=/portal.lab/10.1.1.1`), and authority over lab.test."""
    port = free_port()
    command = (
        require("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
        "--no-hosts", f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file=",
        "--local=/lab.test/", f"--user={getpass.getuser()}", "--group=", *records,
    )  # fmt: skip
    return running(command, folder, port, "udp")


def chronyd(require: Require, folder: Path, *directives: str) -> Any:
    """A time server that leaves this machine's clock alone."""
    port = free_port()
    lines = ("allow 127.0.0.1", f"port {port}", "cmdport 0", "bindaddress 127.0.0.1", f"pidfile {folder}/{port}.pid")
    file = folder / f"chrony-{port}.conf"
    file.write_text("\n".join((*lines, *directives, "")))
    command = (require("chronyd", "chrony"), "-x", "-U", "-u", getpass.getuser(), "-d", "-f", str(file))
    return running(command, folder, port, "udp")


SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="options">
  <recv request="OPTIONS" crlf="true"/>
  {steps}
</scenario>
"""

ANSWER = """<send><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""


def sipp(require: Require, folder: Path, *statuses: str, transport: str = "u1") -> Any:
    """A SIP server that answers each OPTIONS with these, one after the other."""
    port = free_port()
    file = folder / f"options-{port}.xml"
    pause = '<pause milliseconds="50"/>\n'
    file.write_text(SCENARIO.format(steps=pause.join(ANSWER.format(status=status) for status in statuses)))
    command = (
        require("sipp", "sip-tester"), "-sf", str(file), "-i", "127.0.0.1", "-p", str(port), "-t", transport, "-nostdin"
    )  # fmt: skip
    return running(command, folder, port, "tcp" if transport == "t1" else "udp")


def camera(folder: Path, *login: str) -> Any:
    """A camera (camera.py), with `login` (user, password, digest or basic) or open to everybody."""
    bindings = "import gi; gi.require_version('GstRtspServer', '1.0'); gi.require_version('GstRtsp', '1.0')"
    if subprocess.run([SYSTEM_PYTHON, "-c", bindings], capture_output=True, check=False).returncode:
        missing("GStreamer's RTSP server is not installed (apt-get install python3-gi gir1.2-gst-rtsp-server-1.0)")
    port = free_port()
    script = Path(__file__).with_name("camera.py")
    return running((SYSTEM_PYTHON, str(script), str(port), *login), folder, port, "tcp")


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, *, direct: bool = False) -> AsyncIterator[int]:
    """The port of an SMTP server (aiosmtpd), with STARTTLS or, if so asked, TLS from the first octet on."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(object(), hostname="mail.lab.test", tls_context=None if direct else tls),
        "127.0.0.1",
        0,
        ssl=tls if direct else None,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
