"""`python -m catalog.beatconnect.sandbox`: the API's stand-in on this machine."""

import argparse
import logging
import os
import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import hooks
from .limits import STANDARD, parse
from .shapes import SHAPES


def _limits(text: str) -> str:
    try:
        parse(text)
    except ValueError as trouble:
        raise argparse.ArgumentTypeError(str(trouble)) from trouble
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as trouble:
        raise argparse.ArgumentTypeError(str(trouble)) from trouble
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _retries(text: str) -> tuple[float, ...]:
    try:
        return hooks.read_retries(text)
    except ValueError as trouble:
        raise argparse.ArgumentTypeError(str(trouble)) from trouble


def _count(text: str) -> int:
    if not text.isdecimal():
        msg = f"not a number of beats: {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or len(text) > 5 or int(text) > 65_535:
        msg = f"not a port: {text!r} (0 to 65535)"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m catalog.beatconnect.sandbox",
        description="A stand-in for the BeatConnect API with an invented catalogue.",
    )
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=_port, default=8001, help="0 takes a free one")
    add("--beats", type=_count, default=253, help="how many beats the catalogue has (253)")
    add("--seed", type=int, default=1, help="the same seed gives the same catalogue (1)")
    add(
        "--now",
        type=_moment,
        default=midnight,
        help="ISO moment before which all was made (last midnight, UTC)",
    )
    add("--limits", type=_limits, default=STANDARD, help=f"{STANDARD}, or as 10/2s,60/10s, or off")
    add("--shape", choices=SHAPES, default="reference", help="which of the documented shapes answers have")
    add("--media", type=Path, default=Path("var/sandbox"), help="where covers and previews are kept")
    add("--control", action="store_true", help="open /_control/ for tests")
    add("--webhook-url", help="where changes made through /_control/ send their events; only to this machine")
    add("--webhook-secret", help="what signs them")
    add("--webhook-shape", choices=hooks.SIGNATURE_HEADERS, default="reference", help="which documented envelope")
    add(
        "--webhook-retries",
        type=_retries,
        default=hooks.STANDARD_RETRIES,
        help=f"seconds until each further attempt ({hooks.STANDARD_RETRIES})",
    )
    add("--verbose", action="store_true", help="a line for each request")
    given = parser.parse_args(arguments)
    given.hook = None
    if given.webhook_url:
        try:
            given.hook = hooks.read_hook(given.webhook_url, given.webhook_secret, given.webhook_shape)
        except ValueError as trouble:
            parser.error(str(trouble))
    return given


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT."""
    given = _arguments(arguments)
    logging.basicConfig(level=logging.INFO if given.verbose else logging.ERROR, format="%(asctime)s %(message)s")
    # Django would log a 503 that a test asked for as trouble; the gate logs what really is.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    # Whatever settings the caller's shell names belong to another process.
    os.environ["DJANGO_SETTINGS_MODULE"] = "catalog.beatconnect.sandbox.settings"

    import django

    django.setup()

    from . import server, state

    state.start(
        state.Options(
            beats=given.beats,
            seed=given.seed,
            now=given.now,
            limits=given.limits,
            shape=given.shape,
            control=given.control,
            media=given.media,
            hook=given.hook,
            retries=given.webhook_retries,
        )
    )
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        listening = server.listen(given.host, given.port)
    except OSError as trouble:
        raise SystemExit(f"Cannot listen on {given.host}:{given.port}: {trouble.strerror}") from trouble
    origin = f"http://{given.host}:{listening.server_port}"
    print(f"Sandbox API on {origin}/v1 (docs: {origin}/docs)", flush=True)
    server.serve(listening, stop)


if __name__ == "__main__":
    main()
