"""A finished page: its bytes in each encoding, with the headers that go with them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.pagestore.encodings import BEST, BROTLI, GZIP, PLAIN, QUICK, SHORTEST, encode

Headers = list[tuple[str, str]]

# Bytes of what is kept beside the body, headers mostly, as tracemalloc finds them.
OVERHEAD = 4_000
LONGEST = 2_000_000  # bytes; a larger page would push too many others out
# What says something about the bytes, and so has no place in a 304.
_OF_THE_BODY = {"content-type", "content-length", "content-encoding", "content-disposition", "content-language"}


class Form(NamedTuple):
    """A page in one encoding."""

    headers: Headers
    body: bytes


@dataclass
class Page:
    """An answer, made at a moment and fresh until another, both by the monotonic clock."""

    status: str
    plain: Form
    made_at: float
    fresh_until: float
    asked: int = 0  # lately: halved at each change of the mirror
    spared: bool = False  # from the next eviction
    squeezed: bool = False
    forms: dict[str, Form] = field(init=False)

    def __post_init__(self) -> None:
        self.forms = {PLAIN: self.plain}
        self.etag = self.header("etag")
        self.not_modified = [(name, value) for name, value in self.plain.headers if name.lower() not in _OF_THE_BODY]

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        return OVERHEAD + sum(len(form.body) for form in list(self.forms.values()))

    @property
    def may_be_kept(self) -> bool:
        """Tell whether it is the same for everybody; that its view says so isn't enough."""
        public = self.header("cache-control").startswith("public")
        own = self.header("set-cookie") or "cookie" in self.header("vary").lower()
        return self.status.startswith("200") and public and not own and len(self.plain.body) <= LONGEST

    @property
    def is_failure(self) -> bool:
        return self.status >= "5"

    def header(self, wanted: str) -> str:
        """Return the header of a name in lower case, "" where there is none."""
        return next((value for name, value in self.plain.headers if name.lower() == wanted), "")

    def form(self, encoding: str) -> Form:
        """Return the page in an encoding, made when it is first asked for."""
        return self.forms.get(encoding) or self._make(encoding, QUICK)

    def squeeze(self) -> None:
        """Make it as small as it gets; takes some 50 ms."""
        self.squeezed = True
        for encoding in (BROTLI, GZIP):
            self._make(encoding, BEST)

    def take_over(self, older: "Page") -> None:
        """Go on where an older page of the same key was; where nothing has changed, with its bytes."""
        self.asked, self.spared = older.asked, older.spared
        if older.plain == self.plain:
            self.forms, self.squeezed = older.forms, older.squeezed

    def _make(self, encoding: str, quality: tuple[int, int]) -> Form:
        body = encode(encoding, self.plain.body, quality)
        form = self.plain
        if len(self.plain.body) >= SHORTEST and len(body) < len(self.plain.body):
            # The same page in other bytes.
            changed = {"content-length": str(len(body)), "etag": f"W/{self.etag}"}
            headers = [(name, changed.get(name.lower(), value)) for name, value in self.plain.headers]
            form = Form([*headers, ("Content-Encoding", encoding)], body)
        self.forms[encoding] = form
        return form
