"""Webhook signatures: published vectors, rotation, and every malformed header as one plain no."""

import base64
import hashlib
import hmac
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.beatconnect.signatures import sign, verify

SECRET = "whsec_new"
OLD = "whsec_old"
BODY = b'{"type": "beat.updated"}\n'
RIGHT = sign(BODY, SECRET)

# RFC 4231 (test cases whose keys are texts) and GitHub's documentation.
VECTORS = [
    ("\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        "Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        "".join(map(chr, range(1, 26))),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        "It's a Secret to Everybody",
        b"Hello, World!",
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    ),
]


@pytest.mark.parametrize(("secret", "body", "signature"), VECTORS)
def test_published_vectors_hold(secret: str, body: bytes, signature: str) -> None:
    assert sign(body, secret) == signature
    assert verify(body, signature, [secret]) == 0


def test_a_truncated_tag_is_refused() -> None:
    # RFC 4231 test case 5 is cut to 128 bits.
    assert verify(b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b", ["\x0c" * 20]) is None


@pytest.mark.parametrize(
    "signature",
    [
        RIGHT,
        RIGHT.upper(),
        f"sha256={RIGHT}",
        f"v1={RIGHT}",
        f"SHA256={RIGHT}",
        f" {RIGHT} ",
        f"{'0' * 64}, {RIGHT}",
        ",".join(["0" * 64] * 4 + [RIGHT]),
        f"t=1,{RIGHT}",
    ],
)
def test_every_way_to_write_it_is_read(signature: str) -> None:
    assert verify(BODY, signature, [SECRET]) == 0


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        " ",
        ",",
        "é" * 64,
        "\xff",
        "\ud800",
        "g" * 64,
        RIGHT[:-1],
        RIGHT + "0",
        RIGHT + "\n",
        "0x" + RIGHT[2:],
        "0x" + RIGHT,
        "sha256=",
        "v1=é",
        "v2=" + RIGHT,
        "sha256=sha256=" + RIGHT,
        "٣" * 64,
        RIGHT[:32] + " " + RIGHT[32:],
        base64.b64encode(bytes.fromhex(RIGHT)).decode(),
        "0" * 64,
        ",".join(["0" * 64] * 5 + [RIGHT]),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        sign(BODY.strip(), SECRET),
        sign(BODY.replace(b"\n", b"\r\n"), SECRET),
        sign(BODY.replace(b": ", b":"), SECRET),
        sign(BODY, "whsec_another_endpoint"),
        sign(BODY, ""),
    ],
)
def test_everything_else_is_one_plain_no(signature: str | None) -> None:
    assert verify(BODY, signature, [SECRET, "", OLD]) is None


def test_rotation_tells_which_secret_matched() -> None:
    assert verify(BODY, sign(BODY, SECRET), [SECRET, OLD]) == 0
    assert verify(BODY, sign(BODY, OLD), [SECRET, OLD]) == 1
    assert verify(BODY, sign(BODY, OLD), [SECRET]) is None


def test_an_empty_secret_never_matches() -> None:
    assert verify(BODY, hmac.new(b"", BODY, hashlib.sha256).hexdigest(), ["", ""]) is None
    assert verify(BODY, RIGHT, []) is None


@pytest.mark.parametrize("signature", ["a" * 1_000_000, ",".join([RIGHT] * 10_000)])
def test_a_huge_header_is_cheap(signature: str) -> None:
    begun = time.monotonic()
    assert verify(BODY, signature, [SECRET]) is None
    assert time.monotonic() - begun < 0.5


@given(st.binary(max_size=200), st.text(min_size=1), st.integers(0, 255))
def test_one_bit_decides(body: bytes, secret: str, bit: int) -> None:
    digest = bytearray.fromhex(sign(body, secret))
    assert verify(body, digest.hex(), [secret]) == 0
    digest[bit // 8] ^= 1 << bit % 8
    assert verify(body, digest.hex(), [secret]) is None
    assert verify(body + b"\0", sign(body, secret), [secret]) is None


@given(st.text(), st.lists(st.text(st.characters()), max_size=3))
def test_no_header_and_no_secret_raises(signature: str, secrets: list[str]) -> None:
    assert verify(BODY, signature, secrets) is None
