"""The preview without a browser: what is watched, the state after each save, refused requests, and how it ends."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from font_caladea import font_directory
from starlette.testclient import TestClient

from polyvita.builder.incremental import build
from polyvita.builder.result import BuildResult
from polyvita.cli.init import create_project
from polyvita.cli.main import main
from polyvita.core.diagnostics import ExternalError, InputError
from polyvita.core.formats import format_of
from polyvita.core.location import Location
from polyvita.preview import PREVIEW_PACKAGES, WATCH_PACKAGES, require_packages
from polyvita.preview.app import PreviewHandlers, create_app
from polyvita.preview.editors import editor_link, editor_of_terminal
from polyvita.preview.payload import snapshot_as_data
from polyvita.preview.security import FORBIDDEN, _is_of_another_user
from polyvita.preview.serve import _listening_socket, _read_token, serve_preview
from polyvita.preview.session import REVIEW, Overview, Selection, Session
from polyvita.preview.watch import file_stamps, watch_saves, watched_folders
from polyvita.preview.watch_build import BuildOutcome, watch_and_build
from polyvita.writers.fonts import load_fonts

PORT = 8420
ADDRESS = f"127.0.0.1:{PORT}"
pytestmark = pytest.mark.slow

TOKEN = "the-token"  # noqa: S105 - only the tests use it
BASE = f"http://{ADDRESS}/{TOKEN}"
FULL = Selection("full", "html")
TIMEOUT = 20
"""A timeout in seconds that no test reaches."""


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    list(create_project(tmp_path / "my cv"))
    return tmp_path / "my cv" / "cv.md"


@pytest.fixture
def session(cv: Path, tmp_path: Path) -> Session:
    return Session(cv, tmp_path / "outputs")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def save_by_renaming(path: Path, text: str) -> None:
    """Save as most editors do: a new file replaces the old one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


# ---------------------------------------------------------------- what is watched


class SaveListener:
    """An async context manager that collects the bursts of saves."""

    def __init__(self, cv: Path, written: Callable[[], list[Path]] = list) -> None:
        self.bursts, self.received, self.home = watch_saves(cv, written), asyncio.Queue[list[str]](), cv.parent

    async def __aenter__(self) -> SaveListener:
        self.task = asyncio.create_task(self.follow())
        await asyncio.sleep(0.3)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.bursts.aclose()

    async def follow(self) -> None:
        async for burst in self.bursts:
            self.received.put_nowait([os.path.relpath(path, self.home) for path in burst])

    async def next(self) -> list[str]:
        return await asyncio.wait_for(self.received.get(), TIMEOUT)


def burst_after(cv: Path, action: Callable[[], object]) -> list[str]:
    """Return the burst of saves that an action causes."""

    async def run() -> list[str]:
        async with SaveListener(cv) as listener:
            action()
            return await listener.next()

    return asyncio.run(run())


def test_a_save_in_place_is_noticed(cv: Path) -> None:
    assert burst_after(cv, lambda: change(cv, "Who you are", "What you are")) == ["cv.md"]


def test_a_save_by_renaming_is_noticed(cv: Path) -> None:
    assert burst_after(cv, lambda: save_by_renaming(cv, "# Other {.core}\n\nText.\n")) == ["cv.md"]


def test_many_saves_at_once_are_one_event(cv: Path) -> None:
    def save() -> None:
        for number in range(20):
            save_by_renaming(cv, f"# Number {number}\n")
        change(cv.parent / "filters/full.yaml", "vitae", "Vitae")
        (cv.parent / "filters/new.yaml").write_text("formats: [txt]\n")
        (cv.parent / "filters/short.yaml").unlink()

    async def run() -> None:
        async with SaveListener(cv) as listener:
            save()
            assert await listener.next() == ["cv.md", "filters/full.yaml", "filters/new.yaml", "filters/short.yaml"]
            await asyncio.sleep(1.2)
            assert listener.received.empty()

    asyncio.run(run())


@pytest.mark.parametrize(
    "name",
    ["cv.private.yaml", "themes/own.yaml", "rules/own.yaml", "fonts/sub/a.ttf", "template.docx", "filters/make.lua"],
)
def test_all_files_of_a_project_are_watched(cv: Path, name: str) -> None:
    path = cv.parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    assert burst_after(cv, lambda: path.write_text("new")) == [name]


