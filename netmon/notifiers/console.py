"""How does a message reach somebody who watches the terminal?"""

import os
import sys
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import Retryable
from netmon.model import Notice
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Prints each message on standard output, the first line in colour on a terminal.

    Where the message goes to a person, who and by which channel stands before it.
    """

    ADDRESS: ClassVar[Literal["phone", "email", "chat", ""]] = ""

    colour: Annotated[
        Literal["auto", "never", "always"],
        Field(description="auto = on a terminal, unless NO_COLOR is set."),
    ] = "auto"
    brief: Annotated[bool, Field(description="The first line only: stands in for a call.")] = False

    async def send(self, notice: Notice, net: Net) -> None:
        """Print it. Raises Retryable if standard output is gone."""
        try:
            sys.stdout.write(self._shown(notice))
            sys.stdout.flush()
        except (OSError, ValueError) as error:
            raise Retryable(f"standard output: {error}") from error

    def _shown(self, notice: Notice) -> str:
        first, _, rest = notice.text.partition("\n")
        if self._coloured():
            first = f"\x1b[{_colour(notice)}m{first}\x1b[0m"
        if notice.by not in ("", notice.to):
            first = f"{notice.by} -> {notice.to}{f' {notice.address}' if notice.address else ''}: {first}"
        text = f"{first}\n\n" if self.brief or not rest else f"{first}\n{rest}\n\n"
        # A service started without a locale has an ASCII console; a page with question marks is still one.
        encoding = sys.stdout.encoding or "utf-8"
        return text.encode(encoding, "replace").decode(encoding)

    def _coloured(self) -> bool:
        if self.colour == "auto":
            return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        return self.colour == "always"


def _colour(notice: Notice) -> str:
    if notice.event == "resolved":
        return "1;32"
    return "1;31" if notice.incident.severity == "critical" else "1;33"
