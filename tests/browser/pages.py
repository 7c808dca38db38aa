"""Every kind of page there is, with the address that shows it in a `varied` shop."""

PAGES = {
    "home": "/",
    "the beats": "/beats/",
    "filtered beats": "/beats/?genre=2&genre=5&sort=popular&page=2",
    "no beat fits": "/beats/?genre=2&producer=999999",
    "beyond the last page": "/beats/?page=99",
    "a beat": "/beats/253/",
    "a beat without facts": "/beats/252/",
    "the genres": "/genres/",
    "a genre": "/genres/2/",
    "the producers": "/producers/",
    "producers by name": "/producers/?q=a&sort=name",
    "no such producer": "/producers/?q=zzz",
    "a producer": "/producers/5021/",
    "a check of a catalogue": "/producers/5001/-/check/",
    "a search": "/search/?q=piano",
    "a misspelt search": "/search/?q=harmatan",
    "a search for nothing": "/search/",
    "a search that finds nothing": "/search/?q=xqzwvvy+nairobi",
    "no such page": "/nowhere/",
    "a beat no longer sold": "/beats/7/",
}
# Complaints of the browser that belong to some of them.
STATUSES = ("404", "410", "503")
