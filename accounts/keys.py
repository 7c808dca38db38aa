"""How a buyer's secrets are kept: encrypted, and for one owner and one use only.

Fernet has nothing to bind a token to its row, so the owner stands inside the plaintext: a token that was copied onto
another buyer's row is refused there. The newest of KEY_ENCRYPTION_KEYS locks, each of them opens.
"""

import json
from collections.abc import Sequence
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

Use = Literal["api_key", "links", "second_factor"]
# What every Fernet token begins with: its version, and a time before the year 2106.
_VERSION = "gAAAAA"


class Unsealable(Exception):
    """None of the encryption keys opens this, or it was locked for somebody or something else."""


def new_key() -> str:
    """Return a new encryption key, as KEY_ENCRYPTION_KEYS lists them."""
    return Fernet.generate_key().decode()


@sensitive_variables()
def seal(owner: int, use: Use, secret: str) -> str:
    """Return a secret of a buyer's, locked."""
    plain = json.dumps({"owner": owner, "use": use, "secret": secret})
    return _safe().encrypt(plain.encode()).decode()


@sensitive_variables()
def unseal(owner: int, use: Use, token: str) -> str:
    """Return what `seal` locked for this very owner and use; else Unsealable."""
    try:
        plain = json.loads(_safe().decrypt(token.encode()))
        told, meant, secret = plain["owner"], plain["use"], plain["secret"]
    except (InvalidToken, ValueError, KeyError, TypeError):
        raise Unsealable from None
    if (told, meant) != (owner, use) or not isinstance(secret, str):
        raise Unsealable
    return secret


def is_sealed(text: str) -> bool:
    """Tell a token from what is kept in the clear; not whether it opens."""
    return text.startswith(_VERSION)


def reseal(token: str) -> str:
    """Return the same secret locked with the newest key, or the token itself if it is already; else Unsealable."""
    try:
        _fernets()[0].decrypt(token.encode())
    except InvalidToken:
        try:
            return _safe().rotate(token.encode()).decode()
        except InvalidToken:
            raise Unsealable from None
    return token


def _safe() -> MultiFernet:
    return MultiFernet(_fernets())


def _fernets() -> Sequence[Fernet]:
    return [Fernet(key) for key in settings.KEY_ENCRYPTION_KEYS]
