"""The servers that the benchmark of pages compares, each on loopback, and the addresses it asks them for."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.clean_process import ROOT, environment
from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, free_port, real_server, serve_beside

BROTLI = {"Accept-Encoding": "br"}
FRAGMENT = {**BROTLI, "HX-Request": "true", "HX-Target": "results"}
FILTERED = "/beats/?bpm_min=90&bpm_max=120&sort=popular"
SIGN_IN = (
    "from django.contrib.sessions.backends.db import SessionStore; from accounts.models import User; "
    "u = User.objects.create_user('alice@example.org', 'a long pass phrase'); s = SessionStore(); "
    "s.update({'_auth_user_id': str(u.pk), '_auth_user_backend': 'accounts.backend.EmailBackend', "
    "'_auth_user_hash': u.get_session_auth_hash()}); s.create(); print(s.session_key)"
)
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit; {user}
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; open_file_cache max=10; keepalive_requests 1000000;
server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
"""


@dataclass(frozen=True)
class Contender:
    name: str
    url: str
    headers: dict[str, str] = field(default_factory=lambda: dict(BROTLI))


@contextmanager
def contenders(folder: Path, gunicorn: str) -> Iterator[list[Contender]]:
    """Start every server, one worker each, on one filled shop; yield what to ask for, checked once."""
    with ExitStack() as open_:
        sandbox = open_.enter_context(Sandbox())
        hot = open_.enter_context(real_server(sandbox, folder, 1))
        hot.run("sync_catalog", "--once")
        cold = open_.enter_context(serve_beside(hot, "storefront.wsgi:application", PAGE_STORE_MB="0"))
        page = requests.get(f"{hot.origin}/beats/", headers=BROTLI, timeout=30)
        length = int(page.headers["Content-Length"])
        found = [
            Contender("bare Django view", open_.enter_context(_bare("application"))),
            Contender(
                "granian, no framework",
                open_.enter_context(_bare("without_framework", length)),
            ),
            *_nginx(open_, folder, length),
            *_pages(hot, cold, page.headers["ETag"]),
            *(_under_gunicorn(open_, gunicorn, hot) if gunicorn else []),
        ]
        for contender in found:
            answer = requests.get(contender.url, headers=contender.headers, timeout=30)
            assert answer.status_code == (304 if "If-None-Match" in contender.headers else 200), contender
        yield found


def _pages(hot: Shop, cold: Shop, etag: str) -> list[Contender]:
    beat = requests.head(f"{hot.origin}/beats/1/", timeout=30, allow_redirects=True).url
    session = hot.run("shell", "--no-imports", "-c", SIGN_IN).split()[-1]
    signed_in = {**BROTLI, "Cookie": f"sessionid={session}; signed_in=1"}
    return [
        Contender("hot list", f"{hot.origin}/beats/"),
        Contender("hot beat page", beat),
        Contender("hot fragment", f"{hot.origin}/beats/", FRAGMENT),
        Contender("304", f"{hot.origin}/beats/", {**BROTLI, "If-None-Match": etag}),
        Contender("signed-in list", f"{hot.origin}/beats/", signed_in),
        Contender("cold list", f"{cold.origin}/beats/"),
        Contender("cold filtered list", f"{cold.origin}{FILTERED}"),
    ]


@contextmanager
def _started(command: list[str], url: str, variables: dict[str, str]) -> Iterator[str]:
    with subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                try:
                    requests.get(url, timeout=30)
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            yield url
        finally:
            process.terminate()


@contextmanager
def _bare(application: str, length: int = 0) -> Iterator[str]:
    port = free_port()
    granian = str(Path(sys.executable).parent / "granian")
    command = [granian, "--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "1"]
    command += ["--log-level", "error", f"tests.bench.bare_wsgi:{application}"]
    variables = environment(DJANGO_SETTINGS_MODULE="", BODY_LENGTH=str(length))
    with _started(command, f"http://127.0.0.1:{port}/", variables) as url:
        yield url


def _nginx(open_: ExitStack, folder: Path, length: int) -> Iterator[Contender]:
    """A file as large as the page is on the wire: the limit of the machine."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        return
    port = free_port()
    (folder / "www").mkdir()
    (folder / "www" / "page.html").write_bytes(b"x" * length)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, user="user root;"))
    command = [program, "-c", str(configuration), "-e", "stderr"]
    url = open_.enter_context(_started(command, f"http://127.0.0.1:{port}/page.html", environment()))
    yield Contender("nginx static file", url)


def _under_gunicorn(open_: ExitStack, gunicorn: str, hot: Shop) -> Iterator[Contender]:
    """The bare view and the real pages under gunicorn's sync worker; without keep-alive, which it doesn't have."""
    for name, application, path, more in (
        ("bare Django view, gunicorn", "tests.bench.bare_wsgi:application", "/", {"DJANGO_SETTINGS_MODULE": ""}),
        ("hot list, gunicorn", "storefront.wsgi:application", "/beats/", {}),
        ("cold list, gunicorn", "storefront.wsgi:application", "/beats/", {"PAGE_STORE_MB": "0"}),
    ):
        port = free_port()
        command = [gunicorn, "--workers", "1", "--bind", f"127.0.0.1:{port}", "--log-level", "error", application]
        variables = {**hot.environment, **more}
        url = open_.enter_context(_started(command, f"http://127.0.0.1:{port}{path}", variables))
        yield Contender(name, url)