def test_folders_of_images_in_the_cv_are_watched(cv: Path) -> None:
    for folder in ("my pictures/2026", "other"):
        (cv.parent / folder).mkdir(parents=True)
    change(
        cv,
        "# Positions",
        "![Ada](my%20pictures/2026/ada.png) and [not here](https://example.org/other/x)\n\n# Positions",
    )
    with suppress(InputError):  # The image is not there yet.
        build(cv, formats=["html"])
    assert {path.name for path in watched_folders(cv)} == {"my cv", "filters", "schema", "2026"}
    assert burst_after(cv, lambda: (cv.parent / "my pictures/2026/ada.png").write_bytes(b"1")) == [
        "my pictures/2026/ada.png"
    ]


def test_folders_of_word_templates_in_a_filter_are_watched(cv: Path) -> None:
    (cv.parent / "templates").mkdir()
    with (cv.parent / "filters/full.yaml").open("a") as file:
        file.write("reference: ../templates/institute letter.docx\n")
    with suppress(InputError):
        build(cv)
    assert (cv.parent / "filters/../templates") in watched_folders(cv)


def test_temporary_files_of_editors_and_word_are_ignored(cv: Path) -> None:
    before = file_stamps(watched_folders(cv))
    for name in (".cv.md.swp", "cv.md~", "~$template.docx", "#cv.md#", "4913", "cv.md.tmp", ".git"):
        (cv.parent / name).write_text("x")
    assert file_stamps(watched_folders(cv)) == before


def test_outputs_are_ignored(cv: Path) -> None:
    async def run() -> None:
        async with SaveListener(cv, lambda: [cv.parent / "full.html"]) as listener:
            (cv.parent / "full.html").write_text("x")
            await asyncio.sleep(0.8)
            change(cv, "Who you are", "What you are")
            assert await listener.next() == ["cv.md"]

    asyncio.run(run())


def test_a_folder_with_two_names_is_watched_once(cv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cv.parent)
    assert {str(path) for path in watched_folders(Path("cv.md"))} >= {".", "filters"}
    assert cv.parent.resolve() not in watched_folders(Path("cv.md"))
    assert len({path.resolve() for path in watched_folders(Path("cv.md"))}) == len(watched_folders(Path("cv.md")))


def test_a_folder_that_is_replaced_is_watched_again(cv: Path) -> None:
    filters = cv.parent / "filters"

    async def run() -> None:
        async with SaveListener(cv) as listener:
            shutil.copytree(filters, cv.parent / "aside")
            shutil.rmtree(filters)
            (cv.parent / "aside").rename(filters)
            assert all(name.startswith("filters/") for name in await listener.next())
            await asyncio.sleep(1)
            (filters / "new.yaml").write_text("formats: [txt]\n")
            while "filters/new.yaml" not in await listener.next():
                pass

    asyncio.run(run())


def test_a_folder_that_is_moved_and_moved_back_is_watched_again(cv: Path) -> None:
    async def run() -> None:
        async with SaveListener(cv) as listener:
            cv.parent.rename(cv.parent.with_name("away"))
            assert "cv.md" in await listener.next()
            await asyncio.sleep(1)
            cv.parent.with_name("away").rename(cv.parent)
            assert "cv.md" in await listener.next()
            await asyncio.sleep(1)
            change(cv, "Who you are", "What you are")
            while await listener.next() != ["cv.md"]:
                pass

    asyncio.run(run())


def test_a_new_folder_is_watched(cv: Path) -> None:
    theme = cv.parent / "themes/own.yaml"

    async def run() -> None:
        async with SaveListener(cv) as listener:
            theme.parent.mkdir()
            theme.write_text("size: 11pt\n")
            assert await listener.next() == ["themes/own.yaml"]
            theme.write_text("size: 12pt\n")
            assert await listener.next() == ["themes/own.yaml"]

    asyncio.run(run())


def test_a_save_before_the_first_wait_is_noticed(cv: Path) -> None:
    async def run() -> None:
        bursts = watch_saves(cv)
        change(cv, "Who you are", "What you are")
        assert await anext(bursts) == (cv,)
        await bursts.aclose()

    asyncio.run(run())


