"""Addresses of what belongs to one person, all of them private; allauth's own stand beside ours."""

from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.views import login_webauthn
from django.urls import include, path, register_converter

from accounts import favourite_views, key_views, order_views, views
from catalog.urls import BeatConnectId


class OrderId:
    """An order's id as BeatConnect gives them. None holds a dot, so that our own addresses below can't be one."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def to_python(self, text: str) -> str:
        return text

    def to_url(self, text: str) -> str:
        return text


register_converter(OrderId, "orderid")
register_converter(BeatConnectId, "beatid")

# Whoever asks for a challenge is given a session, and allauth counts no GET.
limited = ratelimit.decorator(app="allauth.account", action="passkey", limit_get=True)

pages = [
    path("account/", views.overview, name="account"),
    path("account/beatconnect/", key_views.beatconnect_key, name="beatconnect-key"),
    path("account/corner/", views.corner, name="account-corner"),
    path("account/export.json", views.download, name="account-export"),
    path("account/delete/", views.delete, name="account-delete"),
    path("account/delete/now/", views.delete_now, name="account-delete-now"),
    path("account/deleted/", views.deleted, name="account-deleted"),
    path("account/2fa/totp/picture.svg", views.totp_picture, name="account-totp-picture"),
    path("account/2fa/webauthn/login/", limited(login_webauthn), name="mfa_login_webauthn"),
    path("account/", include("allauth.urls")),
    path("orders/", order_views.order_list, name="order-list"),
    path("orders/<orderid:order_id>/", order_views.order_detail, name="order-detail"),
    path("orders/export.csv", order_views.order_export, name="order-export"),
    path("orders/export.csv/progress/", order_views.order_export_progress, name="order-export-progress"),
    path("favourites/", favourite_views.favourites, name="favourites"),
    path("favourites/<beatid:pk>/", favourite_views.favourite, name="favourite"),
    path("favourites/export.csv", favourite_views.as_csv, name="favourites-csv"),
    path("favourites/export.json", favourite_views.as_json, name="favourites-json"),
]
