"""How does a router of the lab serve a web page, under a certificate that can be exchanged?

A real nginx with a master process, told what to do as operators tell theirs. Its processes live in the cage and end
with it.
"""

from pathlib import Path

from tests.collectors.nginx import configured
from tests.lab.lab import Lab
from tests.wire.certificates import Signed

PAGE = "Bộ phận Một cửa"


class Web:
    """A web server at port 443 of a router's own address."""

    def __init__(self, lab: Lab, program: str, folder: Path, router: str) -> None:
        """`program` is the path of nginx, `folder` one of its own that it makes."""
        folder.mkdir()
        self._lab, self._folder, self._router = lab, folder, router
        shown = f"ssl_certificate {folder}/web.pem; ssl_certificate_key {folder}/web.key;"
        page = f"location / {{ return 200 '{PAGE}'; }}"
        server = f"server {{ listen {lab.address(router)}:443 ssl; {shown} {page} }}"
        self._argv = [program, "-e", "stderr", "-p", str(folder), "-c", str(configured(folder, server, reloads=True))]

    def start(self, signed: Signed) -> None:
        """Begin to serve under this certificate."""
        signed.write(self._folder, "web")
        self._lab.cage.spawn(self._router, "nginx", self._argv, env={}, log=str(self._folder / "nginx.log"))

    def exchange(self, signed: Signed) -> None:
        """Serve under another certificate from now on."""
        signed.write(self._folder, "web")
        self._lab.cage.must([*self._argv, "-s", "reload"])

    def stop(self) -> None:
        """End it and its workers: its port is closed."""
        self._lab.cage.must([*self._argv, "-s", "stop"])
