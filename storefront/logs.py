"""How the log reads: one line an event, and no API key or webhook secret in any of them."""

import logging
import re

import structlog

SECRETS = re.compile(r"\b(bca_(?:live|test)_|whsec_)[A-Za-z0-9_\-+/=]+")


class RedactingFormatter(logging.Formatter):
    """Blots out secrets in the finished text, so that messages, arguments and tracebacks are all covered."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub(r"\1***", super().format(record))


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
