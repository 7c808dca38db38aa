"""A server of raw bytes: says exactly what a test tells it to, well-formed or not, as slowly as it likes."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections on loopback, reads one request head from each and lets `behaviour` answer it."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._behaviour = behaviour
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        self.requests: list[bytes] = []

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    @property
    def connections(self) -> int:
        return len(self._open)

    def wait_until_idle(self) -> None:
        """Returns when every connection so far has been served and closed."""
        for thread in self._threads[1:]:
            thread.join(5)

    @property
    def api_url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    def close(self) -> None:
        self._stop.set()
        # Closing alone does not wake a thread that sits in accept or recv.
        for sock in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with plain, contextlib.suppress(OSError), self._dressed(plain) as connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            self.requests.append(head)
            self._behaviour(connection)

    def _dressed(self, plain: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(plain, server_side=True) if self._tls else plain


@contextlib.contextmanager
def raw_server(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    server = RawServer(behaviour, tls)
    try:
        yield server
    finally:
        server.close()


def says(data: bytes) -> Behaviour:
    """Sends `data` and closes."""
    return lambda connection: connection.sendall(data)


def answers(body: bytes, *, status: str = "200 OK", headers: bytes = b"") -> Behaviour:
    """Sends a well-formed answer around `body` and closes."""
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n"
    return says(head % (status.encode(), len(body)) + headers + b"\r\n" + body)


def drips(start: bytes, drop: bytes, *, seconds: float = 60, every: float = 0.05) -> Behaviour:
    """Sends `start`, then `drop` again and again."""

    def behaviour(connection: socket.socket) -> None:
        connection.sendall(start)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            connection.sendall(drop)
            time.sleep(every)

    return behaviour


def pours(start: bytes, piece: bytes) -> Behaviour:
    """Sends `start`, then `piece` without end and as fast as it is taken."""
    return drips(start, piece, every=0)


def stays_silent(connection: socket.socket) -> None:
    """Reads, but never writes, until the other side goes away."""
    connection.recv(1)


def resets(connection: socket.socket) -> None:
    """Ends the connection with a reset instead of a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
