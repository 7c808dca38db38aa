"""Debian's nginx on loopback, with deploy/nginx.conf: only names, ports, paths and pauses are another's."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.clean_process import ROOT
from tests.storefront.real_server import PATIENCE, free_port

# All that a test's nginx needs around the file; Debian's own nginx.conf names a service's paths.
AROUND = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    {paths}
    include {folder}/storefront.conf;
}}
"""
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Front:
    """A running nginx; `certificate` is what its clients must believe."""

    folder: Path
    http: int
    https: int
    certificate: str

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.https}"

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.ask("GET", path, headers={"Accept-Encoding": "identity", **headers})

    def ask(self, method: str, path: str, **more: object) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method,
                self.origin + path,
                verify=self.certificate,
                timeout=PATIENCE,
                allow_redirects=False,
                **more,  # type: ignore[arg-type]
            )


def found_nginx() -> str:
    """Return where nginx is, or skip the test; where nothing may be skipped, fail it."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not program:
        without = pytest.fail if os.environ.get("SKIP_NOTHING") == "1" else pytest.skip
        without("no nginx found: install the package nginx-light")
    return program


@contextmanager
def nginx(folder: Path, upstream: int, https: int = 0, **changes: str) -> Iterator[Front]:
    """Run nginx before whatever listens on the port `upstream`; `changes` give directives other values."""
    program = found_nginx()
    front = Front(folder, free_port(), https or free_port(), _certificate(folder))
    (folder / "storefront.conf").write_text(_fitted(front, upstream, changes))
    paths = "\n    ".join(f"{kind}_temp_path {folder}/{kind};" for kind in KINDS)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user, paths=paths))
    command = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(front, process)
            yield front
        finally:
            process.terminate()


def _fitted(front: Front, upstream: int, changes: dict[str, str]) -> str:
    """Return deploy/nginx.conf with this test's places in it; each must be found, or the test would prove another."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    places = [
        (r"^ *listen \[::\].*\n", ""),
        (r"listen 80\b", f"listen 127.0.0.1:{front.http}"),
        (r"listen 443\b", f"listen 127.0.0.1:{front.https}"),
        (r"server 127\.0\.0\.1:8000\b", f"server 127.0.0.1:{upstream}"),
        (r"/var/cache/nginx/storefront\b", f"{front.folder}/cache"),
        (r"/etc/letsencrypt/live/beats\.example\b", str(front.folder)),
        (r"/srv/storefront/staticfiles/", f"{ROOT}/staticfiles/"),
        (r"beats\.example\b", "localhost"),
        *((rf"\b{name} [^;]+;", f"{name} {value};") for name, value in changes.items()),
    ]
    for old, new in places:
        text, count = re.subn(old, new, text, flags=re.MULTILINE)
        assert count, f"deploy/nginx.conf has no {old}"
    return text


def _certificate(folder: Path) -> str:
    """Write a certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(secret)
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(folder / "fullchain.pem")


def _wait_for(front: Front, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        try:
            front.get("/static/nothing")
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError((front.folder / "error.log").read_text())
