"""Who may ask, and what a browser may do with the answer.

The server listens on this machine alone, but every page of the net that is open in the browser can send requests to
this machine, too. So an answer is given only where the browser says that it asks for this very address (a name that
somebody let lead here is another), and for a page of ours or for the user himself.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page of the preview: its own script and style, outputs in frames, nothing from anywhere else."""

OUTPUT = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""An output: no script whatever it holds. It shares our origin so that its place can be kept when it is made anew."""

PDF = "frame-ancestors 'self'"
"""A PDF: the browser's own viewer shows it, and shows nothing where its page may not run its own parts."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestGuard:
    """Refuses whoever is not to ask, and puts the headers on every answer."""

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
                headers.update({"Content-Security-Policy": headers.get("Content-Security-Policy", OUTPUT)} | _HEADERS)
            await send(message)

        refused = scope["type"] != "http" or self._refused(Headers(scope=scope))
        app = PlainTextResponse("not for you\n", 403) if refused else self._app
        await app(scope, receive, with_headers)

    def _refused(self, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        return (
            host not in self._hosts
            or origin not in (None, f"http://{host}")
            # “none” is the user himself, who typed the address or opened it from elsewhere
            or headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        )
