"""Runs the whole shop on this machine: with a sandbox API beside it, or on the real one if a key is set."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SANDBOX_PORT = 8001
SANDBOX = f"http://127.0.0.1:{SANDBOX_PORT}"
# Requests that wait for an API hold a worker each: two more than the cores keep the shop open meanwhile.
SPARE_WORKERS = 2


class Command(BaseCommand):
    help = "Migrate, fill the mirror and serve; without BEATCONNECT_API_KEY on an invented catalogue."
    # They would warn that no key is set; what is started here has one, and checks for itself.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        demo = not settings.BEATCONNECT_API_KEY
        secret = f"whsec_{secrets.token_hex()}"
        environment = {**os.environ, **(self.demo_environment(secret) if demo else {})}
        processes: list[subprocess.Popen[bytes]] = []
        # Who stops this process stops what it started, however it is stopped.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            if demo:
                processes.append(self.start_sandbox(secret))
            manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
            subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True)
            # A shop that can't be filled now, or not wholly, still opens: its scheduler goes on with the rest.
            subprocess.run([*manage, "sync_catalog", "--once", "--no-wait"], env=environment, check=False)
            self.stdout.write(self.style.SUCCESS(f"The storefront opens on {settings.SITE_URL}"))
            if demo and self.is_on_this_machine():
                price = f"curl -X PATCH {SANDBOX}/_control/beats/1 -d '{{\"price\": 9.99}}'"
                self.stdout.write(f"Change a price, soon seen on {settings.SITE_URL}/beats/1/: {price}")
            if demo:
                subprocess.run([*manage, "demo_buyer"], env=environment, check=True)
            processes.append(self.start_storefront(environment))
            processes[-1].wait()
        except KeyboardInterrupt:
            pass
        except subprocess.CalledProcessError as error:
            raise CommandError(f"{error.cmd[-1]} failed; its message stands above.") from error
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()

    def demo_environment(self, secret: str) -> dict[str, str]:
        # A database of its own: invented beats never get into a real shop.
        return {
            "DATABASE_URL": f"sqlite:///{settings.BASE_DIR / 'var' / 'demo.sqlite3'}",
            "BEATCONNECT_API_URL": f"{SANDBOX}/v1",
            "BEATCONNECT_API_KEY": "bca_test_shop",
            "BEATCONNECT_MEDIA_HOSTS": SANDBOX,
            "BEATCONNECT_WEBHOOK_SECRETS": secret,
        }

    def is_on_this_machine(self) -> bool:
        # Under another name the storefront answers no request to 127.0.0.1, and the sandbox sends nowhere else.
        return settings.SITE_HOST in settings.LOOPBACK_HOSTS

    def start_sandbox(self, secret: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "catalog.beatconnect.sandbox", "--port", str(SANDBOX_PORT), "--beats", "253"]
        if self.is_on_this_machine():
            host, port = self.address()
            command += ["--webhook-url", f"http://{host}:{port}/webhooks/beatconnect/", "--webhook-secret", secret]
            command += ["--control"]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
        line = process.stdout.readline().decode() if process.stdout else ""
        if not line:
            raise CommandError(f"The sandbox API did not start; is port {SANDBOX_PORT} taken?")
        self.stdout.write(line.strip())
        return process

    def address(self) -> tuple[str, str]:
        host, _, port = settings.SITE_URL.rpartition("//")[2].partition(":")
        return host if host in settings.LOOPBACK_HOSTS else "127.0.0.1", port or "8000"

    def start_storefront(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        workers = (os.cpu_count() or 1) + SPARE_WORKERS
        host, port = self.address()
        command = [
            *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"),
            *("--host", host, "--port", port),
            *("--workers", str(workers), "--blocking-threads", "1", "--workers-kill-timeout", "10"),
            "--respawn-failed-workers",
            # At "warning" it finds more workers than cores strange.
            *("--log-level", "error", "storefront.wsgi:application"),
        ]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
