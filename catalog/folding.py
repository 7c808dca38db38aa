"""Names as they are looked for: without case, accents, tone marks or under-dots. Pure."""

import re
import unicodedata

# Letters of their own that people without such a keyboard write plainly; Unicode doesn't take them apart.
_PLAIN = str.maketrans(
    {"ŋ": "n", "ɔ": "o", "ɛ": "e", "ǝ": "e", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɣ": "g", "ɖ": "d"}
    | {"ƒ": "f", "ʋ": "v", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def fold(text: str) -> str:
    """Return a text in the form in which it is compared: "Ọ̀jọ́" and "ojo" are one, words stand one space apart."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in apart if not unicodedata.combining(char)).translate(_PLAIN)
    # Signs between letters part words ("DJ-Mo"); apostrophes within one don't ("N'Dour").
    words = re.sub(r"[^\w\s]|_", " ", re.sub(r"['’ʼ`]", "", bare))
    folded = " ".join(words.split())
    # A name of signs alone is looked for by its signs.
    return folded or " ".join(bare.split())
