"""A real web server on loopback, for as long as a test needs it."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.wire.certificates import Signed


def site(folder: Path, names: Mapping[str, Signed], locations: Sequence[str]) -> tuple[str, dict[str, int]]:
    """The `server` blocks of one web site, and the port of each: `http` without TLS, else one for each certificate."""
    ports: dict[str, int] = {}
    blocks: list[str] = []
    for name, signed in {"http": None, **names}.items():
        port = ports[name] = free_port()
        tls = ""
        if signed is not None:
            pem, key = signed.write(folder, name.replace(" ", "-"))
            tls = f"ssl_certificate {pem}; ssl_certificate_key {key};"
        blocks.append(
            f"server {{ listen 127.0.0.1:{port}{' ssl' if tls else ''}; {tls} root {folder}; {' '.join(locations)} }}"
        )
    return "\n".join(blocks), ports


def configured(folder: Path, servers: str, *, reloads: bool = False) -> Path:
    """Its configuration file; `reloads`: it has a master process, which can be told to read that file again."""
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    master = "on" if reloads else "off"
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; master_process {master}; pid {folder}/pid; error_log stderr; user root; events {{}}\n"
        f"http {{ access_log off; default_type 'text/html; charset=utf-8'; {temporary}\n{servers}\n}}\n"
    )
    return conf


@contextmanager
def nginx(program: str, folder: Path, servers: str, ports: Sequence[int]) -> Iterator[None]:
    """nginx with these `server` blocks, once it answers on all these ports."""
    conf = configured(folder, servers)
    log = folder / "nginx.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen([program, "-e", "stderr", "-p", folder, "-c", conf], stderr=stderr)
        try:
            for port in ports:
                _wait(process, port, log)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
