"""A real Chromium without a screen, driven over its DevTools protocol."""

import asyncio
import base64
import contextlib
import itertools
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-port=0",
)  # fmt: skip


class Page:
    """One tab. `said` are errors and messages of its console."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self.said: list[str] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            got = await self._socket.receive_json(timeout=60)
            if got.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"):
                self.said.append(str(got["params"]))
            if got.get("id") == number:
                assert "error" not in got, got
                found: dict[str, Any] = got["result"]
                return found

    async def run(self, script: str) -> Any:
        """The value of an expression, awaited."""
        got = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait for a condition that an animation frame can bring about."""
        waits = (
            f"new Promise(ok => {{ const look = () => ({condition}) ? ok(1) : requestAnimationFrame(look); look() }})"
        )
        await self.run(waits)

    async def picture(self, path: Path) -> None:
        """What it looks like, as PNG."""
        got = await self.call("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(got["data"]))


@asynccontextmanager
async def chromium(
    program: str, scratch: Path, width: int = 1920, height: int = 1080, scale: float = 1
) -> AsyncIterator[Page]:
    """An empty tab of this size, in a browser that ends with the block; pictures are `scale` times as large."""
    command = [program, *FLAGS, f"--user-data-dir={scratch}", f"--window-size={width},{height}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            where = scratch / "DevToolsActivePort"
            async with asyncio.timeout(30):
                while not where.exists() or not where.read_text().strip():
                    await asyncio.sleep(0.02)
            port = where.read_text().split()[0]
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as reply:
                    tab = next(one for one in await reply.json() if one["type"] == "page")
                async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    page = Page(socket)
                    for domain in ("Page", "Runtime", "Log"):
                        await page.call(f"{domain}.enable")
                    await page.call(
                        "Emulation.setDeviceMetricsOverride",
                        width=width,
                        height=height,
                        deviceScaleFactor=scale,
                        mobile=False,
                    )
                    yield page
                    with contextlib.suppress(AssertionError, TypeError):
                        await page.call("Browser.close")
        finally:
            process.terminate()
            process.wait(30)
