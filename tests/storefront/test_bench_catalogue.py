"""The benches that fill a database leave alone what isn't their own."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.clean_process import ROOT
from tests.own_database import environment_with, own_database

FILL = """
import django
django.setup()
from tests.bench.catalogue import filled
filled({count}, afresh=True)
"""
ACCOUNT = """
import django
django.setup()
from accounts.models import User
User.objects.create_user("alice@example.org", "a long pass phrase")
"""
COUNT = """
import django
django.setup()
from accounts.models import User
from catalog.models.mirror import Beat
print(User.objects.count(), Beat.objects.count())
"""


def run(code: str, variables: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_shops_database_is_neither_filled_nor_emptied(tmp_path: Path) -> None:
    with own_database(tmp_path) as environment:
        variables = {**environment, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        assert run(ACCOUNT, variables)[0] == 0
        status, said = run(FILL.format(count=100), variables)
        assert (status, "Name an empty one" in said) == (1, True)
        assert run(COUNT, variables) == (0, "1 0\n")


def test_a_database_that_a_bench_filled_is_filled_anew(tmp_path: Path) -> None:
    file = tmp_path / "empty.sqlite3"
    sqlite3.connect(file).close()
    variables = {**environment_with(f"sqlite:///{file}"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    for count in (60, 90):
        assert run(FILL.format(count=count), variables) == (0, "")
        assert run(COUNT, variables) == (0, f"0 {count}\n")
