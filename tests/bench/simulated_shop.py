"""A shop on a simulated API."""

from typing import cast

from catalog.beatconnect.client import Client
from catalog.gateway import Gateway
from catalog.quota.ledger import Ledger, fingerprint
from catalog.quota.limits import parse_limits
from catalog.service import store
from tests.bench.simulated_api import SimulatedApi


def open_shop(beats: int) -> tuple[SimulatedApi, Gateway]:
    """Return an API of so many beats and the real gateway to it."""
    api = SimulatedApi(beats)
    limits = parse_limits("10/minute,100/hour,1000/day")
    gateway = Gateway(cast("Client", api), Ledger(fingerprint("bca_test_simulated"), limits))
    # Visitors who wait go the same way out.
    store.site_gateway = lambda: gateway
    return api, gateway
