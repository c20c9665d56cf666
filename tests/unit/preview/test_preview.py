"""The preview without a browser: what is watched, what is known after each save, who gets an answer, and how it ends."""

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
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from font_caladea import font_directory
from starlette.testclient import TestClient

from polyvita.builder.incremental import build
from polyvita.builder.result import BuildResult
from polyvita.cli.init import start
from polyvita.cli.main import main
from polyvita.core.diagnostics import ExternalError
from polyvita.preview import PAGE, WATCHER, need_parts
from polyvita.preview.app import Preview, application
from polyvita.preview.serve import _socket, preview
from polyvita.preview.session import REVIEW, Selection, Session
from polyvita.preview.watch import saves, stamps, watched
from polyvita.preview.watch_build import Done, build_again
from polyvita.writers.fonts import load_fonts

PORT = 8420
AT = f"127.0.0.1:{PORT}"
FULL = Selection("full", "html")
LONG = 20
"""More than anything takes here, in seconds."""


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    list(start(tmp_path / "my cv"))
    return tmp_path / "my cv" / "cv.md"


@pytest.fixture
def state(cv: Path, tmp_path: Path) -> Session:
    return Session(cv, tmp_path / "made")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def rename_in(path: Path, text: str) -> None:
    """Save as most editors do: a new file takes the place of the old one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


# ---------------------------------------------------------------- what is watched


class Ear:
    """What is heard of the saves, from here on."""

    def __init__(self, cv: Path, written: Callable[[], list[Path]] = list) -> None:
        self.bursts, self.heard, self.home = saves(cv, written), asyncio.Queue[list[str]](), cv.parent

    async def __aenter__(self) -> Ear:
        self.task = asyncio.create_task(self.follow())
        await asyncio.sleep(0.3)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.bursts.aclose()

    async def follow(self) -> None:
        async for burst in self.bursts:
            self.heard.put_nowait([os.path.relpath(path, self.home) for path in burst])

    async def next(self) -> list[str]:
        return await asyncio.wait_for(self.heard.get(), LONG)


def heard(cv: Path, doing: Callable[[], object]) -> list[str]:
    """The burst that follows what is done."""

    async def run() -> list[str]:
        async with Ear(cv) as ear:
            doing()
            return await ear.next()

    return asyncio.run(run())


def test_a_save_in_place_is_heard(cv: Path) -> None:
    assert heard(cv, lambda: change(cv, "Who you are", "Whoever you are")) == ["cv.md"]


def test_a_save_by_renaming_is_heard(cv: Path) -> None:
    assert heard(cv, lambda: rename_in(cv, "# Other {.core}\n\nText.\n")) == ["cv.md"]


def test_many_saves_at_once_are_one_event(cv: Path) -> None:
    def save() -> None:
        for number in range(20):
            rename_in(cv, f"# Number {number}\n")
        change(cv.parent / "filters/full.yaml", "vitae", "Vitae")
        (cv.parent / "filters/new.yaml").write_text("formats: [txt]\n")
        (cv.parent / "filters/short.yaml").unlink()

    async def run() -> None:
        async with Ear(cv) as ear:
            save()
            assert await ear.next() == ["cv.md", "filters/full.yaml", "filters/new.yaml", "filters/short.yaml"]
            await asyncio.sleep(1.2)
            assert ear.heard.empty()

    asyncio.run(run())


@pytest.mark.parametrize(
    "name",
    ["cv.private.yaml", "themes/own.yaml", "rules/own.yaml", "fonts/sub/a.ttf", "template.docx", "filters/make.lua"],
)
def test_all_that_a_cv_is_made_of_is_watched(cv: Path, name: str) -> None:
    path = cv.parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    assert heard(cv, lambda: path.write_text("new")) == [name]


def test_pictures_are_watched_where_the_cv_names_them(cv: Path) -> None:
    for folder in ("my pictures/2026", "other"):
        (cv.parent / folder).mkdir(parents=True)
    change(
        cv,
        "# Positions",
        "![Ada](my%20pictures/2026/ada.png) and [not here](https://example.org/other/x)\n\n# Positions",
    )
    assert {path.name for path in watched(cv)} == {"my cv", "filters", "schema", "2026"}
    assert heard(cv, lambda: (cv.parent / "my pictures/2026/ada.png").write_bytes(b"1")) == ["my pictures/2026/ada.png"]


def test_word_templates_are_watched_where_a_filter_names_them(cv: Path) -> None:
    (cv.parent / "templates").mkdir()
    with (cv.parent / "filters/full.yaml").open("a") as file:
        file.write("reference: ../templates/institute letter.docx\n")
    assert (cv.parent / "filters/../templates") in watched(cv)


def test_what_editors_and_word_put_beside_is_not_heard(cv: Path) -> None:
    before = stamps(watched(cv))
    for name in (".cv.md.swp", "cv.md~", "~$template.docx", "#cv.md#", "4913", "cv.md.tmp", ".git"):
        (cv.parent / name).write_text("x")
    assert stamps(watched(cv)) == before


def test_own_outputs_are_not_heard(cv: Path) -> None:
    async def run() -> None:
        async with Ear(cv, lambda: [cv.parent / "full.html"]) as ear:
            (cv.parent / "full.html").write_text("x")
            await asyncio.sleep(0.8)
            change(cv, "Who you are", "Whoever you are")
            assert await ear.next() == ["cv.md"]

    asyncio.run(run())


def test_a_folder_is_watched_once_however_it_is_named(cv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cv.parent)
    assert {str(path) for path in watched(Path("cv.md"))} >= {".", "filters"}
    assert cv.parent.resolve() not in watched(Path("cv.md"))
    assert len({path.resolve() for path in watched(Path("cv.md"))}) == len(watched(Path("cv.md")))


def test_a_folder_that_is_replaced_is_watched_again(cv: Path) -> None:
    filters = cv.parent / "filters"

    async def run() -> None:
        async with Ear(cv) as ear:
            shutil.copytree(filters, cv.parent / "aside")
            shutil.rmtree(filters)
            (cv.parent / "aside").rename(filters)
            assert all(name.startswith("filters/") for name in await ear.next())
            await asyncio.sleep(1)
            (filters / "new.yaml").write_text("formats: [txt]\n")
            while "filters/new.yaml" not in await ear.next():
                pass

    asyncio.run(run())


def test_a_folder_that_goes_and_comes_back_is_watched_again(cv: Path) -> None:
    async def run() -> None:
        async with Ear(cv) as ear:
            cv.parent.rename(cv.parent.with_name("away"))
            assert "cv.md" in await ear.next()
            await asyncio.sleep(1)
            cv.parent.with_name("away").rename(cv.parent)
            assert "cv.md" in await ear.next()
            await asyncio.sleep(1)
            change(cv, "Who you are", "Whoever you are")
            while await ear.next() != ["cv.md"]:
                pass

    asyncio.run(run())


def test_a_folder_that_is_new_is_followed(cv: Path) -> None:
    theme = cv.parent / "themes/own.yaml"

    async def run() -> None:
        async with Ear(cv) as ear:
            theme.parent.mkdir()
            theme.write_text("size: 11pt\n")
            assert await ear.next() == ["themes/own.yaml"]
            theme.write_text("size: 12pt\n")
            assert await ear.next() == ["themes/own.yaml"]

    asyncio.run(run())


def test_what_is_saved_before_it_is_waited_for_is_heard(cv: Path) -> None:
    async def run() -> None:
        bursts = saves(cv)
        change(cv, "Who you are", "Whoever you are")
        assert await anext(bursts) == (cv,)
        await bursts.aclose()

    asyncio.run(run())


def test_where_the_system_watches_nothing_it_is_looked_now_and_then(cv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError("no space left for watches")

    monkeypatch.setattr("polyvita.preview.watch.awatch", none)
    assert heard(cv, lambda: change(cv, "Who you are", "Whoever you are")) == ["cv.md"]


# ---------------------------------------------------------------- what is known after each save


def test_what_is_shown_follows_the_save(cv: Path, state: Session) -> None:
    before = state.show(FULL)
    assert (before.current, before.findings) == (True, ())
    change(cv, "Who you are", "Whoever you are")
    assert state.show(FULL) is before, "nothing is made while nothing was saved"
    state.saved([cv])
    after = state.show(FULL)
    assert after.good
    assert before.good
    assert "Whoever you are" in after.good.content.decode()
    assert after.good.stamp != before.good.stamp


def test_the_same_again_is_the_same(cv: Path, state: Session) -> None:
    for format in ("html", "pdf", "docx", REVIEW):
        before = state.show(Selection("full", format)).good
        state.saved([cv])
        after = state.show(Selection("full", format)).good
        assert before
        assert after == before, f"a {format} in which nothing changed does not move"


def test_a_broken_save_leaves_the_last_good_one_until_it_is_mended(cv: Path, state: Session) -> None:
    good = state.show(FULL).good
    change(cv, "{#awards .award .core}", "{#awards .awrd .core}")
    state.saved([cv])
    broken = state.show(FULL)
    assert [(finding.code, finding.hint) for finding in broken.findings] == [("PV112", "did you mean “award”?")]
    assert (broken.good, broken.current) == (good, False)
    change(cv, ".awrd", ".award")
    state.saved([cv])
    assert (state.show(FULL).findings, state.show(FULL).current) == ((), True)


def test_a_source_that_goes_and_comes_back(cv: Path, state: Session) -> None:
    good = state.show(FULL).good
    text = cv.read_text()
    cv.unlink()
    state.saved([cv])
    gone = state.show(FULL)
    assert ([finding.code for finding in gone.findings], gone.good) == (["PV001"], good)
    cv.write_text(text)
    state.saved([cv])
    assert state.show(FULL).current


def test_a_cv_that_is_broken_from_the_start_has_findings_and_nothing_to_show(cv: Path, state: Session) -> None:
    cv.write_bytes(b"\xff\xfe")
    seen = state.show(FULL)
    assert ([finding.code for finding in seen.findings], seen.good) == (["PV002"], None)


def test_what_cannot_be_written_is_said_and_the_last_good_one_stays(cv: Path, state: Session) -> None:
    pdf = Selection("full", "pdf")
    good = state.show(pdf).good
    change(cv, "Who you are", "\U0001f9ac who you are")
    state.saved([cv])
    assert ([finding.code for finding in state.show(pdf).findings], state.show(pdf).good) == (["PV304"], good)


def test_filters_come_and_go(cv: Path, state: Session) -> None:
    assert [(entry.name, entry.formats) for entry in state.entries()] == [
        ("full", ("html", "docx", "pdf")), ("funding", ("docx", "pdf")), ("short", ("docx", "pdf", "txt")),
    ]  # fmt: skip
    good = state.show(FULL).good
    (cv.parent / "filters/new.yaml").write_text("title: New\nformats: [txt]\n")
    (cv.parent / "filters/full.yaml").unlink()
    (cv.parent / "filters/short.yaml").write_text("formats: [txt\n")
    state.saved([])
    assert [(entry.name, entry.formats, entry.broken) for entry in state.entries()] == [
        ("funding", ("docx", "pdf"), False), ("new", ("txt",), False), ("short", ("docx", "pdf", "txt"), True),
    ]  # fmt: skip
    gone = state.show(FULL)
    assert ([finding.code for finding in gone.findings], gone.good) == (["PV131"], good)
    assert state.show(Selection("new", "txt")).current


def test_what_is_left_out_to_fit_is_counted(cv: Path, state: Session) -> None:
    change(cv, "Who you are", "Who you are. " * 900)
    assert state.show(Selection("short", "txt")).fitted.startswith("to fit, ")


def test_the_review_is_of_the_filter(cv: Path, state: Session) -> None:
    good = state.show(Selection("funding", REVIEW)).good
    assert good
    assert "Who you are" in good.content.decode(), "what the filter leaves out is there, marked"


def test_two_filters_may_write_the_same_name(cv: Path, state: Session) -> None:
    for name in ("full", "funding"):
        with (cv.parent / f"filters/{name}.yaml").open("a") as file:
            file.write("filename: same\n")
    one, other = state.show(Selection("full", "docx")).good, state.show(Selection("funding", "docx")).good
    assert one
    assert other
    assert (one.name, other.name) == ("same.docx", "same.docx")
    assert state.known(Selection("full", "docx")).good == one


def test_an_error_of_the_program_itself_is_a_finding(state: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("polyvita.preview.session.build", broken)
    assert [finding.message for finding in state.show(FULL).findings] == [
        "internal error: KeyError: 'x'"
    ]


def test_fonts_are_looked_for_again(cv: Path, state: Session) -> None:
    fonts = cv.parent / "fonts"
    fonts.mkdir()
    regular = next(Path(font_directory).glob("*egular*"))

    def there() -> list[str]:
        return [font.family for font in load_fonts((fonts,)).fonts() if font.path]

    assert there() == []
    shutil.copy(regular, fonts)
    assert there() == [], "they are remembered"
    state.saved([fonts / regular.name])
    assert there() == ["Caladea"]


# ---------------------------------------------------------------- who gets an answer


@pytest.fixture
def client(state: Session) -> TestClient:
    return TestClient(application(Preview(state), PORT), base_url=f"http://{AT}", follow_redirects=False)


def test_the_page_leads_to_a_first_output(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?filter=full&show=html")
    answer = client.get(answer.headers["location"])
    assert answer.status_code == 200
    assert "<h1>cv.md</h1>" in answer.text
    assert "://" not in answer.text, "nothing is asked of any other place"


def test_the_own_parts_ask_nothing_of_any_other_place(client: TestClient) -> None:
    for part in ("/preview.css", "/preview.js"):
        answer = client.get(part)
        assert answer.status_code == 200
        assert not [line for line in answer.text.splitlines() if "://" in line or "url(" in line or "@import" in line]


@pytest.mark.parametrize("host", [AT, f"localhost:{PORT}", f"[::1]:{PORT}"])
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
        {"origin": f"https://{AT}"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": "http://127.0.0.1:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/events", "/output/full/html", "/preview.js", "/nothing"])
def test_nobody_else_is(client: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.text) == (403, "not for you\n")


def test_nothing_can_be_sent(client: TestClient) -> None:
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
def test_nothing_else_of_the_disk_is_served(client: TestClient, cv: Path, path: str) -> None:
    (cv.parent / "cv.private.yaml").write_text("born: 1980-01-01\n")
    assert client.get(path).status_code in (404, 405)


def test_every_answer_says_what_a_browser_may_do_with_it(client: TestClient) -> None:
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


def test_a_failing_answer_tells_nothing_of_the_inside(state: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(application(Preview(state), PORT), base_url=f"http://{AT}", raise_server_exceptions=False)
    monkeypatch.setattr(state, "known", lambda _look: 1 / 0)
    answer = client.get("/output/full/html")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["cache-control"] == "no-store"


def test_outputs_as_a_browser_takes_them(client: TestClient) -> None:
    kinds = {
        "/output/full/html": ("text/html; charset=utf-8", "inline; filename*=utf-8''full.html"),
        "/output/full/pdf": ("application/pdf", "inline; filename*=utf-8''full.pdf"),
        "/output/full/docx": ("application/octet-stream", "attachment; filename*=utf-8''full.docx"),
        "/output/short/txt": ("text/plain; charset=utf-8", "inline; filename*=utf-8''short.txt"),
        "/output/short/review": ("text/html; charset=utf-8", "inline; filename*=utf-8''short-review.html"),
    }
    for path, (media, disposition) in kinds.items():
        headers = client.get(path).headers
        assert (headers["content-type"], headers["content-disposition"]) == (media, disposition)
    assert client.get("/output/full/docx").content[:2] == b"PK"
    assert client.get("/output/short/txt?frame").text.startswith("<!doctype html>")


def test_text_in_the_frame_is_text(cv: Path, client: TestClient) -> None:
    change(cv, "Who you are", "\\<script\\>alert(1)\\</script\\> who you are")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; who" in client.get("/output/short/txt?frame").text


# ---------------------------------------------------------------- the whole of it, as a program


Said = Iterator[tuple[str, object]]


@contextmanager
def running(cv: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command, ended with Ctrl-C; it has to end by that, and without a traceback."""
    command = [sys.executable, "-m", "polyvita", *arguments, "-s", str(cv)]
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=LONG)
        assert process.returncode == 0
        assert "Traceback" not in said
    finally:
        process.kill()


