"""How second factors are kept: an app's seed and that of the recovery codes encrypted, as buyers' keys are.

allauth doesn't say whose a secret is when it has it locked or opened, so the owner isn't inside; the use is.
"""

import secrets
from base64 import b32encode
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.views.decorators.debug import sensitive_variables

from accounts.keys import Unsealable, is_sealed, reseal, seal, unseal

log = structlog.get_logger("accounts")

OWNER_UNTOLD = 0
# Where allauth keeps secrets in the data of a factor; a passkey has none, only its public key.
ONE, MANY = ("secret", "seed"), ("migrated_codes",)


@sensitive_variables()
def lock(secret: str) -> str:
    return seal(OWNER_UNTOLD, "second_factor", secret)


@sensitive_variables()
def opened(kept: str) -> str:
    """Return what `lock` locked, and what was kept before anything was; where it can't be, a secret nobody has."""
    if not is_sealed(kept):
        return kept
    try:
        return unseal(OWNER_UNTOLD, "second_factor", kept)
    except Unsealable:
        # No code must fit then: an empty secret, or one that is the same twice, could be counted out.
        log.error("factor_undecryptable")
        return b32encode(secrets.token_bytes(20)).decode()


def locked_anew(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a factor's data locked with the newest key, plain ones too; Unsealable if no key opens them."""
    return _each(data, lambda kept: reseal(kept) if is_sealed(kept) else lock(kept))


def unlocked(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a factor's data as it was kept before; Unsealable if no key opens them."""
    return _each(data, lambda kept: unseal(OWNER_UNTOLD, "second_factor", kept) if is_sealed(kept) else kept)


def _each(data: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    single = {name: change(data[name]) for name in ONE if data.get(name)}
    several = {name: [change(code) for code in data[name]] for name in MANY if data.get(name)}
    return {**data, **single, **several}
