"""Which requests the server answers, and what a browser may do with the answers.

The server listens on this machine only, but other users of the machine and any web page in the browser can also send
requests to it. An answer therefore needs four things:

- The path starts with the token, which only the user of the preview has seen.
- On Linux, the other end of the connection belongs to this user or to root. Other users can see the token while the
  browser starts, because it is a part of a command line.
- The `Host` header names this address, which stops DNS rebinding.
- The request comes from the preview page or from the user, not from another site.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content Security Policy of the preview page: its own script and style, outputs in frames, nothing from elsewhere."""

OUTPUT_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Policy of an output: no script runs. The output shares the origin of the page, which restores its scroll position."""

PDF_POLICY = "frame-ancestors 'self'"
"""Policy of a PDF: any stricter policy also blocks the PDF viewer of the browser."""

FORBIDDEN = "403 Forbidden: open the address that “polyvita preview” has printed, on the same machine\n"
"""The text of a refused request."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestGuard:
    """ASGI middleware that refuses requests from other sites, and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self._app, self._port, self._token = app, port, token
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                policy = headers.get("Content-Security-Policy", OUTPUT_POLICY)
                headers.update({"Content-Security-Policy": policy} | _HEADERS)
            await send(message)

        refused = scope["type"] != "http" or self._refused(scope)
        app = PlainTextResponse(FORBIDDEN, 403) if refused else self._app
        # The routes are relative to the token.
        await app({**scope, "root_path": f"/{self._token}"}, receive, with_headers)

    def _refused(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        token = scope["path"].removeprefix("/").partition("/")[0]
        client = scope.get("client") or ("", 0)
        return (
            not secrets.compare_digest(token.encode(), self._token.encode())
            or _is_of_another_user(client[1], self._port)
            or host not in self._hosts
            or origin not in (None, f"http://{host}")
            # “none” means that the user typed the address or opened a bookmark.
            or headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        )


def _is_of_another_user(client_port: int, server_port: int, table: Path = Path("/proc/net/tcp")) -> bool:
    """Return whether the client's end of a connection on this machine belongs to another user than this or root.

    The `table` of connections is that of Linux. If the connection is not in it, only the token decides.
    """
    try:
        lines = table.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return False
    ends = f"0100007F:{client_port:04X}", f"0100007F:{server_port:04X}"  # 127.0.0.1 in the order of the processor
    users = {int(parts[7]) for line in lines if tuple((parts := line.split())[1:3]) == ends}
    return bool(users) and not users & {os.geteuid(), 0}
