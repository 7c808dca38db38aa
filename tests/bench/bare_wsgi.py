"""What the framework itself costs a request, and what the server: a Django view, and none, that return a constant."""

import os
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="bench", MIDDLEWARE=[], USE_I18N=False)


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Akwaaba")


urlpatterns = [path("", constant)]
application = get_wsgi_application()

LENGTH = os.environ.get("BODY_LENGTH", "0")
BODY = b"x" * int(LENGTH)


def without_framework(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", LENGTH)])
    return [BODY]
