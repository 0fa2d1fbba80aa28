"""A PostgreSQL with PostGIS: installed by apt, run in a temporary folder, thrown away afterwards."""

from __future__ import annotations

import importlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

USER = "postgres"
SETTINGS = {
    "listen_addresses": "", "shared_buffers": "1GB", "jit": "off", "fsync": "off",
    "synchronous_commit": "off", "max_wal_size": "8GB", "maintenance_work_mem": "1GB", "autovacuum": "off",
    "random_page_cost": "1.1",
}  # fmt: skip
QUESTION = """
SELECT id, ST_Distance(geom, q.shape), ST_X(q.middle), ST_Y(q.middle) FROM (
    SELECT id, geom, n.shape, ST_LineInterpolatePoint(ST_ShortestLine(geom, n.shape), 0.5) AS middle
    FROM plan, (SELECT ST_GeomFromWKB(%s) AS shape) AS n
    WHERE geom && ST_Expand(n.shape, %s) AND period && int8range(%s, %s) AND party <> %s
    AND ST_DWithin(geom, n.shape, %s)
) AS q
"""


class Missing(Exception):
    """PostGIS cannot be had on this machine; the words say why."""


def start(folder: Path) -> Database:
    """A running server with an empty table; Missing if it cannot be installed or started."""
    binaries = _installed()
    driver = _driver(folder / "driver")
    home = folder / "data"
    home.mkdir()
    os.chmod(folder, 0o755)  # noqa: PTH101  the server's user must pass through it
    shutil.chown(home, USER)
    _run([*_as_user(), str(binaries / "initdb"), "-D", str(home), "-A", "trust", "-U", USER, "--no-sync"])
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    control = [*_as_user(), str(binaries / "pg_ctl"), "-D", str(home), "-w"]
    _run([*control, "-l", str(home / "log"), "-o", f"{options} -k {home}", "start"])
    return Database(driver, home, control)


class Database:
    """The server and one connection to it; leaving the block stops the server."""

    def __init__(self, driver: Any, home: Path, control: list[str]) -> None:
        self._control = control
        self._connection = driver.connect(host=str(home), user=USER, dbname="postgres", autocommit=True)

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        _run([*self._control, "-m", "immediate", "stop"])

    def fill(self, rows: Iterable[tuple[int, int, str, int, int]]) -> None:
        """(id, party, shape as hex WKB, start, end) of all plans; then the one index and its statistics."""
        execute = self._connection.execute
        execute("CREATE EXTENSION postgis")
        execute("CREATE TABLE plan (id int, party int, geom geometry(Polygon), period int8range)")
        with self._connection.cursor() as cursor, cursor.copy("COPY plan FROM STDIN") as copy:
            for i, party, shape, first, last in rows:
                copy.write_row((i, party, shape, f"[{first},{last})"))
        execute("CREATE INDEX ON plan USING gist (geom, period)")
        execute("VACUUM ANALYZE plan")

    def ask(
        self, shape: bytes, first: int, last: int, party: int, metres: int
    ) -> list[tuple[int, float, float, float]]:
        """(id, distance, x, y) of the plans of the other party within metres, at the same time."""
        args = (shape, metres, first, last, party, metres)
        found: list[tuple[int, float, float, float]]
        found = self._connection.execute(QUESTION, args, prepare=True).fetchall()
        return found


def _installed() -> Path:
    """The folder of the server's programs, after apt has brought what is missing."""
    if not _extension():
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Missing("install postgresql and its postgis package, or run as root on Debian")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (
            ["update", "-qq"],
            ["install", "-qq", "-y", "--no-install-recommends", "postgresql", "postgis"],
        ):
            subprocess.run(["apt-get", *words], env=quiet, stdout=subprocess.DEVNULL, check=False)
        version = max((p.name for p in Path("/usr/lib/postgresql").glob("[0-9]*")), default="")
        package = f"postgresql-{version}-postgis-3"
        subprocess.run(
            ["apt-get", "install", "-qq", "-y", package], env=quiet, stdout=subprocess.DEVNULL, check=False
        )
    extension = _extension()
    if extension is None:
        raise Missing("apt could not bring postgresql and postgis")
    return Path("/usr/lib/postgresql") / extension.parts[-3] / "bin"


def _extension() -> Path | None:
    return max(Path("/usr/share/postgresql").glob("*/extension/postgis.control"), default=None)


def _driver(folder: Path) -> Any:
    """psycopg, brought into a folder of its own: the program itself does not need it."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), "psycopg[binary]>=3.2"]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"psycopg could not be installed: {done.stderr.strip()[-200:]}")
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("psycopg")
    finally:
        sys.path.remove(str(folder))


def _as_user() -> list[str]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam(USER)
    except KeyError:
        raise Missing(f"there is no user {USER}") from None
    return ["runuser", "-u", USER, "--"]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"{Path(command[-1]).name}: {done.stderr.strip()[-300:]}")
