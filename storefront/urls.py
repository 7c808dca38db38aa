"""Every address of the storefront; the probes are answered before the URLs, in the middleware."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("catalog.urls")),
]

handler400 = "storefront.views.bad_request"
handler403 = "storefront.views.forbidden"
handler404 = "storefront.views.not_found"
handler500 = "storefront.views.server_error"
