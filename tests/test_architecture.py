"""The shape of the project: which way dependencies run, how long files get, and that every address is visited."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models.mirror import Beat
from tests.clean_process import ROOT
from tests.pages import assert_whole
from tests.sandbox import Sandbox

LONGEST_FILE = 250  # lines
READ_AS_TEXT = {".py", ".js", ".css", ".html", ".toml", ".txt", ".in", ".md", ".yml", ".yaml", ".example", ".svg", ""}
# Pages that no cache keeps may know who sees them: accounts/privacy.py.
PRIVATE = ("templates/catalog/status.html", "templates/account/", "templates/accounts/", "templates/mfa/")
PRIVATE += ("templates/usersessions/", "templates/allauth/")
# Events are posted (test_webhooks.py), the status is for staff (test_status_page.py), as are Django's own pages.
VISITED_ELSEWHERE = {"webhooks/beatconnect", "webhooks/beatconnect/", "status/", "status.json"}
# A fragment and nothing else (test_suggestions.py).
VISITED_ELSEWHERE |= {"search/suggest/"}
# Pictures, no pages: test_covers.py, test_cards.py.
VISITED_ELSEWHERE |= {"covers/<bcid:pk>/<int:width>.webp", "avatars/<bcid:pk>/<int:width>.webp", "cards/<bcid:pk>.png"}
# Nor are these pages in the site's dress (test_feeds.py, test_embeds.py, test_sitemaps.py).
VISITED_ELSEWHERE |= {"beats.m3u", "genres/<bcid:pk>.m3u", "producers/<bcid:pk>.m3u"}
VISITED_ELSEWHERE |= {"feeds/beats.xml", "feeds/genres/<bcid:pk>.xml", "feeds/producers/<bcid:pk>.xml"}
VISITED_ELSEWHERE |= {"embed/beats/<bcid:pk>/", "embed/producers/<bcid:pk>/", "oembed/"}
VISITED_ELSEWHERE |= {"tape.m3u", "embed/tape/", "player/"}
VISITED_ELSEWHERE |= {"robots.txt", "sitemap.xml", "sitemap-<str:kind>-<bcid:number>.xml"}
# Buyers' own pages are walked in tests/accounts/test_addresses.py.
ACCOUNTS = ("admin/", "account/", "orders/", "favourites/")
# What makes it an app (test_app.py).
VISITED_ELSEWHERE |= {"manifest.webmanifest", "sw.js", "offline/"}
# For makers (test_styleguide.py).
VISITED_ELSEWHERE |= {"styleguide/"}
# Who may touch the environment, and why: all else is told by the settings.
ENVIRONMENT = {
    "storefront/settings.py": "reads it",
    "storefront/wsgi.py": "names the settings",
    "manage.py": "names the settings",
    "catalog/management/commands/demo.py": "passes it on to what it starts",
    "catalog/beatconnect/sandbox/__main__.py": "is a process of its own, with settings of its own",
}


def files(*suffixes: str) -> list[Path]:
    """Return the project's own files, whether or not they are committed yet."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [ROOT / name for name in listing.stdout.splitlines() if not suffixes or Path(name).suffix in suffixes]
    assert found
    return [path for path in found if path.is_file()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_keep_to_the_contracts() -> None:
    process = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout


def test_no_file_grows_beyond_what_one_reads_at_a_sitting() -> None:
    lengths = {
        relative(path): len(path.read_text().splitlines())
        for path in files(".py", ".js", ".css", ".html")
        if "migrations" not in path.parts
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_file_is_named_for_its_job() -> None:
    for path in files(".py"):
        assert path.stem not in {"utils", "helpers", "common", "base", "misc", "util"}, relative(path)


def test_every_package_has_its_init_and_no_import_hides_in_a_star() -> None:
    for path in files(".py"):
        if path.parent != ROOT:
            assert (path.parent / "__init__.py").is_file(), relative(path)
        stars = [node for node in ast.walk(ast.parse(path.read_text())) if _is_star(node)]
        # The tests' settings are the storefront's own, and a few more.
        assert not stars or relative(path) == "tests/settings.py", relative(path)


def _is_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names)


def test_the_environment_is_read_in_one_place() -> None:
    touched = set()
    for path in files(".py"):
        if path.is_relative_to(ROOT / "tests"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "attr", None) or getattr(node, "id", None)
            if name in {"environ", "getenv", "environb", "putenv"} and not _is_wsgi_environ(node):
                touched.add(relative(path))
    assert touched <= set(ENVIRONMENT)
    assert "storefront/settings.py" in touched


def _is_wsgi_environ(node: ast.AST) -> bool:
    # `self.environ` of a request, and the package django-environ.
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id == "self"
    return isinstance(node, ast.Name) and node.id == "environ"


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("escaping is never switched off", r"\|\s*safe\b|\bmark_safe\b|autoescape off|\|\s*safeseq"),
        ("no script stands in an attribute", r"\bhx-on|(?<![\w-])on(click|load|error|change|submit)\s*="),
        ("no style stands in an attribute or an element", r"\sstyle=|<style"),
        ("no script stands in a page", r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)"),
        ("htmx never evaluates a value", r"hx-(vals|headers)=.?js:"),
        ("attributes of htmx are valid HTML", r"\shx-[a-z]+"),
        ("a link leads somewhere", r"href=\"#\""),
        ("nobody's name makes a page private", r"\{\{\s*(user|request\.user)\b|csrf_token"),
    ],
)
def test_in_templates(what: str, pattern: str) -> None:
    for path in files(".html"):
        if relative(path).startswith(PRIVATE) and "private" in what:
            continue
        found = re.search(pattern, re.sub(r"\{#.*?#\}", "", path.read_text()))
        assert not found, f"{what}: {relative(path)} has {found[0] if found else ''}"


