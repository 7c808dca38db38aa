"""Buyers and staff, known by their e-mail address."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import records as records  # Django finds an app's tables here
from accounts.favourites import rows as rows


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
        """Make an account for who keeps the shop; whoever can do this on the machine itself is believed the address."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        user.confirm_address()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; no name is asked for, the address is enough."""

    email = FoldedEmailField("e-mail address", max_length=254, unique=True)
    is_staff = models.BooleanField("may see the status pages", default=False)
    is_active = models.BooleanField("may sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    # allauth's, which has no types.
    emailaddress_set: Any
    authenticator_set: Any

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

    def confirm_address(self) -> None:
        """Keep it that the address is this person's own, without a code in a mail."""
        self.emailaddress_set.update_or_create(email=self.email, defaults={"verified": True, "primary": True})

    @property
    def has_second_factor(self) -> bool:
        """Tell whether signing in takes more than the password; recovery codes alone are no factor."""
        return bool(self.authenticator_set.exclude(type="recovery_codes").exists())


class AuditEntry(models.Model):
    """Something that was done to an account, for its owner to see."""

    class What(models.TextChoices):
        SIGNED_UP = "signed_up", _("Account made")
        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere", _("Signed out on other devices")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        EMAIL_CHANGED = "email_changed", _("E-mail address changed")
        FACTOR_ADDED = "factor_added", _("Second factor added")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        FACTORS_TAKEN = "factors_taken", _("Second factors taken away by the shop")
        RECOVERY_CODES = "recovery_codes", _("New recovery codes made")
        KEY_CONNECTED = "key_connected", _("BeatConnect key connected")
        KEY_REMOVED = "key_removed", _("BeatConnect key removed")
        EXPORTED = "exported", _("Data downloaded")
        DELETION_ASKED = "deletion_asked", _("Deletion of the account begun")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="audit")
    what = models.CharField(max_length=32, choices=What.choices)
    at = models.DateTimeField(default=timezone.now)
    # Network address and browser, as far as the request told them.
    where = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["user", "-at"], name="audit_of_a_user"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%Y-%m-%d %H:%M}"
