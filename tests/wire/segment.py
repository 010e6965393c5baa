"""A segment with fifty hosts, each with a MAC of its own (macvlan), and the station that looks at it."""

import json
import sys
from typing import Any

from tests.conftest import ROOT
from tests.lab.cage import Cage

HOSTS, NETWORK = 50, "10.7.0.0/24"


def mac(number: int) -> str:
    return f"00:16:3e:07:00:{number:02x}"


class Segment:
    """A wire with `noc` (10.7.0.1) at one end and the hosts at the other."""

    def __init__(self) -> None:
        self.cage = Cage()

    def build(self) -> None:
        lines = ["netns add noc", "netns add hosts", "link add lan netns noc type veth peer name lan netns hosts"]
        lines += ["-n noc addr add 10.7.0.1/24 dev lan", "-n noc link set lan up", "-n hosts link set lan up"]
        self.cage.must(["sh", "-e"], stdin="".join(f"ip {line}\n" for line in lines))
        write = "echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore"  # each interface answers for its own address alone
        self.cage.must(["ip", "netns", "exec", "hosts", "sh", "-c", write])
        self.hosts(*(line for number in range(1, HOSTS + 1) for line in self.host(number, number + 9)))

    @staticmethod
    def host(number: int, address: int) -> list[str]:
        """The commands that make a host at 10.7.0.ADDRESS."""
        link = f"link add h{number} link lan address {mac(number)} type macvlan mode bridge"
        return [link, f"addr add 10.7.0.{address}/24 dev h{number}", f"link set h{number} up"]

    def hosts(self, *lines: str) -> None:
        """Carry out commands of `ip` among the hosts."""
        self.cage.must(["ip", "-n", "hosts", "-batch", "-"], stdin="\n".join(lines) + "\n")

    def probe(self, *arguments: str) -> Any:
        """What a probe of tests.wire.cage prints in `noc`."""
        argv = ["ip", "netns", "exec", "noc", sys.executable, "-m", "tests.wire.cage", *arguments]
        told = self.cage.must(["env", f"PYTHONPATH={ROOT}", "PYTHONDONTWRITEBYTECODE=1", *argv])
        return json.loads(told.splitlines()[-1])
