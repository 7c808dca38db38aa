"""A database of a test's own, for processes that write at the same time: SQLite, or PostgreSQL where that is used."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.clean_process import ROOT, environment
from tests.sandbox import SHOP


@contextmanager
def own_database(folder: Path) -> Iterator[dict[str, str]]:
    """Make and migrate a database; yield the environment in which a process of the storefront uses it."""
    server = os.environ.get("DATABASE_URL", "")
    if server.startswith("postgres"):
        name = f"own_{uuid.uuid4().hex[:12]}"
        url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    else:
        name, url = "", f"sqlite:///{folder / 'own.sqlite3'}"
        shutil.copy(_migrated_file(), folder / "own.sqlite3")
    variables = environment_with(url)
    try:
        if name:
            _migrate(variables)
        yield variables
    finally:
        if name:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@functools.cache
def _migrated_file() -> Path:
    """Return an empty shop's database, made once a run: migrating takes longer than most of what it is needed for."""
    folder = Path(tempfile.mkdtemp(prefix="own-database-"))
    atexit.register(shutil.rmtree, folder)
    _migrate(environment_with(f"sqlite:///{folder / 'empty.sqlite3'}"))
    return folder / "empty.sqlite3"


def _migrate(variables: dict[str, str]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, env=variables, check=True, cwd=ROOT)


def environment_with(database_url: str) -> dict[str, str]:
    """Return a whole environment for the storefront on a database, its API where nobody listens."""
    return environment(
        PYTHONWARNINGS="",
        DATABASE_URL=database_url,
        BEATCONNECT_API_URL="http://127.0.0.1:9/v1",
        BEATCONNECT_API_KEY=SHOP,
    )
