"""The scheduler inside a web worker: a daemon thread, started by the worker's first request.

Not when the app loads: a server loads it in processes that never serve, and management commands load it too.
"""

import os
import threading

import structlog
from django.conf import settings

from catalog.gateway import NoKey, site_gateway
from catalog.state import WrongSource, check_source, read_state
from catalog.sync import runner

log = structlog.get_logger("catalog.sync")

_lock = threading.Lock()
_started_in: int | None = None


def ensure_started() -> None:
    """Start this process's scheduler, unless it runs, or another process is meant to do it."""
    global _started_in  # noqa: PLW0603 - one thread a process; a fork has to start its own
    if _started_in == os.getpid() or not settings.BACKGROUND_SYNC:
        return
    with _lock:
        if _started_in != os.getpid():
            _started_in = os.getpid()
            threading.Thread(target=_keep_fresh, name="catalog-sync", daemon=True).start()


def _keep_fresh() -> None:
    never = threading.Event()
    try:
        check_source(read_state())
        runner.run(site_gateway(), wait=never.wait)
    except (NoKey, WrongSource) as error:
        log.error("the mirror is not kept fresh", reason=str(error))
    except Exception:
        log.exception("the scheduler stopped; the next start of this worker starts it again")
