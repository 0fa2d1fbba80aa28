"""From a POST on one node to the event on another node's screen, beside a bare HTTP relay with the same hops.

The node signs, commits (fsync), seals, sends, checks, commits and folds; the relay does nothing but
pass the bytes on: POST → first process → POST → second process → event. One entry at a time, so this
is latency, not throughput. Also counted: bytes and messages on the wire for each entry.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import httpx2

from seamline.demo import build

RUNS, WARM = 300, 30
SECRET = "a passphrase for benchmarks"
CHANNEL = "isf+ksf"

RELAY = """
import asyncio, sys, httpx2, uvicorn
port, onward = int(sys.argv[1]), sys.argv[2]
readers, client = [], httpx2.AsyncClient(trust_env=False)
async def app(scope, receive, send):
    if scope["type"] != "http": return
    kind = b"text/event-stream" if scope["method"] == "GET" else b"application/json"
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}
    if scope["method"] == "GET":
        queue = asyncio.Queue(); readers.append(queue); await send(start)
        await send({"type": "http.response.body", "body": b": hello\\n\\n", "more_body": True})
        while True:
            data = b"data: " + await queue.get() + b"\\n\\n"
            await send({"type": "http.response.body", "body": data, "more_body": True})
    body, more = b"", True
    while more:
        message = await receive(); body += message.get("body", b""); more = message.get("more_body", False)
    if onward != "-": await client.post(onward, content=body)
    for queue in readers: queue.put_nowait(body)
    await send(start); await send({"type": "http.response.body", "body": b"{}"})
uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="off",
    timeout_graceful_shutdown=1)
"""


def main() -> None:
    """Print both rows and the ratio."""
    with tempfile.TemporaryDirectory(prefix="seamline relay ") as name:
        nodes = _nodes(Path(name))
    relay = _relay()
    for label, found in (("seamline", nodes), ("bare relay", relay)):
        spread = statistics.quantiles(found, n=100)
        print(
            f"{label:12} POST to event: p50 {spread[49]:.1f} ms, p99 {spread[98]:.1f} ms, {len(found)} runs"
        )
    print(f"p50: {statistics.median(nodes) / statistics.median(relay):.1f} x the bare relay")


def _nodes(folder: Path) -> list[float]:
    port = _free_ports(len(build.NODES))
    made = build.build(folder, SECRET, port, time.time_ns() // 1_000_000, lambda line: None)["nodes"]
    env = os.environ | {"SEAMLINE_PASSPHRASE": SECRET}
    commands = [[sys.executable, "-m", "seamline", "serve", str(folder / n)] for n in ("erbil", "baghdad")]
    write = {"authorization": f"Bearer {made['erbil']['tokens']['release']}"}
    read = {"authorization": f"Bearer {made['baghdad']['tokens']['watch']}"}
    with _running(commands, [made["erbil"]["url"], made["baghdad"]["url"]], env):
        _settled(made["erbil"], made["baghdad"])
        post = made["erbil"]["url"] + "/api/records"
        before = _traffic(made["erbil"])
        found = _measure(post, write, made["baghdad"]["url"] + "/api/events", read, _note)
        after = _traffic(made["erbil"])
    count = RUNS + WARM
    out, back, messages = ((after[k] - before[k]) / count for k in ("bytes_out", "bytes_in", "messages"))
    print(f"on the wire for each entry: {out:.0f} bytes there, {back:.0f} back, {messages:.1f} messages")
    return found


def _relay() -> list[float]:
    port = _free_ports(2)
    first, second = (f"http://127.0.0.1:{port + n}" for n in (0, 1))
    commands = [
        [sys.executable, "-c", RELAY, str(port), second],
        [sys.executable, "-c", RELAY, str(port + 1), "-"],
    ]
    with _running(commands, [first, second], dict(os.environ)):
        return _measure(first, {}, second, {}, lambda n: {"id": f"{n}", "text": _text(n)})


def _measure(post: str, write: dict[str, str], events: str, read: dict[str, str], body: Any) -> list[float]:
    """Milliseconds from the start of each POST until the event for it is there."""
    came: Queue[tuple[str, float]] = Queue()
    ready = threading.Event()
    threading.Thread(target=_listen, args=(events, read, came, ready), daemon=True).start()
    ready.wait(30)
    found = []
    with httpx2.Client(trust_env=False, timeout=30) as client:
        for n in range(RUNS + WARM):
            start = time.perf_counter()
            response = client.post(post, json=body(n), headers=write)
            response.raise_for_status()
            wanted = response.json().get("id", f"{n}")
            while (event := came.get(timeout=30))[0] != wanted:
                pass
            found.append((event[1] - start) * 1000)
    return found[WARM:]


def _listen(
    url: str, headers: dict[str, str], came: Queue[tuple[str, float]], ready: threading.Event
) -> None:
    with (
        contextlib.suppress(httpx2.HTTPError),
        httpx2.stream("GET", url, headers=headers, timeout=None, trust_env=False) as response,
    ):
        for line in response.iter_lines():
            ready.set()
            if line.startswith("data: {"):
                came.put((str(json.loads(line[6:]).get("id")), time.perf_counter()))


def _note(n: int) -> dict[str, Any]:
    return {"kind": "note", "channel": CHANNEL, "body": {"text": _text(n)}}


def _text(n: int) -> str:
    return f"Patrol {n}: the bridge at the third checkpoint is passable again, one lane only."


def _traffic(node: dict[str, Any]) -> dict[str, int]:
    return next(link for link in _links(node) if link["name"] == "baghdad")


def _links(node: dict[str, Any]) -> list[dict[str, Any]]:
    headers = {"authorization": f"Bearer {node['tokens']['administrator']}"}
    found: list[dict[str, Any]] = httpx2.get(
        node["url"] + "/api/links", headers=headers, trust_env=False
    ).json()["items"]
    return found


def _settled(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Wait until both have what the exercise's week left to say."""
    for _ in range(600):
        links = [(node, link) for node in (first, second) for link in _links(node)]
        between = [link["waiting"] for _, link in links if link["name"] in ("erbil", "baghdad")]
        if all(w == {"flash": 0, "routine": 0} for w in between):
            return
        time.sleep(0.1)
    raise SystemExit("the two nodes did not settle")


@contextlib.contextmanager
def _running(commands: list[list[str]], urls: list[str], env: dict[str, str]) -> Iterator[None]:
    processes = [
        subprocess.Popen(c, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for c in commands
    ]
    try:
        for url in urls:
            port = int(url.rsplit(":", 1)[1])
            for _ in range(3000):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.01)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _free_ports(count: int) -> int:
    """The first of some ports in a row that nobody listens on."""
    for port in range(19_800, 20_800, 10):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for offset in range(count):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            return port
    raise SystemExit("no free ports in a row")


if __name__ == "__main__":
    main()
