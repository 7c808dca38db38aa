"""Buyers and staff, known by their e-mail address."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone


def fold(email: str) -> str:
    """Return an address as it is stored and compared."""
    return email.strip().casefold()


class FoldedEmailField(models.EmailField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Stores and looks up addresses case-folded, so that `unique` means one account per mailbox."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return fold(value) if isinstance(value, str) else value

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(self.get_prep_value(value), model_instance)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; no name is asked for, the address is enough."""

    email = FoldedEmailField("e-mail address", max_length=254, unique=True)
    is_staff = models.BooleanField("may see the status pages", default=False)
    is_active = models.BooleanField("may sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return str(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The instance in hand reads like the row it became.
        self.email = fold(self.email)
        super().save(*args, **kwargs)
