"""People of the tests, and what they do to sign in."""

import base64
import hmac
import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from accounts.models import User

PASSWORD = "a long pass phrase"
ALICE, BOB = "alice@example.com", "bob@example.com"


def buyer(email: str = ALICE, **fields: Any) -> User:
    """Make somebody whose address is confirmed."""
    user = User.objects.create_user(email, PASSWORD, **fields)
    user.confirm_address()
    return user


def operator(email: str = ALICE, **fields: Any) -> User:
    """Make somebody of the staff, with a second factor."""
    user = buyer(email, **{"is_staff": True, **fields})
    TOTP.activate(user, generate_totp_secret())
    return user


def sign_in(client: Client, email: str = ALICE, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password, **more})


def prove(client: Client, password: str = PASSWORD) -> None:
    """Answer "Is it you?", which stands before whatever changes an account."""
    assert client.post("/account/reauthenticate/", {"password": password}).status_code == 302


def digits(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238)."""
    steps = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret), steps, "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def mailed(pattern: str) -> str:
    """Return what stands in the newest mail."""
    found = re.search(pattern, str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[0]


def mailed_code() -> str:
    return mailed(r"\b[A-Z0-9]{3,}-?[A-Z0-9]{3,}\b")