def test_without_notifications_files_are_compared_regularly(cv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError("no space left for watches")

    monkeypatch.setattr("polyvita.preview.watch.awatch", none)
    assert burst_after(cv, lambda: change(cv, "Who you are", "What you are")) == ["cv.md"]


def write(path: Path, content: str | bytes = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "name", ["filters/.base.yaml", "themes/.dark.yaml", "fonts/linked/a.ttf", "pictures/inner.svg"]
)
def test_hidden_and_linked_inputs_are_watched_after_a_build(cv: Path, name: str, tmp_path: Path) -> None:
    home = cv.parent
    write(home / "filters/.base.yaml", "formats: [html]\n")
    write(home / "filters/full.yaml", "extends: .base\ntheme: .dark\n")
    write(home / "themes/.dark.yaml", "size: 11pt\n")
    write(tmp_path / "elsewhere/a.ttf")
    (home / "fonts").mkdir()
    (home / "fonts/linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    write(home / "pictures/inner.svg", f"{head}</svg>")
    write(home / "outer.svg", f'{head}<image href="pictures/inner.svg"/></svg>')
    change(cv, "Who you are", "![Outer](outer.svg) Who you are")
    build(cv, ["full"])
    assert burst_after(cv, lambda: write(home / name, "size: 12pt\n")) == [name]


def test_folders_that_a_build_starts_to_read_are_no_save(cv: Path) -> None:
    """The watcher learns of the folder from the build, and not from a change in it."""
    write(cv.parent / "pictures/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')

    async def run() -> None:
        async with SaveListener(cv) as listener:
            change(cv, "Who you are", "![A](pictures/a.svg) Who you are")
            assert await listener.next() == ["cv.md"]
            await asyncio.to_thread(build, cv, formats=["html"], outputs=cv.parent.parent / "outputs")
            await asyncio.sleep(1.2)
            assert listener.received.empty()
            write(cv.parent / "pictures/a.svg", "<svg/>")
            assert await listener.next() == ["pictures/a.svg"]

    asyncio.run(run())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with names")
def test_a_source_that_was_a_pipe_is_watched_again(cv: Path, session: Session) -> None:
    text = cv.read_text()
    good = session.snapshot(FULL).good

    async def run() -> None:
        async with SaveListener(cv) as listener:
            cv.unlink()
            os.mkfifo(cv)
            assert await listener.next() == ["cv.md"]
            session.mark_saved([cv])
            snapshot = await asyncio.to_thread(session.snapshot, FULL)
            assert ([finding.code for finding in snapshot.findings], snapshot.good) == (["PV001"], good)
            save_by_renaming(cv, text)
            assert await listener.next() == ["cv.md"]
            session.mark_saved([cv])
            assert (await asyncio.to_thread(session.snapshot, FULL)).current

    asyncio.run(run())


# ---------------------------------------------------------------- the state after each save


def test_a_save_updates_the_snapshot(cv: Path, session: Session) -> None:
    before = session.snapshot(FULL)
    assert (before.current, before.findings) == (True, ())
    change(cv, "Who you are", "What you are")
    assert session.snapshot(FULL) is before, "without a save nothing is built"
    session.mark_saved([cv])
    after = session.snapshot(FULL)
    assert after.good
    assert before.good
    assert "What you are" in after.good.content.decode()
    assert after.good.stamp != before.good.stamp


def test_a_save_without_changes_gives_the_same_file(cv: Path, session: Session) -> None:
    for format in ("html", "pdf", "docx", REVIEW):
        before = session.snapshot(Selection("full", format)).good
        session.mark_saved([cv])
        after = session.snapshot(Selection("full", format)).good
        assert before
        assert after == before, f"the {format} file is the same"


def test_a_save_with_errors_keeps_the_last_good_file_until_it_is_fixed(cv: Path, session: Session) -> None:
    good = session.snapshot(FULL).good
    change(cv, "{#awards .award .core}", "{#awards .awrd .core}")
    session.mark_saved([cv])
    broken = session.snapshot(FULL)
    assert [(finding.code, finding.hint) for finding in broken.findings] == [("PV112", "did you mean “award”?")]
    assert (broken.good, broken.current) == (good, False)
    change(cv, ".awrd", ".award")
    session.mark_saved([cv])
    assert (session.snapshot(FULL).findings, session.snapshot(FULL).current) == ((), True)


def test_a_source_that_is_deleted_and_restored(cv: Path, session: Session) -> None:
    good = session.snapshot(FULL).good
    text = cv.read_text()
    cv.unlink()
    session.mark_saved([cv])
    gone = session.snapshot(FULL)
    assert ([finding.code for finding in gone.findings], gone.good) == (["PV001"], good)
    cv.write_text(text)
    session.mark_saved([cv])
    assert session.snapshot(FULL).current


def test_a_source_with_errors_from_the_start_has_findings_and_no_file(cv: Path, session: Session) -> None:
    cv.write_bytes(b"\xff\xfe")
    snapshot = session.snapshot(FULL)
    assert ([finding.code for finding in snapshot.findings], snapshot.good) == (["PV002"], None)


def test_an_output_that_cannot_be_written_keeps_the_last_good_file(cv: Path, session: Session) -> None:
    pdf = Selection("full", "pdf")
    good = session.snapshot(pdf).good
    change(cv, "Who you are", "\ue000 who you are")
    session.mark_saved([cv])
    assert ([finding.code for finding in session.snapshot(pdf).findings], session.snapshot(pdf).good) == (
        ["PV304"],
        good,
    )


def test_entries_follow_new_deleted_and_broken_filters(cv: Path, session: Session) -> None:
    assert [(entry.name, entry.formats) for entry in session.entries()] == [
        ("full", ("html", "docx", "pdf")), ("funding", ("docx", "pdf")), ("short", ("docx", "pdf", "txt")),
    ]  # fmt: skip
    good = session.snapshot(FULL).good
    (cv.parent / "filters/new.yaml").write_text("title: New\nformats: [txt]\n")
    (cv.parent / "filters/full.yaml").unlink()
    (cv.parent / "filters/short.yaml").write_text("formats: [txt\n")
    session.mark_saved([])
    assert [(entry.name, entry.formats, entry.broken) for entry in session.entries()] == [
        ("funding", ("docx", "pdf"), False), ("new", ("txt",), False), ("short", ("docx", "pdf", "txt"), True),
    ]  # fmt: skip
    gone = session.snapshot(FULL)
    assert ([finding.code for finding in gone.findings], gone.good) == (["PV131"], good)
    assert session.snapshot(Selection("new", "txt")).current


def test_findings_of_all_filters_are_known(cv: Path, session: Session) -> None:
    assert session.check_all_filters() == Overview()
    (cv.parent / "filters/short.yaml").write_text("formats: txt\nselect: cor\n")
    (cv.parent / "filters/funding.yaml").write_text("formats: [txt\n")
    assert session.check_all_filters() == Overview(), "without a save nothing is read"
    session.mark_saved([])
    assert session.snapshot(FULL).findings == (), "the filter itself has no mistakes"
    overview = session.check_all_filters()
    found = [(finding.code, Path(finding.location.file).name) for finding in overview.findings]
    assert found == [("PV122", "funding.yaml"), ("PV110", "short.yaml")]
    assert overview.broken == ("funding", "short")
    (cv.parent / "filters/full.yaml").unlink()
    session.mark_saved([])
    assert [finding.code for finding in session.check_all_filters().findings] == ["PV122", "PV110"], "nothing is left"


def test_units_left_out_to_fit_are_counted(cv: Path, session: Session) -> None:
    change(cv, "Who you are", "Who you are. " * 900)
    assert session.snapshot(Selection("short", "txt")).fitted.endswith(
        " left out to fit; the review shows what is left out"
    )


def test_the_review_has_the_whole_cv(cv: Path, session: Session) -> None:
    good = session.snapshot(Selection("funding", REVIEW)).good
    assert good
    assert "Who you are" in good.content.decode(), "it contains what the filter leaves out"


def test_two_filters_may_use_the_same_file_name(cv: Path, session: Session) -> None:
    for name in ("full", "funding"):
        with (cv.parent / f"filters/{name}.yaml").open("a") as file:
            file.write("filename: same\n")
    one, other = session.snapshot(Selection("full", "docx")).good, session.snapshot(Selection("funding", "docx")).good
    assert one
    assert other
    assert (one.name, other.name) == ("same.docx", "same.docx")
    assert session.last_snapshot(Selection("full", "docx")).good == one


def test_a_bug_in_the_program_becomes_a_finding(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("polyvita.preview.session.build", broken)
    assert [finding.message for finding in session.snapshot(FULL).findings] == ["internal error: KeyError: 'x'"]


def test_a_save_in_fonts_clears_the_font_cache(cv: Path, session: Session) -> None:
    fonts = cv.parent / "fonts"
    fonts.mkdir()
    regular = next(Path(font_directory).glob("*egular*"))

    def families() -> list[str]:
        return [font.family for font in load_fonts((fonts,)).fonts() if font.path]

    assert families() == []
    shutil.copy(regular, fonts)
    assert families() == [], "the cache is used"
    session.mark_saved([fonts / regular.name])
    assert families() == ["Caladea"]


# ---------------------------------------------------------------- links to the editor


@pytest.mark.parametrize(
    ("editor", "link"),
    [
        ("vscode", "vscode://file/my%20cv/%C3%BC.md:12:7"),
        ("cursor", "cursor://file/my%20cv/%C3%BC.md:12:7"),
        ("idea", "idea://open?file=/my%20cv/%C3%BC.md&line=12&column=7"),
        ("textmate", "txmt://open?url=file:///my%20cv/%C3%BC.md&line=12&column=7"),
        ("none", ""),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="a path on Windows has a drive")
def test_links_open_the_editor_at_a_line(editor: str, link: str) -> None:
    assert editor_link(editor, Location("/my cv/ü.md", 12, 7)) == link


def test_a_link_to_a_whole_file_leads_to_its_first_line(cv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cv.parent)
    assert editor_link("zed", Location("cv.md")).endswith("/my%20cv/cv.md:1:1")
    assert editor_link("zed", Location()) == ""


@pytest.mark.parametrize(
    ("environment", "editor"),
    [
        ({}, "none"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "none"),
        ({"TERM_PROGRAM": "vscode"}, "vscode"),
        ({"TERM_PROGRAM": "vscode", "VSCODE_GIT_ASKPASS_MAIN": "/Applications/Cursor.app/askpass-main.js"}, "cursor"),
        ({"TERM_PROGRAM": "vscode", "SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"}, "none"),
        ({"TERM_PROGRAM": "zed"}, "zed"),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm"}, "idea"),
    ],
)
def test_the_editor_is_the_one_of_the_terminal(environment: dict[str, str], editor: str) -> None:
    assert editor_of_terminal(environment) == editor


# ---------------------------------------------------------------- which requests are answered


@pytest.fixture
def client(session: Session) -> TestClient:
    return TestClient(create_app(PreviewHandlers(session), PORT, TOKEN), base_url=BASE, follow_redirects=False)


def test_the_start_page_redirects_to_the_first_output(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "?filter=full&show=html")
    answer = client.get(f"/{answer.headers['location']}")
    assert answer.status_code == 200
    assert "<h1>cv.md</h1>" in answer.text
    assert "://" not in answer.text, "the page requests nothing from elsewhere"


def test_style_and_script_request_nothing_from_elsewhere(client: TestClient) -> None:
    for part in ("/preview.css", "/preview.js"):
        answer = client.get(part)
        assert answer.status_code == 200
        assert not [line for line in answer.text.splitlines() if "://" in line or "url(" in line or "@import" in line]


@pytest.mark.parametrize("host", [ADDRESS, f"localhost:{PORT}", f"[::1]:{PORT}"])
def test_this_machine_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/preview.css", headers={"host": host}).status_code == 200
    assert client.get("/preview.css", headers={"host": host, "origin": f"http://{host}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": f"evil.example:{PORT}"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:80"},
        {"host": f"127.0.0.1.evil.example:{PORT}"},
        {"host": ""},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://{ADDRESS}"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": "http://127.0.0.1:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/events", "/output/full/html", "/preview.js", "/nothing"])
def test_other_requests_are_refused(client: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.text) == (403, FORBIDDEN)


@pytest.mark.parametrize(
    "path", ["/", "/?filter=full&show=html", "/output/full/html", "/the-toke/", "/the-token2/", "//"]
)
def test_requests_without_the_token_are_refused(session: Session, path: str) -> None:
    client = TestClient(create_app(PreviewHandlers(session), PORT, TOKEN), base_url=f"http://{ADDRESS}")
    answer = client.get(f"http://{ADDRESS}{path}")
    assert (answer.status_code, answer.text) == (403, FORBIDDEN)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such table")
@pytest.mark.parametrize(("whose", "refused"), [("another", True), ("own", False), ("root", False)])
def test_on_linux_connections_of_other_users_are_refused(tmp_path: Path, whose: str, refused: bool) -> None:
    user = {"another": os.geteuid() + 1, "own": os.geteuid(), "root": 0}[whose]
    head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
    row = "   1: 0100007F:{:04X} 0100007F:{:04X} 01 00000000:00000000 00:00000000 00000000 {:5} 0 1"
    table = tmp_path / "tcp"
    table.write_text("\n".join([head, row.format(50000, PORT, user), row.format(PORT, 50000, 7)]))
    assert _is_of_another_user(50000, PORT, table) == refused
    assert not _is_of_another_user(50001, PORT, table)
    assert not _is_of_another_user(50000, PORT, tmp_path / "none")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux has this table")
def test_the_table_of_connections_is_read_as_linux_writes_it() -> None:
    server = _listening_socket(0)
    port = server.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as client:
        mine = client.getsockname()[1]
        ends = f"0100007F:{mine:04X} 0100007F:{port:04X}"
        assert ends in Path("/proc/net/tcp").read_text()
        assert not _is_of_another_user(mine, port)
    server.close()


def test_the_token_stays_the_same_and_is_for_its_owner_alone(cv: Path) -> None:
    token = _read_token(cv)
    path = cv.parent / ".polyvita/preview-token"
    assert len(token) == 22
    assert _read_token(cv) == token
    if os.name == "posix":
        assert path.stat().st_mode & 0o77 == 0
        path.chmod(0o644)
        assert _read_token(cv) != token
    path.write_text("short")
    assert len(_read_token(cv)) == 22
    path.unlink()
    path.mkdir()
    assert _read_token(cv) != _read_token(cv)


def test_only_get_is_allowed(client: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/output/full/html").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/output/../cv.md",
        "/output/full/../../cv.md",
        "/output/..%2f..%2fcv.md/html",
        "/output/full/..%2f..%2fcv.md",
        "/output/%2e%2e/%2e%2e",
        "/output//etc/passwd",
        "/output/full/html%00",
        "/output/full/HTML",
        "/output/full/epub",
        "/output/nobody/html",
        "/output/full",
        "/cv.md",
        "/cv.private.yaml",
        "/page.html",
        "/filters/full.yaml",
        "//etc/passwd",
        "/..%5c..%5ccv.md",
    ],
)
def test_no_other_file_is_served(client: TestClient, cv: Path, path: str) -> None:
    (cv.parent / "cv.private.yaml").write_text("born: 1980-01-01\n")
    assert client.get(path).status_code in (404, 405)


def test_every_answer_has_security_headers(client: TestClient) -> None:
    for path in ("/?filter=full&show=html", "/preview.js", "/output/full/html", "/output/full/pdf", "/nothing", "/"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in headers["content-security-policy"] or path[:2] in ("/?", "/p")
    own = client.get("/?filter=full&show=html").headers["content-security-policy"]
    assert own.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in own
    output = client.get("/output/full/html").headers["content-security-policy"]
    assert output.startswith("sandbox allow-same-origin")
    assert "allow-scripts" not in output
    assert "script-src" not in output
    assert "default-src 'none'" in output


def test_a_failed_answer_shows_no_internals(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(create_app(PreviewHandlers(session), PORT, TOKEN), base_url=BASE, raise_server_exceptions=False)
    monkeypatch.setattr(session, "last_snapshot", lambda _selection: 1 / 0)
    answer = client.get("/output/full/html")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["cache-control"] == "no-store"


def test_media_types_and_names_of_outputs(client: TestClient) -> None:
    kinds = {
        "/output/full/html": ("text/html; charset=utf-8", "inline; filename*=utf-8''full.html"),
        "/output/full/pdf": ("application/pdf", "inline; filename*=utf-8''full.pdf"),
        "/output/full/docx": (format_of("docx").media_type, "attachment; filename*=utf-8''full.docx"),
        "/output/short/txt": ("text/plain; charset=utf-8", "inline; filename*=utf-8''short.txt"),
        "/output/short/review": ("text/html; charset=utf-8", "inline; filename*=utf-8''short-review.html"),
    }
    for path, (media, disposition) in kinds.items():
        headers = client.get(path).headers
        assert (headers["content-type"], headers["content-disposition"]) == (media, disposition)
    assert client.get("/output/full/docx").content[:2] == b"PK"
    assert client.get("/output/short/txt?frame").text.startswith("<!doctype html>")


def test_plain_text_is_escaped_in_the_frame(cv: Path, client: TestClient) -> None:
    change(cv, "Who you are", "\\<script\\>alert(1)\\</script\\> who you are")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; who" in client.get("/output/short/txt?frame").text


# ---------------------------------------------------------------- the whole program


Events = Iterator[tuple[str, object]]


@contextmanager
def running(cv: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command. At the end, send Ctrl-C and check that the command ends without a traceback."""
    command = [sys.executable, "-m", "polyvita", *arguments, "-s", str(cv)]
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 0
        assert "Traceback" not in errors
    finally:
        process.kill()


def events(url: str, selection: Selection) -> Events:
    """Yield the events of the page for a selection."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
    connection.request("GET", f"{urlsplit(url).path}events?filter={selection.filter}&show={selection.format}")
    answer = connection.getresponse()
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    name = ""
    while line := answer.readline().decode():
        if line.startswith("event: "):
            name = line[7:].strip()
        if line.startswith("data: "):
            yield name, json.loads(line[6:])


def next_snapshot(stream: Events) -> dict[str, object]:
    return next(data for name, data in stream if name == "snapshot")  # type: ignore[return-value]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one program")
def test_events_follow_each_save_until_ctrl_c(cv: Path) -> None:
    with running(cv, "preview", "--no-open", "--port", "0", "--editor", "vscode") as process:
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/?filter=full&show=html")
        stream = events(url, FULL)
        name, listed = next(stream)
        assert (name, [entry["name"] for entry in listed]) == ("list", ["full", "funding", "short"])
        first = next_snapshot(stream)
        assert (first["current"], first["findings"]) == (True, [])
        change(cv, ".award .core", ".awrd .core")
        broken = next_snapshot(stream)
        assert broken["good"] == first["good"]
        [finding] = broken["findings"]
        assert finding == {
            "code": "PV112", "severity": "error", "message": "the front matter does not list the tag “awrd”",
            "hint": "did you mean “award”?", "file": "cv.md", "line": 49, "column": 19, "width": 5,
            "link": f"vscode://file{quote(str(cv))}:49:19", "quote": {"before": "# Awards {#awards ", "marked": ".awrd", "after": " .core}"},
        }  # fmt: skip
        overview = next(data for name, data in stream if name == "overview")
        assert overview == {"broken": [], "findings": [finding]}, "the mistake is in the CV, and counted once"
        save_by_renaming(cv, cv.read_text().replace(".awrd", ".award").replace("Who you are", "What you are"))
        fixed = next_snapshot(stream)
        assert (fixed["current"], fixed["findings"]) == (True, [])
        assert fixed["good"]["stamp"] != first["good"]["stamp"]
        (cv.parent / "filters/new.yaml").write_text("formats: [txt]\n")
        assert [entry["name"] for entry in next(data for name, data in stream if name == "list")] == [
            "full", "funding", "new", "short",
        ]  # fmt: skip
        assert not (cv.parent / "outputs").exists(), "a preview writes nothing beside the CV"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"])
def test_no_output_stays_after_a_signal(cv: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "temporary").mkdir()

    def start() -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "polyvita", "preview", "--no-open", "--port", "0", "-s", str(cv)]
        environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout
        return process, process.stdout.readline().strip()

    process, url = start()
    next_snapshot(events(url, FULL))
    assert list(tmp_path.glob("temporary/polyvita-*/*"))
    process.send_signal(getattr(signal, name))
    process.wait(TIMEOUT)
    if name == "SIGKILL":  # The next preview deletes what is left.
        process, _ = start()
        assert len(list(tmp_path.glob("temporary/polyvita-*"))) == 1
        process.terminate()
        process.wait(TIMEOUT)
    assert not list(tmp_path.glob("temporary/polyvita-*"))


def test_many_saves_during_a_build_cause_one_more_build(
    cv: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, resume, builds = threading.Event(), threading.Event(), []

    def slow(*arguments: object, **options: object) -> object:
        builds.append(cv.read_text())
        started.set()
        assert resume.wait(TIMEOUT)
        return build(*arguments, **options)

    monkeypatch.setattr("polyvita.preview.session.build", slow)

    async def run() -> None:
        handlers = PreviewHandlers(session)
        stream = handlers.event_stream(FULL)
        received: list[str] = []

        async def read() -> None:
            async for event in stream:
                received.append(event)

        task = asyncio.create_task(read())
        await asyncio.to_thread(started.wait, TIMEOUT)
        for number in range(10):
            change(cv, "Who you are", f"Number {number}. Who you are")
            handlers.handle_save([cv])
        resume.set()
        while sum("event: snapshot" in event for event in received) < 2:
            await asyncio.sleep(0.02)
        handlers.notifier.close()
        await asyncio.wait_for(task, TIMEOUT)

    asyncio.run(run())
    assert len(builds) == 2
    assert "Number 9" in builds[1]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one program")
def test_build_watch_builds_again_until_ctrl_c(cv: Path) -> None:
    with running(cv, "build", "full", "-f", "html", "-o", str(cv.parent), "--watch") as process:
        assert process.stdout.readline() == f"{cv.parent}/full.html\n"
        assert process.stdout.readline().endswith("  watching for changes; press Ctrl-C to stop\n")
        change(cv, ".award .core", ".awrd .core")
        assert process.stdout.readline()[8:] == "  cv.md: no files were written; fix the errors above\n"
        assert "error[PV112]" in process.stderr.readline()
        change(cv, ".awrd", ".award")
        assert process.stdout.readline()[8:] == "  cv.md: all outputs are up to date\n"
        change(cv, "Who you are", "What you are")
        assert process.stdout.readline()[8:] == "  cv.md: 1 output written\n"
        assert "What you are" in (cv.parent / "full.html").read_text()
        change(cv, "What you are", "Who you are")
        assert process.stdout.readline()[8:] == "  cv.md: 1 output written\n", "outputs beside the CV are not a save"


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one program")
@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_during_a_build_leaves_complete_files_and_no_traceback(cv: Path, times: int) -> None:
    command = [sys.executable, "-m", "polyvita", "build", "--watch", "-s", str(cv)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (cv.parent / "outputs").exists():
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)  # A terminal also sends the signal to all child processes.
        time.sleep(0.1)
    _, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, errors) == (0, b"")
    assert not list((cv.parent / "outputs").glob(".*"))


def test_a_bug_in_the_program_does_not_end_the_watch(cv: Path) -> None:
    outcomes: list[BuildOutcome] = []

    def fails() -> BuildResult:
        raise KeyError("x")

    def show(outcome: BuildOutcome, _files: object) -> None:
        outcomes.append(outcome)
        if len(outcomes) == 2:
            raise KeyboardInterrupt
        change(cv, "Who you are", "What you are")

    before = signal.getsignal(signal.SIGINT)
    try:
        assert watch_and_build(cv, fails, show) == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert [finding.code for outcome in outcomes for finding in outcome] == ["PV390", "PV390"]


# ---------------------------------------------------------------- what cannot start


def test_without_the_extra_packages_a_hint_names_the_command_to_install_them(
    cv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("polyvita.preview.find_spec", lambda name: None if name == "watchfiles" else object())
    for command in (["preview"], ["build", "--watch"]):
        assert main([*command, "-s", str(cv)]) == 3
        assert capsys.readouterr().err == (
            "error[PV301]: this command needs watchfiles, which is not installed\n"
            "  hint: run “pip install 'polyvita[preview]'”\n"
        )


def test_a_preview_of_a_missing_cv_or_filter_does_not_start(cv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "--no-open", "-s", str(cv.with_name("other.md"))]) == 2
    assert "other.md: error[PV001]: there is no such file" in capsys.readouterr().err
    assert main(["preview", "fnuding", "--no-open", "-s", str(cv)]) == 2
    assert "hint: did you mean “funding”?" in capsys.readouterr().err


def test_a_port_that_is_in_use(cv: Path) -> None:
    with _listening_socket(0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ExternalError, match=f"port {port} is in use"):
            serve_preview(cv, "", port, editor="none", open_browser=False, show=print)
    for port in (-1, 70_000):
        with pytest.raises(ExternalError, match=f"port {port} "):
            serve_preview(cv, "", port, editor="none", open_browser=False, show=print)


def test_without_a_port_the_next_free_one_is_used() -> None:
    with _listening_socket(None) as one, _listening_socket(None) as other:
        assert one.getsockname()[0] == other.getsockname()[0] == "127.0.0.1"
        assert one.getsockname()[1] != other.getsockname()[1]
        assert one.family == socket.AF_INET


def test_watch_and_json_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--watch", "--json"]) == 2
    assert "not allowed with argument --watch" in capsys.readouterr().out


def test_build_watch_needs_no_web_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polyvita.preview.find_spec", lambda name: None if name in ("starlette", "uvicorn") else True)
    require_packages(WATCH_PACKAGES)
    with pytest.raises(ExternalError, match="needs starlette and uvicorn, which are not installed"):
        require_packages(PREVIEW_PACKAGES)


def test_a_theme_is_tried_in_the_preview(session: Session) -> None:
    usual, tried = (session.snapshot(Selection("full", "html", theme)) for theme in ("", "timeline"))
    assert usual.good
    assert tried.good
    marks = [b"dates in a column at the left" in snapshot.good.content for snapshot in (usual, tried) if snapshot.good]
    assert marks == [False, True]
    wrong = session.snapshot(Selection("full", "html", "../themes/timeline"))
    assert (wrong.good, [finding.code for finding in wrong.findings]) == (None, ["PV129"])
    data = snapshot_as_data(Selection("full", "html", "timeline"), tried, session.source.parent, "")
    assert data["good"]["address"].endswith("&theme=timeline")
