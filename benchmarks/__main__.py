"""python -m benchmarks [NAME …]: run all, or those named; each prints its own table."""

from __future__ import annotations

import importlib
import pkgutil
import platform
import sys
from datetime import UTC, datetime

import benchmarks


def names() -> list[str]:
    """The benchmarks there are: modules with a main()."""
    return sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if not m.name.startswith("_"))


def main(chosen: list[str]) -> int:
    """Run them one after the other; 2 for a name that is none."""
    unknown = set(chosen) - set(names())
    if unknown:
        print(
            f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names())}",
            file=sys.stderr,
        )
        return 2
    print(f"{datetime.now(UTC):%Y-%m-%d}  Python {platform.python_version()}  {platform.platform()}")
    for name in chosen or names():
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
