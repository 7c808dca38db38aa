"""The configuration: safe by default, and what is unsafe or impossible is refused by name before a visitor meets it."""

import json
import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.clean_process import run

START = ("-c", "import storefront.wsgi")


def settings_of(**variables: str) -> dict[str, Any]:
    """Return every setting as a shop with these variables reads it."""
    told = (
        "import json; from storefront import settings\n"
        "print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=str))"
    )
    process = run("-c", told, **variables)
    assert process.returncode == 0, process.stderr
    found: dict[str, Any] = json.loads(process.stdout)
    return found


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 50 characters"),
        ({"DEBUG": "on", "SITE_URL": "https://beats.example"}, "DEBUG shows secrets to visitors: turn it off"),
        ({"DEBUG": "on", "SITE_URL": "http://10.0.0.1"}, "DEBUG shows secrets to visitors: turn it off"),
        ({"SITE_URL": "beats.example"}, "SITE_URL must be an origin such as https://beats.example"),
        ({"SITE_URL": "https://beats.example/shop"}, "SITE_URL must be an origin such as https://beats.example"),
        ({"SITE_URL": "ftp://beats.example"}, "SITE_URL must be an origin such as https://beats.example"),
        ({"BEATCONNECT_API_URL": "http://api.example/v1"}, "BEATCONNECT_API_URL"),
        ({"BEATCONNECT_API_URL": "https://user:pass@api.example/v1"}, "BEATCONNECT_API_URL"),
        ({"BEATCONNECT_API_URL": "nonsense"}, "BEATCONNECT_API_URL"),
        ({"BEATCONNECT_API_KEY": "bca_live_SECRET with a space"}, "BEATCONNECT_API_KEY"),
        (
            {"SITE_URL": "https://a.example", "ALLOWED_HOSTS": "b.example"},
            "ALLOWED_HOSTS must hold the host of",
        ),
        ({"BEATCONNECT_LIMITS": "10/minute"}, "BEATCONNECT_LIMITS: limits must read like 10/minute,100/hour,1000/day"),
        ({"BEATCONNECT_LIMITS": "many"}, "BEATCONNECT_LIMITS: limits must read like 10/minute,100/hour,1000/day"),
        ({"BEATCONNECT_MEDIA_HOSTS": "cdn.example"}, "BEATCONNECT_MEDIA_HOSTS must list origins such as"),
        ({"BEATCONNECT_MEDIA_HOSTS": "https://a; script-src *"}, "BEATCONNECT_MEDIA_HOSTS must list origins such as"),
        ({"DATABASE_URL": "nonsense", "PYTHONWARNINGS": ""}, "DATABASE_URL must read like sqlite:///"),
        ({"CACHE_URL": "nonsense://x"}, "Invalid cache schema nonsense"),
        ({"EMAIL_URL": "nonsense://x"}, "Invalid email schema nonsense"),
    ],
    ids=str,
)
def test_a_server_does_not_start_and_names_what_to_set(variables: dict[str, str], named: str) -> None:
    process = run(*START, **variables)
    assert process.returncode != 0
    last = process.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert named in last
    assert "SECRET with" not in process.stderr
    assert "user:pass" not in last


def test_a_server_starts_with_nothing_but_a_secret() -> None:
    assert run(*START).returncode == 0
    assert run(*START, BEATCONNECT_API_URL="http://127.0.0.1:8001/v1", BEATCONNECT_API_KEY="bca_test_x").returncode == 0


def test_a_shop_without_a_key_is_warned_about_and_starts() -> None:
    process = run("manage.py", "check")
    assert process.returncode == 0
    assert "storefront.W001" in process.stderr
    assert "W001" not in run("manage.py", "check", BEATCONNECT_API_KEY="bca_live_x").stderr


