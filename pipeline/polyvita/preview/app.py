"""The application that a browser talks to: the page, its news, and the outputs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from polyvita.preview.assets import page, script, style, text_page
from polyvita.preview.payload import address, entries_as_data, kind, seen_as_data
from polyvita.preview.security import OWN_PAGE, PDF, RequestGuard
from polyvita.preview.session import Entry, Selection, Session
from polyvita.preview.watch import saves

_STILL_HERE = 15
"""How often an idle stream of news says that it is there, in seconds, so that nobody between takes it for dead."""

_TYPES = {
    "page": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "text": "text/plain; charset=utf-8",
    "file": "application/octet-stream",
}


class News:
    """Wakes everybody who waits for the next save."""

    def __init__(self) -> None:
        self.ended = False
        self._next = asyncio.Event()

    def next(self) -> asyncio.Event:
        return self._next

    def tell(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    def end(self) -> None:
        """The server stops: nobody is to wait any longer."""
        self.ended = True
        self._next.set()


class Preview:
    """What the requests are answered with."""

    def __init__(self, state: Session) -> None:
        self.state = state
        self.news = News()

    async def page(self, request: Request) -> Response:
        """The page, at an address that names what it shows."""
        if "filter" not in request.query_params:
            entries = await asyncio.to_thread(self.state.entries)
            if look := first(entries):
                return RedirectResponse(address(look), 303)
        return _own(page(self.state.source), "text/html")

    async def events(self, request: Request) -> Response:
        """News of what is looked at, as server-sent events, for as long as the page is open."""
        look = Selection(request.query_params.get("filter", ""), request.query_params.get("show", ""))
        return StreamingResponse(self.stream(look), media_type="text/event-stream")

    async def stream(self, look: Selection) -> AsyncIterator[str]:
        """What there is to see of `look`, again after each save, until the server ends.

        What is saved while an output is made is followed by one more, however often it was saved.
        """
        listed: tuple[Entry, ...] | None = None
        while not self.news.ended:
            saved = self.news.next()
            if listed is None:  # the list first: the output may take longer
                listed = await asyncio.to_thread(self.state.entries)
                yield _event("list", entries_as_data(listed))
            yield _event("making", None)
            seen = await asyncio.to_thread(self.state.show, look)
            yield _event("seen", seen_as_data(look, seen, self.state.source.parent))
            entries = await asyncio.to_thread(self.state.entries)
            if entries != listed:
                listed = entries
                yield _event("list", entries_as_data(listed))
            while not saved.is_set():
                try:
                    await asyncio.wait_for(saved.wait(), _STILL_HERE)
                except TimeoutError:
                    yield ":\n\n"

    async def output(self, request: Request) -> Response:
        """The newest good file of an output. Nothing of the request is ever taken for a path."""
        look = Selection(request.path_params["filter"], request.path_params["format"])
        seen = self.state.known(look)
        if not (seen and seen.revision == self.state.revision):
            seen = await asyncio.to_thread(self.state.show, look)
        if not seen.good:
            return PlainTextResponse("there is no such output\n", 404)
        good = seen.good
        how = kind(look, good.content)
        if "frame" in request.query_params and how == "text":
            return Response(text_page(good.name, good.content.decode()), media_type="text/html")
        headers = {"Content-Disposition": _disposition(good.name, inline=how != "file")}
        if how == "pdf":
            headers["Content-Security-Policy"] = PDF
        return Response(good.content, headers=headers, media_type=_TYPES[how])

    async def follow(self) -> None:
        """Hear of every save, until cancelled."""
        async for files in saves(self.state.source):
            self.saved(files)

    def saved(self, files: Iterable[Path]) -> None:
        """Tell everybody that these files are others now."""
        self.state.saved(files)
        self.news.tell()


def application(preview: Preview, port: int) -> RequestGuard:
    """The whole application, which answers to this machine at `port` alone, and follows the CV while it runs."""

    @asynccontextmanager
    async def following(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(preview.follow())
        try:
            yield
        finally:
            preview.news.end()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def css(_request: Request) -> Response:
        return _own(style(), "text/css")

    async def js(_request: Request) -> Response:
        return _own(script(), "text/javascript")

    routes = [
        Route("/", preview.page),
        Route("/events", preview.events),
        Route("/preview.css", css),
        Route("/preview.js", js),
        Route("/output/{filter}/{format}", preview.output),
    ]
    return RequestGuard(Starlette(routes=routes, lifespan=following), port=port)


def first(entries: tuple[Entry, ...], name: str = "") -> Selection | None:
    """What to show where nothing, or a filter alone, is named: its web page, or else what comes first."""
    looks = [Selection(e.name, f) for e in entries for f in e.formats if not name or e.name == name]
    return next((look for look in looks if look.format == "html"), looks[0] if looks else None)


def _own(text: str, media_type: str) -> Response:
    return Response(text, headers={"Content-Security-Policy": OWN_PAGE}, media_type=media_type)


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _disposition(name: str, *, inline: bool) -> str:
    return f"{'inline' if inline else 'attachment'}; filename*=utf-8''{quote(Path(name).name, safe='')}"
