"""Brings what a browser kept into the account of who signs in with it."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.favourites import whose
from accounts.models import User


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    whose.bring_along(request, user)
