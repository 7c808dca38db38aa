"""JSON answers and the documented envelope of errors."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

# By status: code and message. 405 is not documented but must say something.
_ERRORS = {
    400: ("invalid_request", "The request was invalid"),
    401: ("unauthorized", "API key is missing or invalid"),
    403: ("forbidden", "API key does not have permission to access the requested resource"),
    404: ("not_found", "The requested resource does not exist"),
    405: ("method_not_allowed", "The method is not allowed for this resource"),
    429: ("rate_limit_exceeded", "Too many requests; rate limit exceeded"),
    500: ("server_error", "An unexpected error occurred on the server"),
}


class ApiError(Exception):
    """Ends a request with one of the documented errors."""

    def __init__(self, status: int, details: str | None = None) -> None:
        super().__init__(status, details)
        self.status = status
        self.details = details


def answer(content: object, status: int = 200) -> HttpResponse:
    """Answer with JSON; ASCII escapes carry even texts that UTF-8 could not."""
    return HttpResponse(json.dumps(content), status=status, content_type="application/json")


def error(status: int, details: str | None = None) -> HttpResponse:
    """Answer with an error in its envelope."""
    code, message = _ERRORS.get(status, ("server_error", "The service is not available"))
    return answer({"status": "error", "error": {"code": code, "message": message, "details": details}}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a request that Django itself refuses."""
    return error(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what Django itself forbids."""
    return error(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    return error(404, f"Nothing is at {request.path}")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a defect of the sandbox itself."""
    return error(500, f"The sandbox failed at {request.path}")


def only(request: HttpRequest, *methods: str) -> None:
    """Refuse other methods with ApiError(405)."""
    if request.method not in methods:
        raise ApiError(405, f"Allowed: {', '.join(methods)}")


def origin_of(request: HttpRequest) -> str:
    """Return under which origin this request found the server."""
    return f"{request.scheme}://{request.get_host()}"


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Read a JSON object, whatever the content type says; an empty body is an empty object. Raises ApiError(400)."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise ApiError(400, "The body must be JSON") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body must be a JSON object")
    return body
