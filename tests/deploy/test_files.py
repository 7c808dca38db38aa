"""The examples under deploy/ are whole: they parse, start what is there, and keep secrets out."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clean_process import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
PLACE = "/srv/storefront"


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return parsed


def test_compose_names_only_what_it_has() -> None:
    parsed = compose()
    services = parsed["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service["networks"]) <= set(parsed["networks"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if volume[0] not in "./"}
        assert named <= set(parsed["volumes"]), name
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (DEPLOY / volume.split(":")[0]).is_file(), volume


def test_only_nginx_can_be_reached_from_outside() -> None:
    assert [name for name, service in compose()["services"].items() if service.get("ports")] == ["nginx"]


def test_the_shop_believes_the_proxy_that_compose_starts() -> None:
    services = compose()["services"]
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == services["nginx"]["networks"]["inside"]["ipv4_address"]


@pytest.mark.parametrize("name", ["migrate", "web", "sync", "sessions"])
def test_the_shops_containers_may_do_little(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service


def test_the_image_runs_as_nobody_and_is_asked_whether_it_lives() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    last = text.rpartition("FROM ")[2]
    assert re.search(r"^USER storefront$", last, re.MULTILINE)
    assert "/livez" in last
    assert "--require-hashes" in text
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (ROOT / source).exists(), source


def test_the_image_gets_no_secret_and_no_database() -> None:
    first, *allowed = [
        line for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line and line[0] != "#"
    ]
    assert first == "*"
    assert not [line for line in allowed if line.startswith(("!.", "!var", "!deploy"))]


@pytest.mark.parametrize("path", [DEPLOY / "Dockerfile", DEPLOY / "storefront-web.service"], ids=lambda path: path.name)
def test_the_server_is_started_with_options_that_it_has(path: Path) -> None:
    granian = Path(sys.executable).parent / "granian"
    known = subprocess.run([granian, "--help"], capture_output=True, text=True, check=True).stdout
    used = set(re.findall(r"--(?!host)[a-z0-9-]+", path.read_text().partition("granian")[2]))
    assert {"--workers", "--blocking-threads", "--http1-header-read-timeout"} <= used
    assert {option for option in used if option not in known} == set()


@pytest.mark.parametrize("command", ["sync_catalog", "clearsessions"])
def test_each_unit_runs_a_command_of_the_shop(command: str) -> None:
    assert any(f"manage.py {command}\n" in unit.read_text() for unit in UNITS)


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("no systemd-analyze found: install the package systemd")
    for unit in UNITS:
        # Where the shop would be, there is none here.
        text = re.sub(rf"{PLACE}/\.venv/bin/\w+", sys.executable, unit.read_text())
        (tmp_path / unit.name).write_text(text)
    checked = subprocess.run(
        [program, "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::7", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:db8:1::1", "2001:db8:1:0:2:3:4:5", False),  # one subscriber with two counts; never two with one
        ("2001:db8:1::1", "2001:db8:1::2:3:4:5", True),
        ("2001:db8::1", "2001:db8::2:3:4:5", True),
        ("2001:db8::1", "2001:db8:1::1", False),
        ("203.0.113.5", "203.0.113.6", False),
        ("::1", "::2", False),
    ],
)
def test_limits_count_an_ipv6_subscriber_as_one(one: str, other: str, same: bool) -> None:
    held = re.search(r"map \$remote_addr \$visitor {(.*?)\n}", (DEPLOY / "nginx.conf").read_text(), re.DOTALL)
    assert held
    rules = re.findall(r'"~\*(\S+)" \$1;', held[1])

    def visitor(address: str) -> str:
        found = (re.match(rule, address, re.IGNORECASE) for rule in rules)
        return next((match[1] for match in found if match), address)

    assert (visitor(one) == visitor(other)) == same
