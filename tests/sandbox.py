"""The sandbox API as a process of its own, for tests that need BeatConnect."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import requests

SHOP, ALICE, BOB, CAROL = "bca_test_shop", "bca_test_alice", "bca_test_bob", "bca_test_carol"
STANDARD_LIMITS = "10/minute,100/hour,1000/day"
_ROOT = Path(__file__).parent.parent
_TIMEOUT = 20  # seconds; far above anything the sandbox should need


class Sandbox:
    """Starts the sandbox on a free port; use as a context manager."""

    def __init__(
        self,
        *,
        beats: int = 253,
        seed: int = 1,
        limits: str = STANDARD_LIMITS,
        shape: str = "reference",
        now: str | None = None,
        control: bool = True,
        media: Path | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        self._own_media = None if media else tempfile.TemporaryDirectory(prefix="sandbox-media-")
        folder = str(media) if media else self._own_media.name if self._own_media else ""
        command = [sys.executable, "-m", "catalog.beatconnect.sandbox", "--port", "0", "--media", folder]
        command += ["--beats", str(beats), "--seed", str(seed), "--limits", limits, "--shape", shape]
        command += ["--now", now] if now else []
        command += ["--control"] if control else []
        command += arguments
        self.process = subprocess.Popen(
            command, cwd=_ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.announcement = self.process.stdout.readline()
        if not self.announcement.startswith("Sandbox API on "):
            self.close()
            msg = f"the sandbox did not start: {self.announcement!r}"
            raise RuntimeError(msg)
        self.api_url = self.announcement.split()[3]
        self.origin = self.api_url.removesuffix("/v1")
        self.session = requests.Session()
        self.session.trust_env = False  # a .netrc or a proxy must not get between

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and take its media folder away."""
        if hasattr(self, "session"):
            self.session.close()
        self.process.terminate()
        self.process.wait(_TIMEOUT)
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self._own_media:
            self._own_media.cleanup()

    def get(
        self, path: str, key: str | None = SHOP, headers: dict[str, str] | None = None, **query: Any
    ) -> requests.Response:
        """Ask for a path, under /v1 if it begins so, with a key or (None) without."""
        given = dict(headers or {})
        if key is not None:
            given["Authorization"] = f"Bearer {key}"
        return self.session.get(
            self.origin + path, params=query, headers=given, timeout=_TIMEOUT, allow_redirects=False
        )

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send something to the control side and return what it answers."""
        response = self.session.request(method, f"{self.origin}/_control/{path}", json=body, timeout=_TIMEOUT)
        response.raise_for_status()
        return response.json()

    def reset(self) -> None:
        """Put everything back as at the start."""
        self.control("POST", "reset", {})

    def stats(self) -> dict[str, Any]:
        """Return what was asked so far: asked, asked_total, refused, by_key and log."""
        report: dict[str, Any] = self.control("GET", "stats")
        return report

    @property
    def asked(self) -> int:
        """Return how many calls came in under /v1, refused ones among them."""
        return int(self.stats()["asked_total"])

    def limits(self, text: str) -> None:
        """Set the limits, as `10/minute,100/hour` or `10/2s` or `off`, and forget the calls so far."""
        self.control("PUT", "limits", {"limits": text})

    def shape(self, name: str) -> None:
        """Answer in another shape: reference, explorer or bare."""
        self.control("PUT", "shape", {"shape": name})

    def add_beat(self, **fields: object) -> dict[str, Any]:
        """Add a beat, the newest unless told otherwise, and return it."""
        beat: dict[str, Any] = self.control("POST", "beats", fields)
        return beat

    def change_beat(self, number: int, **fields: object) -> dict[str, Any]:
        """Write any values into a beat; `_drop=["name"]` leaves fields out of it."""
        beat: dict[str, Any] = self.control("PATCH", f"beats/{number}", fields)
        return beat

    def remove_beat(self, number: int) -> None:
        """Take a beat out."""
        self.control("DELETE", f"beats/{number}")

    def fault(self, name: str, **options: object) -> None:
        """Set a fault beside those that are set; `path`, `query` and `times` say where and how often."""
        self.control("POST", "faults", {"fault": name, **options})

    def clear_faults(self) -> None:
        """Lift all faults."""
        self.control("DELETE", "faults")

    def change_user(self, number: int, **fields: object) -> dict[str, Any]:
        """Write any values into a user's profile, a name also onto the user's beats."""
        profile: dict[str, Any] = self.control("PATCH", f"users/{number}", fields)
        return profile

    def webhook(self, url: str | None, secret: str = "", shape: str = "reference", **options: object) -> None:
        """Send events there from now on; `retries="0.1,0.1"` sets the pauses, url None sends none."""
        self.control("PUT", "webhook", {"url": url, "secret": secret, "shape": shape, **options})

    def event(self, kind: str, /, **options: object) -> list[dict[str, Any]]:
        """Send an event and return how each delivery went: id, type, status (0 for no answer), ms, body.

        Options: beat_id, user_id (what it is about), data (laid over that, or instead of it), id, created, shape,
        times, signature (None for no header), prefix, secret, body (raw text), retry (go on if it is refused).
        """
        answer: dict[str, list[dict[str, Any]]] = self.control("POST", "events", {"type": kind, **options})
        return answer["deliveries"]

    def events(
        self, events: Sequence[dict[str, Any]], order: str = "as_given", parallel: int = 1
    ) -> list[dict[str, Any]]:
        """Send several events, `as_given`, `reversed` or `shuffled`; each is {"type": …} with options as of `event`."""
        body = {"events": list(events), "order": order, "parallel": parallel}
        answer: dict[str, list[dict[str, Any]]] = self.control("POST", "events/batch", body)
        return answer["deliveries"]

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the last 200 deliveries: id, type, subject, attempts, status, done, at."""
        answer: dict[str, list[dict[str, Any]]] = self.control("GET", "deliveries")
        return answer["deliveries"]

    def beats(self, sort: str = "newest", **query: Any) -> list[dict[str, Any]]:
        """Return every beat there is, in the reference shape: at the cost of calls like any other."""
        found: list[dict[str, Any]] = []
        page, last = 1, 1
        while page <= last:
            answer = self.get("/v1/beats", sort=sort, limit=100, page=page, **query).json()["data"]
            found += answer["beats"]
            last, page = answer["pagination"]["last_page"], page + 1
        return found


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    """One sandbox with 253 beats for the whole run; tests want `sandbox`."""
    with Sandbox() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Sandbox:
    """The sandbox as at its start: full catalogue, whole allowance, no faults, reference shape."""
    sandbox_server.reset()
    return sandbox_server
