"""What did a program print, and is it surely gone?"""

import asyncio
from asyncio.subprocess import Process
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
