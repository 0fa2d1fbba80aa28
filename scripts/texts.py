"""Add or change a message in all three catalogues at once, under a lock, keys sorted.

python scripts/texts.py add KEY ENGLISH ARABIC SORANI
"""

from __future__ import annotations

import fcntl
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "seamline" / "texts"


def main(words: list[str]) -> int:
    """Change the three files and return the exit code."""
    if len(words) != 5 or words[0] != "add":
        print(__doc__, file=sys.stderr)
        return 2
    key, *texts = words[1:]
    with (FOLDER / "en.json").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for lang, text in zip(("en", "ar", "ckb"), texts, strict=True):
            path = FOLDER / f"{lang}.json"
            catalogue = json.loads(path.read_text("utf-8") or "{}") if path.exists() else {}
            catalogue[key] = text
            path.write_text(
                json.dumps(dict(sorted(catalogue.items())), ensure_ascii=False, indent=0) + "\n", "utf-8"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
