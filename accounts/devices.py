"""Says in a few words which browser on what a request came from; what a browser says of itself can be made up. Pure."""

import re

# In this order: nearly all claim to be Chrome, Safari and Mozilla besides what they are.
BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("KaiOS", r"KAIOS"),
    ("ChromeOS", r"CrOS"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
)
LONGEST = 60


def device(user_agent: str) -> str:
    """Return "Firefox, Android", as much of it as can be told, or the first words of what was sent."""
    known = [
        next((name for name, pattern in kinds if re.search(pattern, user_agent)), "") for kinds in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, known)) or user_agent[:LONGEST]
