"""Hands mails to the mail server beside the requests, so that a slow or dead one keeps nobody waiting."""

from concurrent.futures import ThreadPoolExecutor, wait
from smtplib import SMTPException
from threading import BoundedSemaphore

import structlog
from django.core.mail import EmailMessage

log = structlog.get_logger("accounts")

# A healthy server is done by then, and one that refuses has said so: only a silent one is left to itself.
PATIENCE = 0.8  # seconds
# Mails under way and in the queue. A process that is told to stop first works them all off, two at a time: behind a
# silent server that is EMAIL_TIMEOUT for each two.
WAITING = 50
_places = BoundedSemaphore(WAITING)
_carriers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


def send(message: EmailMessage, name: str) -> bool:
    """Send a mail; False if it is known already that it could not be sent. What fails later stands in the log."""
    if not _places.acquire(blocking=False):
        log.error("a mail could not be sent", mail=name, error="too many are waiting")
        return False
    sent = _carriers.submit(deliver, message, name)
    sent.add_done_callback(lambda _: _places.release())
    return sent.result() if wait([sent], PATIENCE).done else True


def deliver(message: EmailMessage, name: str) -> bool:
    """Send a mail, however long it takes, and return whether it could be sent; the log knows why not."""
    try:
        message.send()
    except (SMTPException, OSError, ValueError) as error:  # the last: an address that no mail can carry
        log.error("a mail could not be sent", mail=name, error=type(error).__name__)
        return False
    return True
