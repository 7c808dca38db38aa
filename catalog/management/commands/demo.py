"""Runs the whole shop on this machine: with a sandbox API beside it, or on the real one if a key is set."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SANDBOX_PORT = 8001
# Requests that wait for an API hold a worker each: two more than the cores keep the shop open meanwhile.
SPARE_WORKERS = 2


class Command(BaseCommand):
    help = "Migrate, fill the mirror and serve; without BEATCONNECT_API_KEY on an invented catalogue."

    def handle(self, *args: Any, **options: Any) -> None:
        demo = not settings.BEATCONNECT_API_KEY
        environment = {**os.environ, **(self.demo_environment() if demo else {})}
        processes: list[subprocess.Popen[bytes]] = []
        # Who stops this process stops what it started, however it is stopped.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            if demo:
                processes.append(self.start_sandbox())
            manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
            subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True)
            # A shop that can't be filled now still opens: it says so, and the first visitor tries again.
            subprocess.run([*manage, "sync_catalog", "--once"], env=environment, check=False)
            self.stdout.write(self.style.SUCCESS(f"The storefront opens on {settings.SITE_URL}"))
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

    def demo_environment(self) -> dict[str, str]:
        # A database of its own: invented beats never get into a real shop.
        return {
            "DATABASE_URL": f"sqlite:///{settings.BASE_DIR / 'var' / 'demo.sqlite3'}",
            "BEATCONNECT_API_URL": f"http://127.0.0.1:{SANDBOX_PORT}/v1",
            "BEATCONNECT_API_KEY": "bca_test_shop",
            "BEATCONNECT_MEDIA_HOSTS": f"http://127.0.0.1:{SANDBOX_PORT}",
        }

    def start_sandbox(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "catalog.beatconnect.sandbox", "--port", str(SANDBOX_PORT), "--beats", "253"]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
        line = process.stdout.readline().decode() if process.stdout else ""
        if not line:
            raise CommandError(f"The sandbox API did not start; is port {SANDBOX_PORT} taken?")
        self.stdout.write(line.strip())
        return process

    def start_storefront(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        workers = (os.cpu_count() or 1) + SPARE_WORKERS
        host, _, port = settings.SITE_URL.rpartition("//")[2].partition(":")
        command = [
            *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"),
            *("--host", host if host in settings.LOOPBACK_HOSTS else "127.0.0.1", "--port", port or "8000"),
            *("--workers", str(workers), "--blocking-threads", "1"),
            *("--log-level", "warning", "storefront.wsgi:application"),
        ]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