def test_python_marks_nothing_as_safe() -> None:
    for path in files(".py"):
        if not path.is_relative_to(ROOT / "tests"):
            assert "mark_safe" not in path.read_text(), relative(path)


def test_no_file_names_the_host_of_a_package_registry() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "un" + "pkg.com"]
    hosts += ["js" + "delivr.net", "cdn" + "js.com", "yarn" + "pkg.com", "crates" + ".io"]
    for path in files():
        if path.suffix in READ_AS_TEXT:
            text = path.read_text(errors="replace")
            assert not [host for host in hosts if host in text], relative(path)


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Return every pattern under a resolver, as its whole text."""
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield text
        else:
            yield from patterns(entry, text)


@pytest.mark.django_db
def test_every_address_is_visited_and_answers(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.select_related("genre", "producer").get(pk=1)
    visits = {
        "": "/",
        "beats/": "/beats/?genre=2&sort=popular&page=2",
        "beats/<bcid:pk>/": "/beats/1/",
        "beats/<bcid:pk>/<str:slug>/": beat.url,
        "genres/": "/genres/",
        "genres/<bcid:pk>/": f"/genres/{beat.genre_id}/",
        "genres/<bcid:pk>/<str:slug>/": beat.genre_url,
        "producers/": "/producers/",
        "producers/<bcid:pk>/": f"/producers/{beat.producer_id}/",
        "producers/<bcid:pk>/<str:slug>/": beat.producer_url,
        "producers/<bcid:pk>/<str:slug>/check/": f"{beat.producer_url}check/",
        "search/": "/search/?q=lagos",
        "tape/": "/tape/?b=12,45,9",
    }
    # A new address is added to the list above, and so visited; or it has a test of its own that does it.
    ours = {pattern for pattern in patterns(get_resolver()) if not pattern.startswith(ACCOUNTS)}
    assert ours == set(visits) | VISITED_ELSEWHERE
    for address in visits.values():
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        assert_whole(response)
