"""A thin line between a browser and a node: so many bits a second each way, and so long a way there and back.

A relay of TCP in a thread of its own. Each direction has one pace for all connections; a new connection
waits for one way there and back, as its handshake would. All bytes are counted, headers too, TCP's own not.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

PIECE = 1_400


class Line:
    """The line; rate in bit/s (None: as fast as it goes), delay there and back in seconds."""

    def __init__(self, target: str, rate: int | None, delay: float) -> None:
        self.up, self.down, self.connections = 0, 0, 0
        self._came: list[tuple[float, int]] = []
        self.url = ""
        self._target, self._rate, self._half = urlsplit(target), rate, delay / 2
        self._free = {"up": 0.0, "down": 0.0}

    def by(self, at: float) -> int:
        """Bytes that had come down the line by that time, in seconds since 1970."""
        return sum(size for came, size in self._came if came <= at)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, there and back."""
        self.connections += 1
        with contextlib.suppress(asyncio.CancelledError, OSError):  # the line is taken down
            await asyncio.sleep(2 * self._half)
            there = await asyncio.open_connection(self._target.hostname, self._target.port)
            await asyncio.gather(self._carry("up", reader, there[1]), self._carry("down", there[0], writer))

    async def _carry(self, way: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(512)
        sender = asyncio.create_task(self._deliver(way, waiting, sink))
        with contextlib.suppress(OSError):
            while data := await source.read(PIECE):
                setattr(self, way, getattr(self, way) + len(data))
                at = time.monotonic()
                if self._rate:
                    at = self._free[way] = max(at, self._free[way]) + 8 * len(data) / self._rate
                    await asyncio.sleep(max(0.0, at - time.monotonic()))
                await waiting.put((at + self._half, data))
        await waiting.put((0.0, b""))
        await sender

    async def _deliver(
        self, way: str, waiting: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while (piece := await waiting.get())[1]:
                await asyncio.sleep(max(0.0, piece[0] - time.monotonic()))
                sink.write(piece[1])
                if way == "down":
                    self._came.append((time.time(), len(piece[1])))
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()


@contextlib.contextmanager
def line(target: str, rate: int | None = None, delay: float = 0.0) -> Iterator[Line]:
    """A line to a node's address while the block runs; its url leads there."""
    made, ready, loop, over = (
        Line(target, rate, delay),
        threading.Event(),
        asyncio.new_event_loop(),
        asyncio.Event(),
    )

    async def listen() -> None:
        async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as server:
            made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await over.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
