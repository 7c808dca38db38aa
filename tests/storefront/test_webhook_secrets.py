"""Start-up checks of the webhook secrets: what anybody could sign with is named before a server starts."""

import pytest
from pytest_django import fixtures

from storefront.checks import check_configuration

LONG, OTHER = "whsec_" + "a" * 24, "whsec_" + "b" * 24


def found(settings: fixtures.Settings, *secrets: str) -> list[str]:
    settings.BEATCONNECT_WEBHOOK_SECRETS = list(secrets)
    return [check.id for check in check_configuration(None) if check.id in {"storefront.E006", "storefront.W002"}]


def test_long_secrets_are_fine_and_so_are_none(settings: fixtures.Settings) -> None:
    assert found(settings) == []
    assert found(settings, LONG) == []
    assert found(settings, LONG, OTHER) == []


@pytest.mark.parametrize("secret", ["", " ", "\n", f" {LONG}", f"{LONG} "])
def test_empty_and_padded_secrets_stop_the_start(settings: fixtures.Settings, secret: str) -> None:
    assert found(settings, LONG, secret) == ["storefront.E006"]
    assert all(check.is_serious() for check in check_configuration(None) if check.id == "storefront.E006")


def test_short_secrets_are_warned_of(settings: fixtures.Settings) -> None:
    assert found(settings, LONG, "whsec_short") == ["storefront.W002"]
