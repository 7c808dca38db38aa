"""The storefront in a worker that is killed at the worst moment of its first webhook; DIE says which.

"before": the event's row is written and its transaction still open. "after": it is committed, the reply not yet sent.
"""

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models.signals import post_save

from storefront.wsgi import application as storefront


def die(**facts: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if os.environ["DIE"] == "before":
    from catalog.models.events import WebhookEvent

    post_save.connect(die, sender=WebhookEvent, weak=False)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    answer: Iterable[bytes] = storefront(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST":
        die()
    return answer
