"""Says of a view that its pages may be kept as bytes, and what they depend on."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from django.http import HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


class Kept(NamedTuple):
    """What makes another page of the same path: these parameters, in this order, and these HX-Targets."""

    parameters: tuple[str, ...]
    fragments: frozenset[str]


def kept(*, parameters: Iterable[str] = (), fragments: Iterable[str] = ()) -> Callable[[View], View]:
    """Mark a view; a page of its that depends on anything else about the visitor is a mistake."""

    def mark(view: View) -> View:
        view.kept = Kept(tuple(parameters), frozenset(fragments))  # type: ignore[attr-defined]
        return view

    return mark
