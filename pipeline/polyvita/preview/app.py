"""The web application of the preview: the page, its stream of events, and the outputs."""

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

from polyvita.preview.assets import read_script, render_page, render_stylesheet, render_text_page
from polyvita.preview.editors import NO_EDITOR
from polyvita.preview.payload import (
    display_kind,
    entries_as_data,
    media_type,
    overview_as_data,
    page_url,
    snapshot_as_data,
)
from polyvita.preview.security import PAGE_POLICY, PDF_POLICY, RequestGuard
from polyvita.preview.session import Entry, Selection, Session
from polyvita.preview.watch import watch_saves

_KEEP_ALIVE = 15
"""Seconds between comments on an idle event stream. Without them, a proxy may close the connection."""

_MEDIA_TYPES = {"text": "text/plain; charset=utf-8", "file": "application/octet-stream"}
"""The media types of contents whose format has none, by the kind of display."""


class SaveNotifier:
    """Wakes every event stream after a save, and ends them when the server stops."""

    def __init__(self) -> None:
        self.closed = False
        self._next = asyncio.Event()

    def next_save(self) -> asyncio.Event:
        return self._next

    def notify(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    def close(self) -> None:
        self.closed = True
        self._next.set()


class PreviewHandlers:
    """The request handlers of one session. Findings link to their lines in `editor`."""

    def __init__(self, session: Session, editor: str = NO_EDITOR) -> None:
        self.session, self.editor = session, editor
        self.notifier = SaveNotifier()

    async def page(self, request: Request) -> Response:
        """Send the page. Redirect an address without a filter to the first output."""
        if "filter" not in request.query_params:
            entries = await asyncio.to_thread(self.session.entries)
            if selection := first_selection(entries):
                return RedirectResponse(page_url(selection), 303)
        return _page_part(render_page(self.session.source), "text/html")

    async def events(self, request: Request) -> Response:
        """Send server-sent events about the selected output while the page is open."""
        query = request.query_params
        selection = Selection(query.get("filter", ""), query.get("show", ""), query.get("theme", ""))
        return StreamingResponse(self.event_stream(selection), media_type="text/event-stream")

    async def event_stream(self, selection: Selection) -> AsyncIterator[str]:
        """Yield the state of the selected output now and after each save, until the server stops.

        The findings about all filters follow, because the output must not wait for them. Several saves during one build
        cause one more build.
        """
        listed: tuple[Entry, ...] | None = None
        themes: tuple[str, ...] = ()
        folder = self.session.source.parent
        while not self.notifier.closed:
            saved = self.notifier.next_save()
            if listed is None:  # The list comes first, because the output may take longer.
                listed = await asyncio.to_thread(self.session.entries)
                yield _event("list", entries_as_data(listed))
            found = await asyncio.to_thread(self.session.themes)
            if found != themes:
                themes = found
                yield _event("themes", themes)
            yield _event("building", None)
            snapshot = await asyncio.to_thread(self.session.snapshot, selection)
            yield _event("snapshot", snapshot_as_data(selection, snapshot, folder, self.editor))
            entries = await asyncio.to_thread(self.session.entries)
            if entries != listed:
                listed = entries
                yield _event("list", entries_as_data(listed))
            overview = await asyncio.to_thread(self.session.check_all_filters)
            yield _event("overview", overview_as_data(overview, folder, self.editor))
            while not saved.is_set():
                try:
                    await asyncio.wait_for(saved.wait(), _KEEP_ALIVE)
                except TimeoutError:
                    yield ":\n\n"

    async def output(self, request: Request) -> Response:
        """Send the last good file of an output.

        The request selects an output that exists; no part of the request is ever used as a path.
        """
        theme = request.query_params.get("theme", "")
        selection = Selection(request.path_params["filter"], request.path_params["format"], theme)
        snapshot = self.session.last_snapshot(selection)
        if not (snapshot and snapshot.revision == self.session.revision):
            snapshot = await asyncio.to_thread(self.session.snapshot, selection)
        if not snapshot.good:
            return PlainTextResponse("404 Not Found: this output does not exist\n", 404)
        good = snapshot.good
        kind = display_kind(selection, good.content)
        if "frame" in request.query_params and kind == "text":
            return Response(render_text_page(good.name, good.content.decode()), media_type="text/html")
        headers = {"Content-Disposition": _disposition(good.name, inline=kind != "file")}
        if kind == "viewer":
            headers["Content-Security-Policy"] = PDF_POLICY
        return Response(good.content, headers=headers, media_type=media_type(selection) or _MEDIA_TYPES[kind])

    async def watch(self) -> None:
        """Handle every save until cancelled."""
        async for files in watch_saves(self.session.source):
            self.handle_save(files)

    def handle_save(self, files: Iterable[Path]) -> None:
        """Record that these files changed, and wake every event stream."""
        self.session.mark_saved(files)
        self.notifier.notify()


def create_app(handlers: PreviewHandlers, port: int, token: str) -> RequestGuard:
    """Return the ASGI application. It watches the CV while it runs.

    It answers only requests of this user from this machine, at `port`, whose path starts with the `token`.
    """

    @asynccontextmanager
    async def watching(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(handlers.watch())
        try:
            yield
        finally:
            handlers.notifier.close()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def css(_request: Request) -> Response:
        return _page_part(render_stylesheet(), "text/css")

    async def js(_request: Request) -> Response:
        return _page_part(read_script(), "text/javascript")

    routes = [
        Route("/", handlers.page),
        Route("/events", handlers.events),
        Route("/preview.css", css),
        Route("/preview.js", js),
        Route("/output/{filter}/{format}", handlers.output),
    ]
    return RequestGuard(Starlette(routes=routes, lifespan=watching), port=port, token=token)


def first_selection(entries: tuple[Entry, ...], filter: str = "") -> Selection | None:
    """Return the output to show first, of one filter if `filter` is given: the first web page, or else any first."""
    selections = [Selection(e.name, f) for e in entries for f in e.formats if not filter or e.name == filter]
    pages = (s for s in selections if media_type(s).startswith("text/html"))
    return next(pages, selections[0] if selections else None)


def _page_part(text: str, media_type: str) -> Response:
    return Response(text, headers={"Content-Security-Policy": PAGE_POLICY}, media_type=media_type)


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _disposition(name: str, *, inline: bool) -> str:
    return f"{'inline' if inline else 'attachment'}; filename*=utf-8''{quote(Path(name).name, safe='')}"