def events(url: str, look: Selection) -> Said:
    """The news of what is looked at."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=LONG)
    connection.request("GET", f"/events?filter={look.filter}&show={look.format}")
    answer = connection.getresponse()
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    name = ""
    while line := answer.readline().decode():
        if line.startswith("event: "):
            name = line[7:].strip()
        if line.startswith("data: "):
            yield name, json.loads(line[6:])


def next_seen(said: Said) -> dict[str, object]:
    return next(data for name, data in said if name == "seen")  # type: ignore[return-value]


@pytest.mark.skipif(os.name == "nt", reason="no Ctrl-C is sent to a program there")
def test_news_follow_each_save_until_ctrl_c(cv: Path) -> None:
    with running(cv, "preview", "--no-open", "--port", "0") as process:
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/?filter=full&show=html")
        said = events(url, FULL)
        name, listed = next(said)
        assert (name, [entry["name"] for entry in listed]) == ("list", ["full", "funding", "short"])
        first = next_seen(said)
        assert (first["current"], first["findings"]) == (True, [])
        change(cv, ".award .core", ".awrd .core")
        broken = next_seen(said)
        assert broken["good"] == first["good"]
        [finding] = broken["findings"]
        assert finding == {
            "code": "PV112", "severity": "error", "message": "the tag “awrd” is not among those that the front matter lists",
            "hint": "did you mean “award”?", "file": "cv.md", "line": 48, "column": 19,
            "quote": {"before": "# Awards {#awards ", "marked": ".awrd", "after": " .core}"},
        }  # fmt: skip
        rename_in(cv, cv.read_text().replace(".awrd", ".award").replace("Who you are", "Whoever you are"))
        mended = next_seen(said)
        assert (mended["current"], mended["findings"]) == (True, [])
        assert mended["good"]["stamp"] != first["good"]["stamp"]
        (cv.parent / "filters/new.yaml").write_text("formats: [txt]\n")
        assert [entry["name"] for entry in next(data for name, data in said if name == "list")] == [
            "full", "funding", "new", "short",
        ]  # fmt: skip
        assert not (cv.parent / "outputs").exists(), "a preview writes nothing beside the CV"


def test_a_build_in_flight_is_followed_by_one_more_and_no_queue(
    cv: Path, state: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, builds = threading.Event(), threading.Event(), []

    def slow(*arguments: object, **options: object) -> object:
        builds.append(cv.read_text())
        begun.set()
        assert go_on.wait(LONG)
        return build(*arguments, **options)

    monkeypatch.setattr("polyvita.preview.session.build", slow)

    async def run() -> None:
        asked = Preview(state)
        news = asked.stream(FULL)
        seen: list[str] = []

        async def read() -> None:
            async for event in news:
                seen.append(event)

        task = asyncio.create_task(read())
        await asyncio.to_thread(begun.wait, LONG)
        for number in range(10):
            change(cv, "Who you are", f"Number {number}. Who you are")
            asked.saved([cv])
        go_on.set()
        while not (seen and "event: seen" in seen[-1] and len(builds) == 2):
            await asyncio.sleep(0.02)
        asked.news.end()
        await asyncio.wait_for(task, LONG)

    asyncio.run(run())
    assert len(builds) == 2
    assert "Number 9" in builds[1]


@pytest.mark.skipif(os.name == "nt", reason="no Ctrl-C is sent to a program there")
def test_build_watch_builds_again_until_ctrl_c(cv: Path) -> None:
    with running(cv, "build", "full", "-f", "html", "-o", str(cv.parent), "--watch") as process:
        assert process.stdout.readline() == f"{cv.parent}/full.html\n"
        assert process.stdout.readline().endswith("  follows what you save; Ctrl-C ends it\n")
        change(cv, ".award .core", ".awrd .core")
        assert process.stdout.readline()[8:] == "  cv.md: nothing is written, until this is mended\n"
        assert "error[PV112]" in process.stderr.readline()
        change(cv, ".awrd", ".award")
        assert process.stdout.readline()[8:] == "  cv.md: all outputs are up to date\n"
        change(cv, "Who you are", "Whoever you are")
        assert process.stdout.readline()[8:] == "  cv.md: 1 output written\n"
        assert "Whoever you are" in (cv.parent / "full.html").read_text()
        change(cv, "Whoever you are", "Who you are")
        assert process.stdout.readline()[8:] == "  cv.md: 1 output written\n", "its own files beside the CV are no save"


@pytest.mark.skipif(os.name == "nt", reason="no Ctrl-C is sent to a program there")
@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_while_it_builds_ends_it_with_whole_files_and_no_traceback(cv: Path, times: int) -> None:
    command = [sys.executable, "-m", "polyvita", "build", "--watch", "-s", str(cv)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (cv.parent / "outputs").exists():
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all that the program has started, too
        time.sleep(0.1)
    _, said = process.communicate(timeout=LONG)
    assert (process.returncode, said) == (0, b"")
    assert not list((cv.parent / "outputs").glob(".*"))


def test_what_fails_in_the_program_does_not_end_the_watch(cv: Path) -> None:
    said: list[Done] = []

    def fails() -> BuildResult:
        raise KeyError("x")

    def say(done: Done, _files: object) -> None:
        said.append(done)
        if len(said) == 2:
            raise KeyboardInterrupt
        change(cv, "Who you are", "Whoever you are")

    before = signal.getsignal(signal.SIGINT)
    try:
        assert build_again(cv, fails, say) == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert [finding.code for done in said for finding in done] == ["PV390", "PV390"]


# ---------------------------------------------------------------- what cannot begin


def test_without_its_parts_one_sentence_says_what_to_install(
    cv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("polyvita.preview.find_spec", lambda name: None if name == "watchfiles" else object())
    for command in (["preview"], ["build", "--watch"]):
        assert main([*command, "-s", str(cv)]) == 3
        assert capsys.readouterr().err == (
            "error[PV301]: following what you save needs watchfiles, which did not come with polyvita\n"
            "  hint: pip install 'polyvita[preview]'\n"
        )


def test_a_preview_of_nothing_does_not_begin(cv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "--no-open", "-s", str(cv.with_name("other.md"))]) == 2
    assert "other.md: error[PV001]: there is no such file" in capsys.readouterr().err
    assert main(["preview", "fnuding", "--no-open", "-s", str(cv)]) == 2
    assert "hint: did you mean “funding”?" in capsys.readouterr().err


def test_a_port_that_is_taken(cv: Path) -> None:
    with _socket(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ExternalError, match=f"port {port} is taken"):
            preview(cv, "", port, open_it=False, say=print)
    for port in (-1, 70_000):
        with pytest.raises(ExternalError, match=f"port {port} "):
            preview(cv, "", port, open_it=False, say=print)


def test_without_a_port_the_next_free_one_is_taken() -> None:
    with _socket(None) as one, _socket(None) as other:
        assert one.getsockname()[0] == other.getsockname()[0] == "127.0.0.1"
        assert one.getsockname()[1] != other.getsockname()[1]
        assert one.family == socket.AF_INET


def test_a_watch_and_json_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", "--watch", "--json"])
    assert "not allowed with" in capsys.readouterr().err


def test_to_watch_takes_no_web_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polyvita.preview.find_spec", lambda name: None if name in ("starlette", "uvicorn") else True)
    need_parts(WATCHER)
    with pytest.raises(ExternalError, match="needs starlette and uvicorn, which did not come"):
        need_parts(PAGE)
