"""How is a report printed without the service bearing its weight? In a process that prints one, and is gone.

Two hundred sheets take 300 MB and some seconds; the service is promised to 120 MB, and to whoever stops it at once.
"""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import PIPE
from importlib import import_module
from pathlib import Path

import netmon
from netmon.errors import NetmonError
from netmon.report import formats
from netmon.report.document import Document

_ROOT = Path(netmon.__file__).parent.parent
LONGEST = 300.0
"""Seconds that the largest report may take on a busy machine."""


async def rendered_apart(document: Document, name: str) -> bytes:
    """The document in the format of this name. NetmonError with the last line of what that process said, if it failed;
    it is ended with whoever waits for it."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "netmon.report.apart", name,  # -P: not from the folder in which we were started
        stdin=PIPE, stdout=PIPE, stderr=PIPE, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST):
            out, said = await child.communicate(pickle.dumps(document))
    except TimeoutError as error:
        raise NetmonError(f"{document.id}: not printed within {LONGEST:.0f} s") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise NetmonError(f"{document.id}: not printed: {last or child.returncode}")
    return out


def main() -> None:
    """Print what comes on standard input, from the service that started this process, on standard output."""
    document: Document = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    data: bytes = import_module(f"{formats.__name__}.{sys.argv[1]}").render(document)
    sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
