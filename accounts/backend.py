"""Who an address and a password belong to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User, fold


class EmailBackend(AuthenticationBackend):
    """Knows people by their address, however it is written; an unknown one takes as long as a wrong password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        for name in ("email", "username"):
            if isinstance(credentials.get(name), str):
                credentials[name] = fold(credentials[name])
        return super().authenticate(request, **credentials)