def test_a_public_shop_whose_workers_count_sign_ins_apart_is_warned_about() -> None:
    public = {"SITE_URL": "https://beats.example", "KEY_ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    assert "storefront.W003" in run("manage.py", "check", **public).stderr
    for well in ({**public, "CACHE_URL": "redis://127.0.0.1:6379/0"}, {}):
        process = run("manage.py", "check", **well)
        assert process.returncode == 0
        assert "W003" not in process.stderr


def test_the_defaults_are_those_of_the_design() -> None:
    found = settings_of()
    assert found["DEBUG"] is False
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["TRUSTED_PROXIES"] == []
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert found["BEATCONNECT_API_URL"] == "https://api.beatconnectafrica.com/v1"
    assert found["BEATCONNECT_MEDIA_HOSTS"] == ["https://api.beatconnectafrica.com"]
    assert found["BEATCONNECT_CURRENCY"] == "USD"
    assert [str(limit["calls"]) for limit in map(as_dict, found["BEATCONNECT_LIMITS"])] == ["10", "100", "1000"]
    assert found["TIME_ZONE"] == "UTC"


def as_dict(told: str) -> dict[str, str]:
    """Read `Limit(window='minute', calls=10, …)`."""
    return dict(pair.split("=") for pair in told.partition("(")[2].rstrip(")").split(", "))


@pytest.mark.parametrize(
    ("variables", "hosts"),
    [
        ({}, ["127.0.0.1", "localhost"]),
        ({"SITE_URL": "http://localhost:9000"}, ["localhost", "127.0.0.1"]),
        ({"SITE_URL": "https://beats.example/"}, ["beats.example"]),
        ({"SITE_URL": "https://beats.example:8443"}, ["beats.example"]),
        ({"SITE_URL": "https://beats.example", "ALLOWED_HOSTS": "a.example,b.example"}, ["a.example", "b.example"]),
    ],
    ids=str,
)
def test_the_shop_answers_to_its_own_host_unless_told_otherwise(variables: dict[str, str], hosts: list[str]) -> None:
    found = settings_of(**variables)
    assert found["ALLOWED_HOSTS"] == hosts
    https = found["SITE_URL"].startswith("https")
    assert found["SECURE_SSL_REDIRECT"] is found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is https
    assert found["SECURE_HSTS_SECONDS"] == (63_072_000 if https else 0)


def test_media_hosts_are_origins_as_browsers_write_them() -> None:
    told = "https://CDN.example/covers/,http://127.0.0.1:8001"
    assert settings_of(BEATCONNECT_MEDIA_HOSTS=told)["BEATCONNECT_MEDIA_HOSTS"] == [
        "https://cdn.example",
        "http://127.0.0.1:8001",
    ]


def test_several_nodes_share_a_database_and_a_cache_that_may_be_slow() -> None:
    found = settings_of(DATABASE_URL="postgres://u:p@db:5432/shop", CACHE_URL="redis://cache:6379/0")
    database = found["DATABASES"]["default"]
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (600, True)
    assert found["CACHES"]["default"]["OPTIONS"] == {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}


def test_a_database_that_says_nothing_holds_nobody_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://u:p@127.0.0.1:{silent.getsockname()[1]}/shop"
        program = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"
        assert "OperationalError: connection timeout" in run("-c", program, DATABASE_URL=url).stderr


def test_a_file_may_hold_what_the_environment_does_not(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("BEATCONNECT_CURRENCY=NGN\nSITE_URL=http://localhost:1\n")
    found = settings_of(ENV_FILE=str(tmp_path / "env"), SITE_URL="http://localhost:2")
    assert (found["BEATCONNECT_CURRENCY"], found["SITE_URL"]) == ("NGN", "http://localhost:2")


def test_sqlite_is_set_so_that_no_write_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite3"
    program = (
        "import django, sqlite3; django.setup()\n"
        "from django.db import connection, transaction\n"
        "with connection.cursor() as cursor:\n"
        "    for name in ('journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys'):\n"
        "        print(cursor.execute(f'PRAGMA {name}').fetchone()[0])\n"
        "    cursor.execute('CREATE TABLE t (n)')\n"
        "with transaction.atomic():\n"
        f"    other = sqlite3.connect({str(file)!r}, timeout=0)\n"
        "    print(other.execute('SELECT count(*) FROM t').fetchone()[0])\n"
        "    try:\n"
        "        other.execute('INSERT INTO t VALUES (1)')\n"
        "    except sqlite3.OperationalError as error:\n"
        "        print(error)\n"
        "    other.close()\n"
        "connection.close()\n"
    )
    process = run("-c", program, DATABASE_URL=f"sqlite:///{file}")
    # WAL; NORMAL; 20 s; foreign keys. Then a transaction that has written nothing yet: others read, none writes.
    assert process.stdout.split("\n")[:6] == ["wal", "1", "20000", "1", "0", "database is locked"], process.stderr
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM t").fetchone() == (0,)
    database.close()


def test_a_development_server_shows_its_errors_on_this_machine_only() -> None:
    assert settings_of(DEBUG="on")["DEBUG"] is True
    assert run(*START, DEBUG="on").returncode == 0
