"""Counters for Prometheus, in its text format 0.0.4. Numbers of the machine, never of what was said."""

from __future__ import annotations

import time
from collections import Counter
from threading import Lock

MEDIA_TYPE = "text/plain; version=0.0.4"
_BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5)


class Metrics:
    """Counts what was answered, and how fast."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._started = time.time()
        self._statuses: Counter[str] = Counter()
        self._within: Counter[float] = Counter()
        self._count, self._seconds = 0, 0.0

    def replied(self, status: int) -> None:
        """A reply went out with this status."""
        with self._lock:
            self._statuses[f"{status // 100}xx"] += 1

    def answered(self, seconds: float) -> None:
        """A route answered after so long."""
        with self._lock:
            self._count += 1
            self._seconds += seconds
            for bound in _BOUNDS:
                self._within[bound] += seconds <= bound

    def render(self, gauges: dict[str, float]) -> bytes:
        """The exposition; gauges: name → value, `seamline_` is put before."""
        with self._lock:
            lines = [
                "# TYPE seamline_replies_total counter",
                *(f'seamline_replies_total{{status="{s}"}} {n}' for s, n in sorted(self._statuses.items())),
                "# TYPE seamline_answer_seconds histogram",
                *(f'seamline_answer_seconds_bucket{{le="{b}"}} {self._within[b]}' for b in _BOUNDS),
                f'seamline_answer_seconds_bucket{{le="+Inf"}} {self._count}',
                f"seamline_answer_seconds_sum {self._seconds:.6f}",
                f"seamline_answer_seconds_count {self._count}",
            ]
        gauges = {"start_time_seconds": round(self._started, 3), **gauges}
        for name, value in gauges.items():
            lines += [f"# TYPE seamline_{name} gauge", f"seamline_{name} {value}"]
        return "\n".join(lines).encode() + b"\n"
