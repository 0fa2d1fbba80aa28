"""Python starts with this where its folder is on PYTHONPATH: its clock says what a test wants, and is slow.

At SEAMLINE_TEST_SINCE (ns of the machine's clock) it says SEAMLINE_TEST_BEGAN (ns); from then on it takes a
hundred seconds for one, and never says a millisecond twice. So a demonstration begun like that says the same
minutes, in the same order, whenever it is begun and however busy the machine is (test_snapshots.py). What
waits for seconds uses another clock.
"""

import os
import sys
import threading
import time

SLOWER, STEP = 100, 1_000_000
# The nodes are started when all has been said: it lies behind them.
LATER = 10_000_000_000 * ("serve" in sys.orig_argv)
_SINCE, _BEGAN = int(os.environ["SEAMLINE_TEST_SINCE"]), int(os.environ["SEAMLINE_TEST_BEGAN"])
_real_ns = time.time_ns
_said = 0
_one = threading.Lock()


def _now() -> int:
    global _said
    with _one:
        _said = max(_said + STEP, _BEGAN + LATER + (_real_ns() - _SINCE) // SLOWER)
        return _said


time.time_ns = _now
time.time = lambda: _now() / 1e9
