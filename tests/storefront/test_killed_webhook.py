"""A worker killed while it takes in an event: the sender hears nothing, delivers again, and one event counts."""

from pathlib import Path

import pytest
import requests

from tests.storefront.real_server import serve, serve_beside
from tests.storefront.webhook_server import webhook_of
from tests.webhooks import NEW, body_of, signed


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("after", 1)])
def test_a_delivery_that_met_a_kill_is_kept_once_when_it_comes_again(tmp_path: Path, moment: str, kept: int) -> None:
    body = body_of("purchase.completed", {"purchase_id": 7, "beat_id": 1, "user_id": 2})
    with serve(tmp_path, 1, BEATCONNECT_WEBHOOK_SECRETS=NEW) as shop:
        with (
            serve_beside(shop, "tests.storefront.dying_wsgi:application", DIE=moment) as dying,
            pytest.raises(requests.ConnectionError),
        ):
            requests.post(webhook_of(dying), data=body, headers=signed(body), timeout=20)
        assert len(shop.rows("WebhookEvent", "key")) == kept
        for _ in range(2):
            again = requests.post(webhook_of(shop), data=body, headers=signed(body), timeout=20)
            assert again.status_code == 200
        assert shop.rows("WebhookEvent", "state") == [["done"]]
        assert shop.rows("Purchase", "beat_id") == [[1]]
