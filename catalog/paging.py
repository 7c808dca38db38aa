"""Page numbers under a list."""

from collections.abc import Callable
from dataclasses import dataclass

PER_PAGE = 24
# Shown at both ends, and on both sides of the current page.
EDGE, NEAR = 1, 1


@dataclass(frozen=True)
class PageLink:
    """A page to go to; `number` None marks a gap."""

    number: int | None
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Paging:
    """Which pages a list has and where they are, `url` being this one; `out_of_range` where there is no such page."""

    url: str
    page: int
    pages: int
    page_links: list[PageLink]
    first_url: str
    previous_url: str
    next_url: str
    out_of_range: bool


def page_count(total: int) -> int:
    """Return the pages that so many items fill: at least one, which may be empty."""
    return max(1, -(-total // PER_PAGE))


def paging(total: int, page: int, address: Callable[[int], str]) -> Paging:
    """Return the pages of a list of `total` items; `address` gives each page's own."""
    pages = page_count(total)
    wanted = sorted(
        number
        for number in {*range(1, EDGE + 1), *range(page - NEAR, page + NEAR + 1), *range(pages - EDGE + 1, pages + 1)}
        if 1 <= number <= pages
    )
    links: list[PageLink] = []
    for before, number in zip([0, *wanted], wanted, strict=False):
        if number - before == 2:
            links.append(PageLink(number - 1, address(number - 1)))
        elif number - before > 2:
            links.append(PageLink(None))
        links.append(PageLink(number, address(number), current=number == page))
    return Paging(
        url=address(page),
        page=page,
        pages=pages,
        page_links=links,
        first_url=address(1),
        previous_url=address(min(page - 1, pages)) if page > 1 else "",
        next_url=address(page + 1) if page < pages else "",
        out_of_range=page > pages,
    )
