"""Brotli for public pages: a seventh less of a phone's data than gzip, which stays for everything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from catalog.pagestore.encodings import BROTLI, SHORTEST, accepted, encode

GetResponse = Callable[[HttpRequest], HttpResponse]


def brotli_pages(get_response: GetResponse) -> GetResponse:
    """Compress what any cache may keep; what is private may hold a secret beside what a visitor typed (BREACH)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not _fits(response) or BROTLI not in accepted(request.headers.get("Accept-Encoding", "")):
            return response
        body = encode(BROTLI, response.content)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = body
        response["Content-Encoding"] = BROTLI
        response["Content-Length"] = str(len(body))
        etag = response.get("ETag", "")
        if etag.startswith('"'):
            response["ETag"] = f"W/{etag}"  # the same page in other bytes
        return response

    return middleware


def _fits(response: HttpResponseBase) -> bool:
    public = response.get("Cache-Control", "").startswith("public")
    text = response.get("Content-Type", "").startswith(("text/", "application/"))
    plain = not response.streaming and not response.has_header("Content-Encoding")
    return public and text and plain and isinstance(response, HttpResponse) and len(response.content) >= SHORTEST
