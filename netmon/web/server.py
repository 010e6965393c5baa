"""How is the web application served beside everything else in one loop?

uvicorn is run by its parts, because its `serve()` takes over SIGINT and SIGTERM, which belong to the program:
a SIGTERM has to drain notices and close the journal too.
"""

import asyncio
import socket
import time
from ipaddress import ip_address

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from netmon.errors import NotPermitted

_CONNECTIONS = 64
_REQUEST_HEAD = 16 * 1024
_KEEP_ALIVE = 10
_LONGEST = 150
"""Seconds from a request's first octet to the last one of its answer; a page of metrics ends by itself before."""
LOOK = 1.0
"""Seconds between two looks at who hangs."""
_GRACE = 2
"""Seconds that answers under way may take to finish when the program stops; it has 5 in all."""


def host_and_port(listen: str) -> tuple[str, int]:
    """`127.0.0.1:9680` or `[::1]:9680` as (host, port). Raises ValueError."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{listen!r} is not HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)


def bind(listen: str) -> socket.socket:
    """A listening socket on `listen`; port 0 takes a free one. Raises OSError, or ValueError for a wrong address."""
    host, port = host_and_port(listen)
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address, family=family)


def may_bind(listen: str) -> socket.socket:
    """As `bind`. Raises NotPermitted instead."""
    try:
        return bind(listen)
    except (OSError, ValueError) as error:
        raise NotPermitted(f"cannot listen on {listen}: {error}") from None


def url(listen: str) -> str:
    """Where a client on this machine finds what listens on `listen`."""
    host, port = host_and_port(listen)
    try:
        if ip_address(host).is_unspecified:
            host = "::1" if ":" in host else "127.0.0.1"
    except ValueError:
        pass
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(app: ASGIApp, listener: socket.socket, look: float = LOOK) -> None:
    """Answer on `listener` (from `bind`) until cancelled; then finish what is under way, for at most 2 s, and close.

    Each `look` s connections that hang are ended.
    """
    config = Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=_REQUEST_HEAD,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    watch = asyncio.create_task(_end_what_hangs(server, look))
    try:
        await server.startup(sockets=[listener])
        await server.main_loop()
    finally:
        watch.cancel()
        if server.started:
            await server.shutdown(sockets=[listener])
        listener.close()


async def _end_what_hangs(server: Server, look: float) -> None:
    """Close connections on which no request comes, or whose answer nobody takes: uvicorn waits for them for ever, and
    they could take all places. Once half of the places are taken, whoever says nothing is not waited for.
    """
    since: dict[H11Protocol, tuple[object, float]] = {}
    while True:
        await asyncio.sleep(look)
        now = time.monotonic()
        there = [one for one in server.server_state.connections if isinstance(one, H11Protocol)]
        patience = _KEEP_ALIVE if len(there) < _CONNECTIONS // 2 else look
        stands = {one: (one.cycle, one.cycle is not None and not one.cycle.response_complete) for one in there}
        since = {one: since[one] if since.get(one, (None,))[0] == at else (at, now) for one, at in stands.items()}
        for one, (_, under_way) in stands.items():
            if now - since[one][1] >= (_LONGEST if under_way else patience):
                one.transport.abort()
