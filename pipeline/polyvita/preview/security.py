"""Which requests the server answers, and what a browser may do with the answers.

The server listens on this machine only, but any web page in the browser can also send requests to this machine. An
answer therefore needs two things. The `Host` header names this address, which stops DNS rebinding. The request comes
from the preview page or from the user, not from another site.
"""

from __future__ import annotations

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

FORBIDDEN = "403 Forbidden: this page answers requests from this machine only\n"
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

    def __init__(self, app: ASGIApp, *, port: int) -> None:
        self._app = app
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

        refused = scope["type"] != "http" or self._refused(Headers(scope=scope))
        app = PlainTextResponse(FORBIDDEN, 403) if refused else self._app
        await app(scope, receive, with_headers)

    def _refused(self, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        return (
            host not in self._hosts
            or origin not in (None, f"http://{host}")
            # “none” means that the user typed the address or opened a bookmark.
            or headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        )
