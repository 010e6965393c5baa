"""How does a message reach a program on this machine: a siren, a script, a queue?"""

import os
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from netmon.errors import Permanent, Retryable
from netmon.model import Notice
from netmon.units import Duration
from netmon.wire.net import Net
from netmon.wire.processes import finished
from netmon.wire.text import clean

KEPT = ("PATH", "HOME", "LANG", "TZ")
"""What the program sees of netmon's own environment: the rest may hold secrets."""
NEVER = frozenset(range(64, 79)) - {75}
"""Exit codes after which trying again is useless (sysexits.h); 75 is EX_TEMPFAIL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Runs a program with the text on its standard input and NETMON_* in its environment.

    Exit code 0 counts as delivered, 64 to 78 except 75 (sysexits.h) as refused for good, anything else is tried again.
    """

    run: Annotated[
        tuple[str, ...], Field(description="The program and its arguments; no shell looks at them.", min_length=1)
    ]
    timeout: Annotated[Duration, Field(description="After that it is killed, with all it started.", gt=0, lt=30)] = 10.0

    async def send(self, notice: Notice, net: Net) -> None:
        """Run it once. Raises Retryable or Permanent with the last line of what it complained of."""
        environment = {key: os.environ[key] for key in KEPT if key in os.environ} | variables(notice)
        try:
            code, complaint = await finished(self.run, f"{notice.text}\n".encode(), environment, self.timeout)
        except TimeoutError:
            raise Retryable(f"command: not done within {self.timeout:g} s") from None
        except (OSError, ValueError) as error:
            raise Permanent(f"command: {self.run[0]} cannot be run: {error}") from error
        if code == 0:
            return
        last = clean(complaint.decode(errors="replace").strip().rpartition("\n")[2])
        why = f"command: exit code {code}" + (f": {last}" if last else "")
        raise Permanent(why) if code in NEVER else Retryable(why)


def variables(notice: Notice) -> dict[str, str]:
    """What the program is told beside the text. NETMON_NOTICE is the same for a repeated delivery."""
    incident = notice.incident
    return {
        "NETMON_NOTICE": notice.id,
        "NETMON_EVENT": notice.event,
        "NETMON_INCIDENT": str(incident.id),
        "NETMON_KIND": incident.kind,
        "NETMON_SEVERITY": incident.severity,
        "NETMON_STATE": incident.state,
        "NETMON_TO": notice.to,
        "NETMON_ADDRESS": notice.address,
        "NETMON_SUBJECT": notice.subject,
    }
