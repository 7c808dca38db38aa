"""Seeds of second factors: encrypted in the database, rows from before too, and no key lost lets anybody in."""

from importlib import import_module
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import fixtures

from accounts.keys import new_key
from accounts.models import User
from tests.accounts.people import BOB, buyer, digits, prove, sign_in
from tests.accounts.test_canary import everything_stored
from tests.pages import read

pytestmark = pytest.mark.django_db

PLAIN_SEED = "0123456789abcdef" * 5
migration = import_module("accounts.migrations.0004_lock_second_factors")


def with_plain_rows() -> tuple[str, list[str]]:
    """Make somebody's factors as they were kept before they were encrypted; return the seed and the codes."""
    alice, secret = buyer(), generate_totp_secret()
    Authenticator.objects.create(user=alice, type="totp", data={"secret": secret})
    codes = Authenticator.objects.create(
        user=alice, type="recovery_codes", data={"seed": PLAIN_SEED, "used_mask": 1, "viewed_at": 1.5}
    )
    Authenticator.objects.create(user=buyer(BOB), type="webauthn", data={"name": "Phone", "credential": {"id": "x"}})
    return secret, RecoveryCodes(codes).get_unused_codes()


def tokens() -> list[str]:
    rows = Authenticator.objects.exclude(type="webauthn").values_list("data", flat=True)
    return [data.get("secret") or data["seed"] for data in rows]


def enters(code: str) -> bool:
    client = Client()
    sign_in(client)
    return client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302


def test_a_copy_of_the_database_holds_no_seed_and_no_code(client: Client) -> None:
    buyer()
    sign_in(client)
    prove(client)
    secret = read(client.get("/account/2fa/totp/activate/")).the("input", id="secret")["value"]
    client.post("/account/2fa/totp/activate/", {"code": digits(secret)})
    codes = [code.text for code in read(client.get("/account/2fa/recovery-codes/")).all("code")]
    assert len(codes) == 10
    sessions = repr([session.get_decoded() for session in Session.objects.all()])
    assert [text for text in (secret, *codes) if text in everything_stored() + sessions] == []
    assert enters(codes[0])


def test_rows_from_before_are_encrypted_and_work_on() -> None:
    secret, codes = with_plain_rows()
    assert secret in everything_stored()
    migration.lock(apps, None)
    stored = everything_stored()
    assert secret not in stored
    assert PLAIN_SEED not in stored
    assert "Phone" in stored
    assert enters(digits(secret))
    assert enters(codes[0])
    assert not enters(codes[0])
    before = tokens()
    migration.lock(apps, None)
    assert tokens() == before, "once more changes nothing"
    migration.unlock(apps, None)
    assert secret in everything_stored()


def test_a_row_that_an_old_process_still_wrote_plain_works_and_is_taken_along() -> None:
    secret, codes = with_plain_rows()
    assert enters(codes[1])
    call_command("rotate_keys", stdout=StringIO())
    assert secret not in everything_stored()
    assert enters(digits(secret))


def test_rotation_takes_them_along(settings: fixtures.Settings) -> None:
    old, new = new_key(), new_key()
    settings.KEY_ENCRYPTION_KEYS = [old]
    alice, secret = buyer(), generate_totp_secret()
    TOTP.activate(alice, secret)
    codes = RecoveryCodes.activate(alice).get_unused_codes()
    settings.KEY_ENCRYPTION_KEYS = [new, old]
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    assert "Second factors: 2 encrypted anew" in told.getvalue()
    assert len(tokens()) == 2
    for token in tokens():
        Fernet(new).decrypt(token.encode())
        with pytest.raises(InvalidToken):
            Fernet(old).decrypt(token.encode())
    settings.KEY_ENCRYPTION_KEYS = [new]
    assert enters(digits(secret))
    assert enters(codes[0])


def test_where_the_key_is_lost_no_code_fits_nothing_breaks_and_rotation_says_so(
    settings: fixtures.Settings, caplog: pytest.LogCaptureFixture
) -> None:
    alice, secret = buyer(), generate_totp_secret()
    TOTP.activate(alice, secret)
    codes = RecoveryCodes.activate(alice).get_unused_codes()
    settings.KEY_ENCRYPTION_KEYS = [new_key()]
    for code in (digits(secret), codes[0], digits("")):
        assert not enters(code)
    assert "factor_undecryptable" in caplog.text
    with pytest.raises(CommandError, match="2 can't be opened"):
        call_command("rotate_keys", stdout=StringIO())
    assert User.objects.get().has_second_factor
