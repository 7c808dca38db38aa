"""Pictures of ours: covers in the right size, and what is shown where a beat is shared."""

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from catalog.htmx import saves_data
from catalog.service import covers

# The address carries what the picture is made of: it never changes.
FOR_GOOD = "public, max-age=31536000, immutable"
# Without it, or with that of an older picture; and for one that will soon be better.
FOR_NOW, UNTIL_BETTER = "public, max-age=300", "public, max-age=30"


# Neither policy means anything to a picture, and a page of covers would carry them two dozen times.
@csp_exempt()  # type: ignore[arg-type] # typed for views without arguments
@xframe_options_exempt
@require_safe
def cover(request: HttpRequest, pk: int, width: int) -> HttpResponse:
    return thumbnail(request, covers.cover(pk, width, saves_data=saves_data(request)))


@csp_exempt()  # type: ignore[arg-type] # typed for views without arguments
@xframe_options_exempt
@require_safe
def avatar(request: HttpRequest, pk: int, width: int) -> HttpResponse:
    return thumbnail(request, covers.avatar(pk, width, saves_data=saves_data(request)))


@csp_exempt()  # type: ignore[arg-type] # typed for views without arguments
@xframe_options_exempt
@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    found = covers.card(pk)
    return picture(request, found, "image/png") if isinstance(found, covers.Kept) else nothing(found)


def thumbnail(request: HttpRequest, found: covers.Kept | covers.Original | covers.Nothing) -> HttpResponse:
    """Return a thumbnail, or the way to what is shown until it is made."""
    match found:
        case covers.Kept():
            response = picture(request, found, "image/webp")
        case covers.Original(url):
            # Kept by nobody: in a moment the small one is there.
            response = HttpResponseRedirect(url)
            response["Cache-Control"] = "no-store"
        case _:
            response = nothing(found)
    patch_vary_headers(response, ("Save-Data",))
    return response


def picture(request: HttpRequest, kept: covers.Kept, content_type: str) -> HttpResponse:
    """Return a picture, with an ETag; other sites and readers of feeds may show it."""
    response = HttpResponse(kept.data, content_type=content_type)
    wanted = request.GET.get("v", "")
    if not kept.version:
        response["Cache-Control"] = UNTIL_BETTER
    else:
        response["Cache-Control"] = FOR_GOOD if wanted == kept.version else FOR_NOW
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def nothing(found: covers.Nothing) -> HttpResponse:
    """Return an empty answer: where a picture belongs nobody reads a page, and the woven pattern stands there."""
    response = HttpResponse(status=410 if found.gone else 404, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={found.seconds}"
    return response
