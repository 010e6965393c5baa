"""What did a program print, and is it surely gone?"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress


async def printed(process: Process, timeout: float) -> tuple[bytes, bytes]:
    """Standard output and error of a program that ends within `timeout` s; TimeoutError if it does not.

    It never outlives the call, also where that is cancelled.
    """
    try:
        async with asyncio.timeout(timeout):
            return await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


COMPLAINT = 4096
"""Octets of a program's standard error that are kept, the first ones; more is read and dropped."""


async def finished(
    argv: Sequence[str], given: bytes, environment: Mapping[str, str], timeout: float
) -> tuple[int, bytes]:
    """Exit code and the beginning of what a program complained of, run with `given` on its standard input.

    Neither it nor anything that it started in its own process group outlives the call. Raises TimeoutError, OSError if
    it cannot be run, or ValueError for an argument that the system cannot take.
    """
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=PIPE, stdout=DEVNULL, stderr=PIPE, env=dict(environment), start_new_session=True
    )
    try:
        async with asyncio.timeout(timeout):
            complaint, _, code = await asyncio.gather(_head(process), _feed(process, given), process.wait())
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return code, complaint


async def _head(process: Process) -> bytes:
    kept = bytearray()
    while process.stderr is not None and (some := await process.stderr.read(COMPLAINT)):
        kept += some[: COMPLAINT - len(kept)]
    return bytes(kept)


async def _feed(process: Process, given: bytes) -> None:
    if process.stdin is not None:
        with suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(given)
            await process.stdin.drain()
        process.stdin.close()
