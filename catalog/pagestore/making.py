"""Has the application behind the store make a page, from its key and hardly anything else."""

import io
import sys
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from django.conf import settings

from catalog.pagestore.key import Environ, Key
from catalog.pagestore.page import Form, Headers

# Of what a visitor says, all that those who make a page may see: whether to ask BeatConnect depends on it.
_PASSED_ON = ("HTTP_USER_AGENT", "HTTP_SEC_PURPOSE", "HTTP_PURPOSE")
# Who looks after the store's own wishes: nobody for whom a call would be made.
_NOBODY = {"HTTP_USER_AGENT": "page store (bot)"}


def make(application: WSGIApplication, key: Key, visitor: Environ | None) -> tuple[str, Form]:
    """Return the status and the uncompressed answer that the application gives; a HEAD's visitor is nobody."""
    told: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> Any:
        told[:] = status, headers

    answer = application(_environ(key, visitor), start_response)
    try:
        body = b"".join(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()
    status, headers = told
    return status, Form(list(headers), body)


def _environ(key: Key, visitor: Environ | None) -> Environ:
    asks = visitor is not None and visitor["REQUEST_METHOD"] == "GET"
    told = {name: visitor[name] for name in _PASSED_ON if name in visitor} if visitor and asks else _NOBODY
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key.path,
        "QUERY_STRING": key.query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or ""),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **told,
    }
    if key.target:
        environ |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": key.target}
    if key.saves_data:
        environ["HTTP_SAVE_DATA"] = "on"
    return environ
