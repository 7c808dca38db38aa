"""Where operators keep the accounts; who may see what is two ticks, groups and single permissions aren't used."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm

from accounts.models import User

admin.site.site_header = admin.site.site_title = "BeatConnect Beats"
admin.site.index_title = "Administration"


class AddUserForm(BaseUserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = User
        fields = ("email",)


class ChangeUserForm(UserChangeForm):  # type: ignore[type-arg]  # the same
    class Meta:
        model = User
        fields = "__all__"


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
        (None, {"fields": ("email", "password")}),
        ("What this person may do", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)
