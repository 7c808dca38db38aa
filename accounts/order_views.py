"""A buyer's orders: the list, one of them, and all as a table."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.forms import OrdersForm
from accounts.models import AuditEntry
from accounts.orders import export, fetching, reading
from accounts.private import count_miss, visitor

# Seconds after which a page that waits for something looks again.
SOON, LATEST = 2, 60


@require_safe
@login_required
def order_list(request: HttpRequest) -> HttpResponse:
    fetching.look(visitor(request), again="again" in request.GET)
    page = reading.orders_page(visitor(request), *OrdersForm.read(request.GET))
    status = 404 if page.pages.out_of_range else 200
    return render(request, "accounts/order_list.html", {"page": page, "state": page.state, "soon": SOON}, status=status)


@require_safe
@login_required
def order_detail(request: HttpRequest, order_id: str) -> HttpResponse:
    fetching.look(visitor(request), again="again" in request.GET)
    order = reading.one_order(visitor(request), order_id)
    if order is None:
        count_miss(request)
        # The same for another buyer's order and for one that nobody has.
        raise Http404
    facts = {"order": order, "links": reading.links_of(order), "state": reading.state_of(visitor(request))}
    return render(request, "accounts/order_detail.html", facts)


@require_safe
@login_required
def order_export(request: HttpRequest) -> HttpResponse:
    fetching.catch_up(visitor(request))
    state = reading.state_of(visitor(request))
    if state.key is None and not state.held:
        return redirect("order-list")
    if not state.complete and "partial" not in request.GET:
        return redirect("order-export-progress")
    if request.method == "GET":
        record(request, visitor(request), AuditEntry.What.EXPORTED)
    disposition = f'attachment; filename="{export.file_name(state)}"'
    return HttpResponse(
        export.csv_of(visitor(request)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


@require_safe
@login_required
def order_export_progress(request: HttpRequest) -> HttpResponse:
    """Go on with a long history, as fast as the key may, and say how far it is."""
    fetching.catch_up(visitor(request))
    state = reading.state_of(visitor(request))
    wait = min(max((state.retry_at - state.now).total_seconds(), SOON), LATEST) if state.retry_at else SOON
    return render(request, "accounts/order_export.html", {"state": state, "wait": round(wait)})
