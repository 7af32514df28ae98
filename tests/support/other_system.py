"""Another system with an HTTP API: it checks signatures and answers by script."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import Verdict, WebhookVerifier

SIGNING = "whsec_" + base64.b64encode(b"k" * 32).decode()
SECRET = Secret(SIGNING)


class OtherSystem:
    """Answers by script: status and body; a status of 0 hangs up."""

    def __init__(self) -> None:
        self.script: list[tuple[int, bytes]] = []
        self.heard: list[tuple[str, str, str, bytes]] = []
        self.verdicts: list[Verdict] = []
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def other_system(now: datetime) -> Iterator[OtherSystem]:
    system = OtherSystem()
    verifier = WebhookVerifier([SECRET])

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            system.verdicts.append(verifier.check(headers, body, now))
            system.heard.append((self.command, self.path, headers["webhook-id"], body))
            status, content = system.script.pop(0) if system.script else (200, b'{"number": 1.10}')
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    system.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
