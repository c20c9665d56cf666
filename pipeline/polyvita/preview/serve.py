"""`polyvita preview`: the server from its start to Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from polyvita.core.diagnostics import ExternalError, InputError, did_you_mean, error, join_names
from polyvita.core.location import Location
from polyvita.preview.app import Preview, application, first
from polyvita.preview.payload import address
from polyvita.preview.session import Session

PORT = 8420
"""Where the preview is, if nothing else is there."""
_TRIES = 20


def preview(source: Path, filter: str, port: int | None, *, open_it: bool, say: Callable[[str], None]) -> int:
    """Serve the preview of the CV `source` on this machine until Ctrl-C; `say` where, and open the browser on it.

    Without a `port` it is the first free one from 8420 on. Raises `InputError` where there is no such CV or no such
    filter, `ExternalError` where the port is taken.
    """
    if not source.is_file():
        raise InputError(error("PV001", "there is no such file", Location(str(source))))
    with tempfile.TemporaryDirectory(prefix="polyvita-", ignore_cleanup_errors=True) as folder, _socket(port) as own:
        state = Session(source, Path(folder))
        entries = state.entries()
        names = [entry.name for entry in entries]
        if filter and filter not in names:
            hint = did_you_mean(filter, names) or f"there are {join_names(names)}"
            raise InputError(error("PV131", f"there is no filter “{filter}” in {source.parent / 'filters'}", hint=hint))
        at = own.getsockname()[1]
        look = first(entries, filter)
        url = f"http://127.0.0.1:{at}{address(look) if look else '/'}"
        say(f"{url}\nfollows what you save; Ctrl-C ends it")
        if open_it:
            _open(url)
        return _serve(Preview(state), own, at)


def _serve(asked: Preview, own: socket.socket, port: int) -> int:
    config = uvicorn.Config(
        application(asked, port), log_level="critical", server_header=False, timeout_graceful_shutdown=2, ws="none"
    )
    server = _Server(config, asked)
    # uvicorn sends the signal once more when it has ended; nothing is left for it to do
    before = {sign: signal.signal(sign, signal.SIG_IGN) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[own])
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    return 0


class _Server(uvicorn.Server):
    """Ends the streams of news first, which would hold it up."""

    def __init__(self, config: uvicorn.Config, asked: Preview) -> None:
        super().__init__(config)
        self._asked = asked

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._asked.news.end()
        super().handle_exit(sig, frame)


def _socket(port: int | None) -> socket.socket:
    """A socket that listens on this machine alone."""
    for tried in [port] if port is not None else [*range(PORT, PORT + _TRIES), 0]:
        own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it would let two listen at once
            own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind(("127.0.0.1", tried))
            own.listen()
        except (OSError, OverflowError):
            own.close()
            continue
        return own
    raise ExternalError(f"port {port} is taken or may not be used", "leave --port out, and a free one is found")


def _open(url: str) -> None:
    """Open the browser, where there is a screen for one: a browser for terminals would take this one over."""
    if (
        os.name == "posix"
        and sys.platform != "darwin"
        and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    ):
        return
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
