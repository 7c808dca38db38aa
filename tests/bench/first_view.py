"""What a first visit to a page costs: bytes over the wire, without images and audio, part by part.

Run the shop (`make run`), then `python -m tests.bench.first_view [address …]`. Every figure is the compressed body plus
its headers, as a browser that speaks brotli gets them.
"""

import sys
from dataclasses import dataclass

import requests

from tests.html import Elements

ADDRESSES = ("/", "/beats/", "/genres/", "/producers/")


@dataclass(frozen=True)
class Part:
    kind: str
    path: str
    body: int
    headers: int


def weigh(session: requests.Session, kind: str, url: str) -> tuple[Part, str]:
    """Fetch a URL; return its weight in bytes and its text."""
    with session.get(url, headers={"Accept-Encoding": "br, gzip"}, stream=True, timeout=30) as answer:
        answer.raise_for_status()
        raw = answer.raw.read(decode_content=False)
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    text = session.get(url, timeout=30).text if kind == "html" else ""
    return Part(kind, url.rpartition("/")[2] or url, len(raw), headers), text


def first_view(origin: str, path: str) -> list[Part]:
    """Return the parts that a browser fetches for a page."""
    with requests.Session() as session:
        page, text = weigh(session, "html", origin + path)
        elements = Elements(text)
        sheets = [link["href"] for link in elements.all("link", rel="stylesheet")]
        scripts = [script["src"] for script in elements.all("script") if "src" in script]
        return [
            page,
            *(weigh(session, "css", origin + href)[0] for href in sheets),
            *(weigh(session, "js", origin + src)[0] for src in scripts),
        ]


def main() -> None:
    origin = "http://127.0.0.1:8000"
    for path in sys.argv[1:] or ADDRESSES:
        parts = first_view(origin, path)
        total = sum(part.body + part.headers for part in parts)
        print(f"\n{path}: {total / 1000:.1f} kB in {len(parts)} requests")
        for part in parts:
            print(f"  {part.kind:5}{part.body:7} + {part.headers:4}  {part.path}")


if __name__ == "__main__":
    main()
