"""Answers that are not pages: what machines read, which any cache may keep for a while."""

from django.http import HttpResponse


def publish(content: str | bytes, content_type: str, seconds: int) -> HttpResponse:
    """Return an answer that caches keep for so long, and far longer while we are away; the ETag is the middleware's."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={seconds}, stale-while-revalidate={seconds}, stale-if-error=86400"
    return response
