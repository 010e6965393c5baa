"""What can go wrong, and which of it says something about the network?

NetmonError
├── InputError          an inventory, a setting or an argument is wrong
├── SecretMissing       a secret that the project names is not there at run time
├── NotPermitted        the operating system refuses something netmon needs
├── NotRunning          no service answers where this project's should
├── NotTaken            the service does not take what somebody says to it
├── RepositoryError     the repository of configurations cannot be used
├── BackupError         netmon's own backup cannot be made, or not be believed
├── CollectError        a poll brought no usable answer; carries what did arrive
│   ├── Unreachable     silence: a time-out, no route, host unreachable
│   ├── Refused         an answer that says no: a closed port, a reset
│   ├── AuthFailed      an answer that says the credential is wrong
│   ├── NotServing      an answer that shows a service not doing what it is there for
│   │   └── Poor        it does, only too slowly or too badly to be of use
│   └── BadAnswer       an answer that makes no sense
└── SendError           a notice was not delivered
    ├── Retryable       it may work later
    │   └── Unanswered  the channel works, only this one person does not answer
    └── Permanent       it never will, as things stand
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netmon.model import Sample


class NetmonError(Exception):
    """The root of everything netmon raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file an operator wrote.

    `line` and `column` count from 1, as editors do; 0 means the file as a whole.
    """

    file: str
    line: int
    column: int
    text: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        mark = "warning: " if self.warning else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}: {mark}{self.text}{hint}"


class InputError(NetmonError):
    """Files that cannot be used, with every problem found in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class SecretMissing(NetmonError):
    """A secret names an environment variable or a file that is not there."""


class NotPermitted(NetmonError):
    """The operating system refuses; the message names the capability or sysctl that helps."""


class NotRunning(NetmonError):
    """No service answers where this project's should."""


class NotTaken(NetmonError):
    """The service does not take what somebody says to it; the message tells why. `unknown`: there is no such thing."""

    def __init__(self, text: str, *, unknown: bool = False) -> None:
        super().__init__(text)
        self.unknown = unknown


class JournalError(NetmonError):
    """The journal cannot be read or written; the message says what to do."""


class RepositoryError(NetmonError):
    """The git repository of configurations cannot be read or written; the message is what git says."""


class BackupError(NetmonError):
    """netmon's own backup cannot be made or used; the message says what is wrong with it."""


class CollectError(NetmonError):
    """A poll that brought no usable answer.

    `samples` are those that did arrive before it failed: partial answers are kept. `columns` are the rows of an
    SNMP table that did (column OID -> row index -> value).
    """

    def __init__(
        self,
        text: str,
        samples: Sequence[Sample] = (),
        columns: Mapping[str, Mapping[str, int | float | str | bytes]] | None = None,
    ) -> None:
        super().__init__(text)
        self.samples = tuple(samples)
        self.columns = columns or {}


class Unreachable(CollectError):
    """Nothing answered."""


class Refused(CollectError):
    """Something answered and said no: the far end is alive."""


class AuthFailed(CollectError):
    """The far end is alive and does not accept the credential."""


class NotServing(CollectError):
    """Something answers there, but not as the service should: a wrong status, a stranger's protocol, a call that hangs.

    A service of whom this is said is down; a device is alive. The text says what came instead, for people to read.
    """


class Poor(NotServing):
    """The service does what it is there for, only not well enough: the way to it may be what is wrong."""


class BadAnswer(CollectError):
    """The far end answered with something that cannot be used; no evidence either way."""


class SendError(NetmonError):
    """A notice was not delivered."""


class Retryable(SendError):
    """Delivery failed in a way that may pass: a time-out, a 5xx, a greylisting 4xx."""


class Unanswered(Retryable):
    """The way to somebody works, and they did not answer: whoever is told by the same channel need not wait for it."""


class Permanent(SendError):
    """Delivery failed in a way that will not pass: a wrong address, a rejected token."""
