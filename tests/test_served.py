"""The ports that tests give to nodes: nobody else gets them between the choice and the start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests import served


def test_neighbours_that_the_system_gives_to_nobody() -> None:
    ports = served.free_ports(4)
    assert ports == list(range(ports[0], ports[0] + 4))
    with socket.socket() as anyone:
        anyone.bind(("127.0.0.1", 0))
        assert ports[-1] < served._given_away() <= anyone.getsockname()[1]


def test_no_other_process_takes_them_though_nobody_listens_yet() -> None:
    mine = served.free_ports(3)
    tried = (
        "from pathlib import Path; import sys; from tests import served;"
        "folder = Path(sys.argv[1]); first = int(sys.argv[2]);"
        "print([len(served._take(folder, range(p, p + 1))) for p in range(first, first + 3)])"
    )
    folder = Path(served.tempfile.gettempdir(), "seamline-test-ports")
    told = subprocess.run(
        [sys.executable, "-c", tried, str(folder), str(mine[0])],
        cwd=Path(__file__).parent.parent,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[0, 0, 0]"
    assert set(served.free_ports(2)).isdisjoint(mine)
