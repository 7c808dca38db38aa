"""Where operators keep the accounts; who may see what is two ticks, groups and single permissions aren't used."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from accounts.models import User
from accounts.way_back import take_factors_away

admin.site.site_header = admin.site.site_title = "BeatConnect Beats"
admin.site.index_title = "Administration"
# Nobody signs in as somebody else: no page here sets another one's password, moves an account to another mailbox, or
# shows a secret or a session.
for model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)


class AddUserForm(BaseUserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = User
        fields = ("email",)


class ChangeUserForm(UserChangeForm):  # type: ignore[type-arg]  # the same
    class Meta:
        model = User
        fields = ("is_active", "is_staff", "is_superuser")


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # the same
    add_form = AddUserForm
    form = ChangeUserForm
    list_display = ("email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email",)
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email",)}),
        ("What this person may do", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    actions = ("take_second_factors_away",)
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    @admin.action(
        permissions=["change"],
        description="Take the second factors away (only once they answered from their own address)",
    )
    def take_second_factors_away(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            if not user.has_second_factor:
                self.message_user(request, f"{user} has no second factor.", messages.WARNING)
                continue
            told = take_factors_away(user)
            self.log_change(request, user, "Second factors taken away.")
            if told:
                self.message_user(request, f"{user} signs in with the password alone now, and was told so by mail.")
            else:
                words = f"{user} signs in with the password alone now. The mail could not be sent: tell them yourself."
                self.message_user(request, words, messages.ERROR)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "email") if obj else self.readonly_fields

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]
