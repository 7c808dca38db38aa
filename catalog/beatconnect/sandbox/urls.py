"""Where everything is."""

from django.contrib.staticfiles.views import serve
from django.urls import include, path

from . import control, media
from .api import api
from .envelope import bad_request, forbidden, not_found, server_error

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error

urlpatterns = [
    path("_control/", include(control.urlpatterns)),
    path("images/users/<int:number>.jpg", media.avatar),
    path("images/<int:number>.jpg", media.cover),
    path("audio/<int:number>.mp3", media.preview),
    path("papers/<slug:name>/<slug:kind>", media.paper),
    path("static/<path:path>", serve, {"insecure": True}),
    path("", api.urls),
]
