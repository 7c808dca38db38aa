"""Which addresses search engines may list, and which they needn't even fetch. Pure.

One list can be narrowed and sorted in more ways than there are beats, and each way has an address of its own. Listed
are the whole lists, page by page, and the lists of one genre or one producer; a second facet, a range, a key, a beat to
mix with or another order makes a view of the same beats that is worth a link but no place in an index. Such an address
says so itself (`X-Robots-Tag`), and `robots.txt` spares crawlers the way to it.
"""

from urllib.parse import parse_qsl, urlsplit

from catalog import languages

# Of these one may narrow a list that search engines list; every other parameter but the page number makes a mere view.
FACETS = {"genre", "producer"}
# Lists that are one facet by themselves.
ONE_FACET = ("/genres/", "/producers/")
# Answers to one visitor's question.
NEVER_LISTED = ("/search/", "/favourites/", "/tape/")
MOST_PAGES = 200  # a list's later pages change by the hour; their beats stand in the sitemap

_ROBOTS = """\
# Beats, genres and producers are all in the sitemap. What is left out here are the many ways to narrow and to sort the
# same lists, the answers to visitors' own questions, and what is no page.
User-agent: *
Disallow: /search/
Disallow: /*/search/
Disallow: /favourites/
Disallow: /*/favourites/
Disallow: /tape/
Disallow: /*/tape/
Disallow: /orders/
Disallow: /*/orders/
Disallow: /account/
Disallow: /*/account/
Disallow: /admin/
Disallow: /status
Disallow: /webhooks/
Disallow: /csp-report
Disallow: /*?*genre=*genre=
Disallow: /*?*genre=*producer=
Disallow: /*?*producer=*genre=
Disallow: /*genres/*?*producer=
Disallow: /*producers/*?*genre=
Disallow: /*?*sort=
Disallow: /*?*bpm
Disallow: /*?*key=
Disallow: /*?*price
Disallow: /*?*mixes_with=
"""


def may_be_listed(address: str) -> bool:
    """Tell whether search engines may list a canonical address, as `Criteria.address` writes it."""
    parts = urlsplit(address)
    path = languages.split(parts.path)[1]
    if path.startswith(NEVER_LISTED):
        return False
    asked = parse_qsl(parts.query, keep_blank_values=True)
    facets = [name for name, _ in asked if name != "page"]
    numbers = [value for name, value in asked if name == "page"]
    if any(not number.isdecimal() or int(number) > MOST_PAGES for number in numbers):
        return False
    if not FACETS.issuperset(facets):
        return False
    return len(facets) <= (0 if path.startswith(ONE_FACET) else 1)


def robots_txt(site_url: str) -> str:
    """Return what crawlers are asked to leave alone, and where the sitemap is."""
    return f"{_ROBOTS}\nSitemap: {site_url}/sitemap.xml\n"
