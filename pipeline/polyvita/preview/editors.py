"""Links that open a file in an editor, at a line and a column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from polyvita.core.location import Location

_AS_PATH = "{name}://file{path}:{line}:{column}"
_AS_QUERY = "{name}://open?file={path}&line={line}&column={column}"
EDITORS = {
    "vscode": _AS_PATH,
    "vscodium": _AS_PATH,
    "cursor": _AS_PATH,
    "windsurf": _AS_PATH,
    "zed": _AS_PATH,
    "idea": _AS_QUERY,
    "pycharm": _AS_QUERY,
    "textmate": "txmt://open?url=file://{path}&line={line}&column={column}",
}
"""The addresses that each editor registers with the system, by the name of the editor."""
NO_EDITOR = "none"


def editor_link(editor: str, location: Location) -> str:
    """Return the address that opens a location in an editor, or an empty string without an editor or a file."""
    if editor not in EDITORS or not location.file:
        return ""
    path = Path(location.file).absolute().as_posix()
    path = quote(path if path.startswith("/") else f"/{path}", safe="/:")  # On Windows, a path starts with “C:”.
    return EDITORS[editor].format(name=editor, path=path, line=max(1, location.line), column=location.column)


def editor_of_terminal(environment: Mapping[str, str]) -> str:
    """Return the editor whose terminal has this environment, or “none”. Over ssh, the editor is on another machine."""
    if "SSH_CONNECTION" in environment:
        return NO_EDITOR
    match environment.get("TERM_PROGRAM"), environment.get("TERMINAL_EMULATOR"):
        case "vscode", _:
            # The editors that derive from VS Code have its name; the path of their program tells them apart.
            program = environment.get("VSCODE_GIT_ASKPASS_MAIN", "").lower()
            return next((name for name in ("cursor", "windsurf", "vscodium") if name in program), "vscode")
        case "zed", _:
            return "zed"
        case _, "JetBrains-JediTerm":
            return "idea"
        case _:
            return NO_EDITOR
