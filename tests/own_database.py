"""A database of a test's own, for processes that write at the same time: SQLite, or PostgreSQL where that is used."""

import os
import subprocess
import sys
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
    variables = environment_with(url)
    try:
        migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=variables, check=True, cwd=ROOT)
        yield variables
    finally:
        if name:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def environment_with(database_url: str) -> dict[str, str]:
    """Return a whole environment for the storefront on a database, its API where nobody listens."""
    return environment(
        PYTHONWARNINGS="",
        DATABASE_URL=database_url,
        BEATCONNECT_API_URL="http://127.0.0.1:9/v1",
        BEATCONNECT_API_KEY=SHOP,
    )
