"""Does virtual time pass at once, exactly, in order, and never ahead of real work?"""

import asyncio
import socket
import threading
import time

import pytest

from netmon.sim.virtual import Stuck, VirtualClock, VirtualLoop, run_virtual

START = 1_791_936_000.0


def test_an_hour_is_exact_and_takes_no_time() -> None:
    async def main() -> tuple[float, float]:
        clock = VirtualClock()
        before = asyncio.get_running_loop().time()
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time() - before, clock.now()

    real = time.monotonic()
    assert run_virtual(main(), START) == (3600.0, START + 3600)
    assert time.monotonic() - real < 600


def test_timers_fire_at_their_own_instant() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        seen = []
        for _ in range(1000):
            due = loop.time() + 0.1
            await asyncio.sleep(0.1)
            seen.append(loop.time() - due)
        return seen

    assert set(run_virtual(main())) == {0.0}


def test_equal_instants_keep_their_order() -> None:
    async def main() -> list[int]:
        woken: list[int] = []

        async def sleeper(n: int) -> None:
            await asyncio.sleep(1)
            woken.append(n)

        await asyncio.gather(*(sleeper(n) for n in range(50)))
        return woken

    assert run_virtual(main()) == list(range(50))


def test_cancelled_timers_neither_fire_nor_hold_time_back() -> None:
    async def main() -> tuple[list[str], float]:
        loop = asyncio.get_running_loop()
        fired: list[str] = []
        never = loop.call_later(1.5, fired.append, "never")
        loop.call_later(1, never.cancel)
        loop.call_later(2, fired.append, "two")
        loop.call_later(50, fired.append, "fifty").cancel()
        await asyncio.sleep(3)
        return fired, loop.time()

    assert run_virtual(main()) == (["two"], 3.0)


def test_timer_cancelled_by_one_of_the_same_instant() -> None:
    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        fired: list[str] = []
        handles: list[asyncio.TimerHandle] = []
        loop.call_later(1, lambda: handles[0].cancel())
        handles.append(loop.call_later(1, fired.append, "later"))
        await asyncio.sleep(2)
        return fired

    assert run_virtual(main()) == []


def test_timeouts() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await asyncio.Event().wait()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(100), 0.5)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 3.0


def test_time_stands_still_while_a_thread_works() -> None:
    async def main() -> tuple[str, float, list[float]]:
        loop = asyncio.get_running_loop()
        go = threading.Event()
        ticks: list[float] = []

        async def ticker() -> None:
            while True:
                await asyncio.sleep(1)
                ticks.append(loop.time())

        def work() -> str:
            go.wait(10)
            time.sleep(0.05)
            return "done"

        task = asyncio.create_task(ticker())
        loop.call_soon(go.set)
        result = await asyncio.to_thread(work)
        seen = result, loop.time(), list(ticks)
        task.cancel()
        return seen

    assert run_virtual(main()) == ("done", 0.0, [])


def test_time_stands_still_while_a_socket_is_open() -> None:
    async def main() -> tuple[bytes, float]:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        near.setblocking(False)
        late = threading.Timer(0.05, far.send, (b"hello",))
        late.start()
        timer = loop.call_later(1, lambda: None)
        try:
            return await loop.sock_recv(near, 10), loop.time()
        finally:
            timer.cancel()
            late.join()
            near.close()
            far.close()

    assert run_virtual(main()) == (b"hello", 0.0)


def test_a_socket_is_heard_while_the_loop_has_work() -> None:
    async def main() -> bytes:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        got: list[bytes] = []
        loop.add_reader(near, lambda: got.append(near.recv(10)))
        far.send(b"hello")
        for _ in range(1000):
            if got:
                break
            await asyncio.sleep(0)
        loop.remove_reader(near)
        near.close()
        far.close()
        return b"".join(got)

    assert run_virtual(main()) == b"hello"


def test_a_deadlock_is_named() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck, match="nothing is scheduled"):
        run_virtual(main())


def test_a_socket_that_never_speaks_is_named() -> None:
    async def main() -> None:
        near, far = socket.socketpair()
        near.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_recv(near, 10)
        finally:
            near.close()
            far.close()

    with pytest.raises(Stuck, match=r"1 socket"):
        run_virtual(main(), patience=0.05)


def test_clock_wants_a_virtual_loop() -> None:
    async def main() -> None:
        VirtualClock().now()

    with pytest.raises(RuntimeError, match="VirtualLoop"):
        asyncio.run(main())


def test_clock_of_a_given_loop_works_outside_it() -> None:
    loop = VirtualLoop(START)
    try:
        assert VirtualClock(loop).now() == START
    finally:
        loop.close()
