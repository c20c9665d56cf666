"""`polyvita preview`: the server, from start to Ctrl-C."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from polyvita.builder.manifest import RECORD_FOLDER, create_record_folder
from polyvita.core.diagnostics import ExternalError, InputError, did_you_mean, error, list_available
from polyvita.core.files import write_atomically
from polyvita.core.location import Location
from polyvita.preview.app import PreviewHandlers, create_app, first_selection
from polyvita.preview.payload import page_url
from polyvita.preview.session import Session

DEFAULT_PORT = 8420
"""The port of the preview if the user names none and the port is free."""
_PORTS_TO_TRY = 20


def serve_preview(
    source: Path, filter: str, port: int | None, *, editor: str, open_browser: bool, show: Callable[[str], None]
) -> int:
    """Serve the preview of the CV `source` on this machine until Ctrl-C. Return the exit status.

    Findings link to their lines in `editor`. `show` receives the address. Without a `port`, the server uses the first
    free port from 8420. Raises `InputError` if the CV or the filter does not exist, and `ExternalError` if the port is
    in use.
    """
    if not source.is_file():
        raise InputError(error("PV001", "there is no such file", Location(str(source))))
    _delete_abandoned_folders()
    prefix = f"{_FOLDER}{os.getpid()}-"
    with (
        _exit_on_signals(),
        tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder,
        _listening_socket(port) as listener,
    ):
        session = Session(source, Path(folder))
        entries = session.entries()
        names = [entry.name for entry in entries]
        if filter and filter not in names:
            hint = did_you_mean(filter, names) or list_available(names)
            raise InputError(error("PV131", f"filter “{filter}” not found in {source.parent / 'filters'}", hint=hint))
        actual_port = listener.getsockname()[1]
        selection = first_selection(entries, filter)
        token = _read_token(source)
        url = f"http://127.0.0.1:{actual_port}/{token}/{page_url(selection) if selection else ''}"
        show(f"{url}\nwatching for changes; press Ctrl-C to stop")
        if open_browser:
            _open_browser(url)
        return _run_server(PreviewHandlers(session, editor), listener, actual_port, token)


def _read_token(source: Path) -> str:
    """Return the token of the CV. It is kept beside the CV, so that an open page finds the next preview.

    If it cannot be kept, each preview has another one.
    """
    path = source.parent / RECORD_FOLDER / "preview-token"
    with suppress(OSError, ValueError):
        token = path.read_text(encoding="ascii")
        if _TOKEN.fullmatch(token) and (os.name == "nt" or not path.stat().st_mode & 0o077):
            return token
    token = secrets.token_urlsafe(16)
    with suppress(OSError, ExternalError):
        create_record_folder(path.parent)
        write_atomically(path, token.encode(), private=True)
    return token


_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
_FOLDER = "polyvita-preview-"
"""The start of the name of the folder with the outputs. The number of the process follows."""
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK") if hasattr(signal, name)]
"""The signals that end the preview, besides Ctrl-C."""


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Raise `SystemExit` at a signal, so that the folder with the outputs is deleted."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with _handled_signals(dict.fromkeys(_SIGNALS, leave)):
        yield


@contextmanager
def _handled_signals(handlers: Mapping[int, Any]) -> Iterator[None]:
    """Handle signals in this way, and then as before. Threads cannot handle signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _delete_abandoned_folders() -> None:
    """Delete the outputs of earlier previews of this user that were killed."""
    if os.name != "posix":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        with suppress(OSError, ValueError):
            number = int(folder.name.removeprefix(_FOLDER).partition("-")[0])
            if folder.lstat().st_uid == os.geteuid() and not _is_running(number):
                shutil.rmtree(folder, ignore_errors=True)


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:  # It belongs to another user.
        return True
    return True


def _run_server(handlers: PreviewHandlers, listener: socket.socket, port: int, token: str) -> int:
    app = create_app(handlers, port, token)
    config = uvicorn.Config(app, log_level="critical", server_header=False, timeout_graceful_shutdown=2, ws="none")
    server = _Server(config, handlers)
    # uvicorn raises the signal again after its shutdown. By then there is nothing left to interrupt.
    handlers_of: dict[int, Any] = dict.fromkeys(_SIGNALS, server.handle_exit)
    handlers_of |= dict.fromkeys((signal.SIGINT, signal.SIGTERM), signal.SIG_IGN)
    with _handled_signals(handlers_of):
        server.run(sockets=[listener])
    return 0


class _Server(uvicorn.Server):
    """A server that ends the event streams first: open streams would delay its shutdown."""

    def __init__(self, config: uvicorn.Config, handlers: PreviewHandlers) -> None:
        super().__init__(config)
        self._handlers = handlers

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._handlers.notifier.close()
        super().handle_exit(sig, frame)


def _listening_socket(port: int | None) -> socket.socket:
    """Return a socket that listens on this machine only."""
    for candidate in [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TO_TRY), 0]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # On Windows, this option lets two programs listen on one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.listen()
        except (OSError, OverflowError):
            listener.close()
            continue
        return listener
    raise ExternalError(f"port {port} is in use or not allowed", "leave out --port to use a free port")


def _open_browser(url: str) -> None:
    """Open the browser if there is a screen. Without one, a text browser could take over the terminal."""
    if (
        os.name == "posix"
        and sys.platform != "darwin"
        and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    ):
        return
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
