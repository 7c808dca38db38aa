"""How the log reads: one line an event, and no API key or webhook secret in any of them."""

import logging
import re

import structlog
from django.conf import settings

# No word boundary before it: "%20bca_live_" and "\nbca_live_" (as repr writes a line break) are secrets too.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "storefront.logs.RedactingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"told_once": {"()": "storefront.logs.ToldOnce"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # A visitor's mistake is no operator's business: scanners would fill the log.
        "django.security": {"level": "CRITICAL"},
        "django.request": {"level": "ERROR", "filters": ["told_once"]},
    },
}

SHORTEST_SECRET = 8  # what is shorter would blot out words
SECRETS = re.compile(r"(bca_(?:live|test)_|whsec_)[A-Za-z0-9_\-+/=.~]+")


class RedactingFormatter(logging.Formatter):
    """Blots out secrets in the finished text, so that messages, arguments and tracebacks are all covered."""

    def format(self, record: logging.LogRecord) -> str:
        text = SECRETS.sub(r"\1***", super().format(record))
        for secret in _configured():
            text = text.replace(secret, "***")
        return text


def _configured() -> list[str]:
    """Return this shop's own secrets, whatever their form, the longest first: one may begin another."""
    own = [settings.SECRET_KEY, settings.BEATCONNECT_API_KEY, *settings.BEATCONNECT_WEBHOOK_SECRETS]
    return sorted((secret for secret in own if len(secret) >= SHORTEST_SECRET), key=len, reverse=True)


class ToldOnce(logging.Filter):
    """Drops Django's own line for each 503: who met the failure has told it, once and not once a visitor."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503


def configure() -> None:
    """Send structlog's events through Django's logging, as `event key=value …`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"], sort_keys=True),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
