"""Every address of the storefront; the probes are answered before the URLs, in the middleware."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from accounts import urls as accounts
from catalog import urls as catalog
from storefront import app_views, styleguide_views

urlpatterns = [
    # Django's own page asks for no second proof, limits no guesses, and tells nobody by mail.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("manifest.webmanifest", app_views.manifest, name="manifest"),
    path("sw.js", app_views.service_worker, name="service-worker"),
    path("styleguide/", styleguide_views.styleguide, name="styleguide"),
    path("offline/", app_views.offline, name="offline"),
    *catalog.machines,
    *i18n_patterns(*catalog.pages, *accounts.pages, prefix_default_language=False),
]

handler400 = "storefront.views.bad_request"
handler403 = "storefront.views.forbidden"
handler404 = "storefront.views.not_found"
handler429 = "storefront.views.too_many_requests"
handler500 = "storefront.views.server_error"
