"""The HTTP server: Django's threaded one, kept alive, with a hook for answers that misbehave on the wire."""

import io
import logging
import socket
import threading
from typing import Any, cast

from django.core.servers.basehttp import ServerHandler, ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from . import wire

logger = logging.getLogger(__name__)


class Server(ThreadedWSGIServer):
    """A thread for each connection; all end with the process."""

    request_queue_size = 128


class Exchange(ServerHandler):
    """One request and its answer."""

    server_software = "BeatConnect-Sandbox"
    environ: dict[str, Any]
    request_handler: "Connection"

    def finish_response(self) -> None:
        """Send the answer, or give its bytes to the fault that wants them."""
        fault = cast("wire.Wire | None", self.environ.get(wire.ENVIRON))
        if fault is None:
            super().finish_response()
            self.request_handler.wfile.flush()  # nothing has, when the answer was a head alone
            return
        handler = self.request_handler
        written = io.BytesIO()
        self.stdout = written
        super().finish_response()
        head, gap, body = written.getvalue().partition(b"\r\n\r\n")
        handler.wfile.flush()
        if not fault(cast("socket.socket", handler.connection), head + gap, body):
            handler.close_connection = True

    def log_exception(self, exc_info: Any) -> None:
        """Say what broke, in one place."""
        logger.error("The sandbox failed while answering", exc_info=exc_info)


class Connection(WSGIRequestHandler):
    """One kept-alive connection."""

    wbufsize = -1  # head and body leave in one packet: with Nagle's algorithm two would wait for each other
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Answer one request, with Exchange in the place of Django's handler."""
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536:
            self.requestline, self.request_version, self.command = "", "", ""
            self.send_error(414)
            return
        if not self.parse_request():
            return
        exchange = Exchange(self.rfile, self.wfile, self.get_stderr(), self.get_environ())
        exchange.request_handler = self
        exchange.run(cast("Any", self.server).get_app())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Write a line for each request where that is wanted."""
        logger.info(format, *args)


def listen(host: str, port: int) -> Server:
    """Bind and return the server; port 0 takes any that is free."""
    server = Server((host, port), Connection)
    server.set_app(get_wsgi_application())
    return server


def serve(server: Server, stop: threading.Event) -> None:
    """Answer until `stop` is set."""
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    stop.wait()
    server.shutdown()
    server.server_close()
