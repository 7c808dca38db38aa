"""Misbehaviour below HTTP: what the server does with the bytes of an answer instead of just sending them."""

import os
import socket
import struct
import time
from collections.abc import Callable

# Under this name a Wire travels from the gate to the server, in the request's environ.
ENVIRON = "sandbox.wire"

# Given the connection, the head with its empty line, and the body; says whether the connection lives on.
Wire = Callable[[socket.socket, bytes, bytes], bool]


def drip_body(pause: float) -> Wire:
    """Send the head at once and the body byte by byte, `pause` seconds apart."""

    def send(connection: socket.socket, head: bytes, body: bytes) -> bool:
        connection.sendall(head)
        _drip(connection, body, pause)
        return True

    return send


def drip_headers(pause: float) -> Wire:
    """Send the head byte by byte, `pause` seconds apart, and the body at once."""

    def send(connection: socket.socket, head: bytes, body: bytes) -> bool:
        _drip(connection, head, pause)
        connection.sendall(body)
        return True

    return send


def truncated(connection: socket.socket, head: bytes, body: bytes) -> bool:
    """Promise the whole body, send half of it and hang up."""
    connection.sendall(head + body[: len(body) // 2])
    return False


def reset(connection: socket.socket, head: bytes, body: bytes) -> bool:
    """Send nothing but a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Files made from the socket would keep it open past close(), and a shutdown would say FIN first.
    os.close(connection.detach())
    return False


def _drip(connection: socket.socket, content: bytes, pause: float) -> None:
    for index in range(len(content)):
        connection.sendall(content[index : index + 1])
        time.sleep(pause)
