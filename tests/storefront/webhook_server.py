"""The real server for webhooks: it believes the secrets that the tests sign with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.storefront.real_server import Shop, serve
from tests.webhooks import ADDRESS, NEW, OLD


@contextmanager
def webhook_server(folder: Path, workers: int = 2, **settings: str) -> Iterator[Shop]:
    """Serve an empty shop that believes the secrets of tests.settings; `settings` go into its environment."""
    with serve(folder, workers, **{"BEATCONNECT_WEBHOOK_SECRETS": f"{NEW},{OLD}", **settings}) as shop:
        yield shop


def webhook_of(shop: Shop) -> str:
    """Return the address that takes a shop's events."""
    return shop.origin + ADDRESS
