"""Read documents: Word, OpenDocument, RTF, HTML, LaTeX, Org and Markdown. The format is found from the content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from polyvita.core.diagnostics import InputError, error
from polyvita.importers.contact import leave_out_label
from polyvita.importers.model import ImportedCv, LeftOut, Link, Paragraph, Picture, map_texts
from polyvita.importers.pandoc_read import convert, read_with_pandoc
from polyvita.importers.runs import TAB, Notes, Run
from polyvita.importers.stream import Line, Look, Piece, flatten
from polyvita.importers.structure import build_cv, footnote_blocks

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORDS_BY_SUFFIX = {".md", ".markdown", ".qmd", ".rmd", ".txt", ".mkd", ".text", ""}
ReadFile = Callable[[str], bytes | None]
"""A function that returns a file beside the input, or None."""


class _Read(NamedTuple):
    """A document as its reader returns it: Pandoc's AST, and what Pandoc does not read."""

    ast: dict[str, Any]
    texts: list[str]
    lang: str = ""
    title: str = ""
    author: str = ""
    margins: tuple[str, ...] = ()
    files: ReadFile = lambda _name: None
    left_out: tuple[LeftOut, ...] = ()
    guesses: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    """Titles and names in `texts` that are not in the AST."""


def import_document(data: bytes, path: Path) -> ImportedCv:
    """Return a document as a CV. Raises `InputError` if its format is not supported, or if it is damaged."""
    beside = _files_beside(path)
    kind = _kind_of(data, path)
    match kind:
        case "docx":
            return _finish(_read_word(data))
        case "odt":
            return _finish(_read_odt(data))
        case "rtf":
            return _finish(_read_rtf(data))
        case "html":
            return _finish(_read_html(_text(data), beside))
        case "latex":
            cv = _finish(_read_latex(_text(data), beside))
            map_texts(cv, lambda text: re.sub(r"\s*\(\)", "", text))  # an argument that is empty
            return cv
        case "org":
            return _finish(_read_org(_text(data), beside))
        case _:
            return _import_markdown(_text(data), beside)


# ---------------------------------------------------------------- the format


def _kind_of(data: bytes, path: Path) -> str:
    """Return the kind of a document. Raises `InputError` if it is of no kind that can be read."""
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.strip():
        raise InputError(error("PV512", f"{path} is empty", hint="name the file with your CV"))
    if data.startswith(b"PK"):
        return _kind_of_zip(data, path)
    if data.startswith(_OLE):
        raise _reject_ole(data, path)
    if b"%PDF-" in data[:1024]:
        message = f"{path} is a PDF; a PDF has no headings and lists to import"
        raise InputError(error("PV512", message, hint="import the Word, LaTeX or other file that it was made from"))
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if b"\x00" in data[:4000] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(error("PV512", f"{path} is not a document that can be imported", hint=_FORMATS))
    return _kind_of_text(_text(data), path.suffix.casefold())


_FORMATS = "use Word, OpenDocument, RTF, HTML, LaTeX, Markdown, Org, JSON Resume, RenderCV, ORCID, Europass or LinkedIn"


def _kind_of_zip(data: bytes, path: Path) -> str:
    from polyvita.importers.safe_xml import unpack_safely

    parts = unpack_safely(data)
    mimetype = parts.get("mimetype", b"")
    if b"opendocument.text" in mimetype:
        return "odt"
    types = parts.get("[Content_Types].xml", b"")
    if b"wordprocessingml" in types or "word/document.xml" in parts:
        return "docx"
    message = f"{path} is not a Word or OpenDocument text, but another ZIP file"
    raise InputError(error("PV512", message, hint="save the CV as .docx"))


def _reject_ole(data: bytes, path: Path) -> InputError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return InputError(error("PV511", f"{path} is protected by a password", hint="save it without a password"))
    message = f"{path} is in the format of Word 97 to 2003 (.doc)"
    return InputError(error("PV512", message, hint="open it in Word or LibreOffice, and save it as .docx"))


def _kind_of_text(text: str, suffix: str) -> str:
    start = text.lstrip()[:3000]
    if re.match(
        r"<(?:!doctype html|\?xml|html|head|body|!--|div|h1|p\b|table|section|article|main)", start, re.IGNORECASE
    ):
        return "html"
    if suffix not in (".md", ".markdown", ".qmd", ".rmd", ".org") and re.search(
        r"\\documentclass|\\begin\{document\}|\\section\*?\{|\\cvsection\{|\\cventry", text
    ):
        return "latex"
    if suffix in (".tex", ".ltx"):
        return "latex"
    if suffix == ".org" or re.search(
        r"^#\+(?:title|author|options|email|startup)\s*:", start, re.IGNORECASE | re.MULTILINE
    ):
        return "org"
    return "markdown"


def _text(data: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16 with a mark, or else the encoding that Windows uses in Western Europe."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _files_beside(path: Path) -> ReadFile:
    """Return a function that reads files in the folder of `path` and below, of at most 20 MB."""
    folder = path.resolve().parent

    def read(name: str) -> bytes | None:
        try:
            file = (folder / name).resolve()
            if not file.is_relative_to(folder) or not file.is_file() or file.stat().st_size > _LARGEST_PICTURE:
                return None
            return file.read_bytes()
        except (OSError, ValueError):
            return None

    return read


_LARGEST_PICTURE = 20_000_000

# ---------------------------------------------------------------- the readers


def _read_word(data: bytes) -> _Read:
    from polyvita.importers.word import prepare_word

    word = prepare_word(data)
    return _Read(
        read_with_pandoc(word.content, "docx+styles"),
        word.texts,
        lang=word.lang,
        title=word.title,
        author=word.author,
        margins=tuple(word.margins),
        files=word.pictures.get,
        left_out=tuple(word.left_out),
        guesses=tuple(word.guesses),
    )


def _read_odt(data: bytes) -> _Read:
    from polyvita.importers.opendocument import prepare_odt

    odt = prepare_odt(data)
    return _Read(
        read_with_pandoc(odt.content, "odt"),
        odt.texts,
        odt.lang,
        odt.title,
        odt.author,
        tuple(odt.margins),
        odt.pictures.get,
    )


def _read_rtf(data: bytes) -> _Read:
    marked = re.sub(rb"\\tab(?![a-z])\s?", rb"\\u-8192? ", data)
    ast = read_with_pandoc(marked, "rtf")
    return _Read(ast, _ast_texts(ast))


def _read_html(text: str, beside: ReadFile) -> _Read:
    parser = _HtmlText()
    parser.feed(text)
    lang = re.search(r"<html[^>]*\blang=[\"']?([\w-]+)", text[:3000], re.IGNORECASE)
    ast = read_with_pandoc(_clean_html(text).encode(), "html")
    return _Read(ast, ["".join(parser.out)], lang=lang[1] if lang else "", title=parser.title.strip(), files=beside)


def _clean_html(text: str) -> str:
    """Return HTML with spans that hold blocks as divs, and without what is not shown."""
    text = re.sub(r"<(script|style|noscript|template)\b.*?</\1\s*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(
        r"<(/?)(?:address|header|footer|nav|aside|main|article|section|figure|time|center)\b([^>]*)>", r"<\1div>", text
    )


_IN_LINES = {"a", "abbr", "b", "code", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
"""The elements of HTML that do not end a line."""


class _HtmlText(HTMLParser):
    """The text of a web page, without its head, scripts and styles."""

    _HIDDEN = ("script", "style", "noscript", "template", "title")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.title = ""
        self.hidden = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._HIDDEN:
            self.hidden = tag
        elif tag not in _IN_LINES:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.hidden:
            self.hidden = ""
        elif tag not in _IN_LINES:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if self.hidden == "title":
            self.title += data
        elif not self.hidden:
            self.out.append(data)


def _read_latex(text: str, beside: ReadFile) -> _Read:
    from polyvita.importers.latex import prepare_latex

    def read_file(name: str) -> str | None:
        data = beside(name)
        return None if data is None else _text(data)

    prepared, texts, pictures = prepare_latex(text, read_file)
    guesses: tuple[str, ...] = ()
    try:
        ast = read_with_pandoc(prepared.encode(), "latex")
    except InputError:
        ast, unread = _read_latex_in_parts(prepared)
        if unread:
            counted = f"{unread} section{'s' if unread > 1 else ''}"
            guesses = (f"{counted} of the LaTeX could not be read; only the texts are there",)
    for name in pictures:
        target = next((f"{name}{suffix}" for suffix in ("", ".jpg", ".png", ".jpeg") if beside(f"{name}{suffix}")), "")
        if target:
            ast["blocks"].insert(0, {"t": "Para", "c": [{"t": "Image", "c": [["", [], []], [], [target, ""]]}]})
    lang = re.search(r"\\usepackage\[[^\]]*?(\w+)\]\{babel\}|\\setdefaultlanguage\{(\w+)\}", text)
    if re.search(r"\\(?:printbibliography|bibliography\{|addbibresource)", text):
        guesses += ("the publications are in a .bib file; name it after the .tex file to import them, too",)
    return _Read(
        ast, [texts], guesses=guesses, lang=_LANGUAGES.get((lang[1] or lang[2]) if lang else "", ""), files=beside
    )


def _read_latex_in_parts(prepared: str) -> tuple[dict[str, Any], int]:
    """Read LaTeX section by section. Return Pandoc's AST, and how many sections have lost their markup.

    Raises `InputError` if no section can be read.
    """
    from polyvita.importers.latex import latex_parts, without_markup

    asts: list[dict[str, Any]] = []
    unread: list[InputError] = []
    for part in latex_parts(prepared):
        try:
            asts.append(read_with_pandoc(part.encode(), "latex"))
        except InputError as problem:
            unread.append(problem)
            asts.append(read_with_pandoc(without_markup(part).encode(), "latex"))
    if len(unread) == len(asts):
        raise unread[0]
    return {**asts[0], "blocks": [block for ast in asts for block in ast["blocks"]]}, len(unread)


_LANGUAGES = {
    "german": "de", "ngerman": "de", "english": "en",
    "british": "en", "french": "fr", "francais": "fr", "spanish": "es",
    "italian": "it", "portuguese": "pt", "brazilian": "pt", "dutch": "nl", "american": "en",
}  # fmt: skip


def _read_org(text: str, beside: ReadFile) -> _Read:
    ast = read_with_pandoc(text.encode(), "org")
    title, author = (_meta_text(ast, key) for key in ("title", "author"))
    keywords = re.findall(r"^[ \t]*#\+(?:title|author|email)\s*:\s*(.*)$", text, re.IGNORECASE | re.MULTILINE)
    email = re.search(r"^[ \t]*#\+email\s*:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    lang = re.search(r"^[ \t]*#\+language\s*:\s*(\w+)", text, re.IGNORECASE | re.MULTILINE)
    margins = (f"E-mail: {email[1]}",) if email else ()
    texts = [*_ast_texts(ast), *dict.fromkeys(keywords)]
    return _Read(ast, texts, lang[1] if lang else "", title, author, margins, beside, titles=(title, author))


def _meta_text(ast: dict[str, Any], key: str) -> str:
    value = ast.get("meta", {}).get(key)
    return " ".join("".join(_strings(value)).split()) if value else ""


def _strings(value: Any) -> Iterable[str]:
    """Yield the texts in a part of Pandoc's AST."""
    if isinstance(value, dict):
        match value.get("t"):
            case "Str":
                yield value["c"]
            case "Space" | "SoftBreak" | "LineBreak":
                yield " "
            case "Code" | "CodeBlock":
                yield value["c"][1]
            case "Link" | "Image" | "Span" | "Div" | "Quoted":
                yield from _strings(value["c"][1])
            case "Header":
                yield from _strings(value["c"][2])
            case "RawInline" | "RawBlock" | "Math":
                return
            case _:
                yield from _strings(value.get("c"))
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, str):
        return


_BLOCKS = ("Para", "Plain", "Header", "CodeBlock")


def _ast_texts(ast: Any) -> list[str]:
    """Return the text of each block of an AST."""
    out: list[str] = []

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("t") in _BLOCKS:
                out.append("".join(_strings(value)).replace(TAB, " "))
            for part in value.values():
                visit(part)
        elif isinstance(value, list):
            for part in value:
                visit(part)

    visit(ast["blocks"])
    return out


# ---------------------------------------------------------------- Markdown

_TEMPLATES = re.compile(
    r"\{%-?.*?-?%\}|\{\{[<%].*?[%>]\}\}|\{\{.*?\}\}|\\(?:vspace|hspace|newpage|"
    r"pagebreak|bigskip|smallskip|medskip|hfill)\*?"
    r"(?:\{[^}]*\})?|`r [^`]*`|^\s*\{:[^}\n]*\}\s*$|\{:[^}\n]*\}",
    re.MULTILINE | re.DOTALL,
)
_CHUNK = re.compile(r"^(```+|~~~+)\s*\{(?:r|python|julia|ojs)\b.*?^\1\s*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)


def _import_markdown(text: str, beside: ReadFile) -> ImportedCv:
    front, body = _split_front_matter(text)
    left: list[LeftOut] = []

    def drop(found: re.Match[str]) -> str:
        if found[0] == r"\hfill":
            return TAB
        left.append(LeftOut(" ".join(found[0].split()), "markup of another tool"))
        return " "

    body = _CHUNK.sub(drop, body)
    body = _TEMPLATES.sub(drop, body)
    body = _without_latex(body, left)
    body = re.sub(r"<(?=[^\x00-\x7f])", r"\<", body)  # Pandoc takes “<案件名>” for a tag.
    math = "+" if _FORMULA.search(body) else "-"  # Without a command, dollars are prices.
    reader = f"markdown-citations-yaml_metadata_block-implicit_figures-raw_tex-latex_macros{math}tex_math_dollars"
    reader += "+lists_without_preceding_blankline"
    html = convert(body.encode(), reader, "html")
    read = _read_html(html.decode(), beside)
    cv_from, margins, title, author, lang, texts = _read_front_matter(front)
    return _finish(
        read._replace(
            title=title, titles=(title, author), author=author, lang=lang, margins=tuple(margins),
            left_out=(*cv_from, *left),
            texts=[*read.texts, *texts],
        )
    )  # fmt: skip


_LATEX = re.compile(
    r"(?P<kept>(?P<fence>^(?:```+|~~~+)).*?^(?P=fence)|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$)"
    r"|\\(?P<command>[A-Za-z]+)(?![A-Za-z])(?:\*|(?!\*))(?:\[[^\[\]\n]*\])*(?!\[[^\[\]\n]*\])"
    r"(?P<arguments>(?:\{[^{}]*\})*)(?!\{)",
    re.MULTILINE | re.DOTALL,
)
_FORMULA = re.compile(r"\$[^$\n]*\\[a-zA-Z]+[^$\n]*\$")
_MARKS_OF_LATEX = {"textbf": "**", "emph": "*", "textit": "*", "textsl": "*", "texttt": "`"}
_SIGNS_OF_LATEX = {"LaTeX": "LaTeX", "TeX": "TeX", "ldots": "…", "dots": "…", "textendash": "–", "textemdash": "—"}
_WITHOUT_TEXT = re.compile(
    r"begin|end|h?rule|fontsize|setlength|addtolength|[vh]space|includegraphics|input|include|label|usepackage"
    r"|(?:this)?pagestyle|setcounter|definecolor|(?:re)?newcommand|linespread|geometry"
)
"""LaTeX commands whose arguments are no text."""
_CITES = re.compile(r"bibentry|[a-zA-Z]*cite[a-z]*")


def _without_latex(body: str, left: list[LeftOut]) -> str:
    """Return Markdown with the text of LaTeX commands in their place. Pandoc would drop both without a word.

    A citation is listed in `left`: its text is in a bibliography, which can be imported together with the CV.
    """

    def read(found: re.Match[str]) -> str:
        command = found["command"]
        if not command:
            return found[0]
        arguments: list[str] = re.findall(r"\{([^{}]*)\}", found["arguments"])
        *others, last = arguments or [""]
        if _CITES.fullmatch(command):
            left.append(LeftOut(found[0], "a citation; import its bibliography, too"))
            return " "
        if command in _SIGNS_OF_LATEX:
            return _SIGNS_OF_LATEX[command] + last
        if not last or _WITHOUT_TEXT.fullmatch(command) or (command == "color" and not others):
            left.append(LeftOut(found[0], "markup of another tool"))
            return " "
        if command == "href" and others:
            return f"[{last}](<{others[0]}>)"
        mark = _MARKS_OF_LATEX.get(command, "")
        return f"<{last}>" if command == "url" else f"{mark}{last.strip()}{mark}"

    while (changed := _LATEX.sub(read, body)) != body:  # An argument can have commands inside.
        body = changed
    return body


def _split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    import tomllib

    import yaml

    found = re.match(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|$)", text, re.DOTALL)
    if not found:
        return {}, text
    try:
        data = yaml.load(found[2], Loader=yaml.BaseLoader) if found[1] == "---" else tomllib.loads(found[2])  # noqa: S506 - only texts, lists and groups
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError):
        return {}, text
    return (data if isinstance(data, dict) else {}), text[found.end() :]


_PERSONAL = {
    "email": "E-mail", "mail": "E-mail", "phone": "Tel", "tel": "Tel", "telephone": "Tel", "mobile": "Mobile",
    "address": "Address", "orcid": "ORCID", "github": "GitHub", "gitlab": "GitLab", "linkedin": "LinkedIn",
    "twitter": "Twitter", "www": "Web", "website": "Web", "homepage": "Web", "web": "Web", "url": "Web",
    "googlescholar": "Google Scholar", "google_scholar": "Google Scholar", "researchgate": "ResearchGate",
    "mastodon": "Mastodon", "birthday": "Date of birth", "born": "Date of birth", "nationality": "Nationality",
    "affiliation": "Affiliation", "affiliations": "Affiliation",
    "institute": "Affiliation", "institution": "Affiliation",
    "position": "Position", "job": "Position", "jobtitle": "Position", "role": "Position", "subtitle": "Position",
    "location": "Address", "city": "Address", "country": "Address", "street": "Address", "postcode": "Address",
    "zip": "Address", "zipcode": "Address", "postal_code": "Address", "state": "Address", "region": "Address",
    "headline": "Position", "tagline": "Position",
}  # fmt: skip
_PARTS_OF_ADDRESS = {"street", "postcode", "zip", "zipcode", "postal_code", "city", "state", "region", "country"}
_GROUPS = ("author", "authors", "params", "contact", "social", "basics", "person", "about", "links", "profiles", "me")
_SITES = {
    "github": "https://github.com/", "gitlab": "https://gitlab.com/", "linkedin": "https://www.linkedin.com/in/",
    "twitter": "https://twitter.com/", "orcid": "",
}  # fmt: skip


def _read_front_matter(
    front: dict[str, Any],
) -> tuple[list[LeftOut], list[str], str, str, str, list[str]]:
    """Return what front matter says: texts to leave out, lines about the person, title, author, language, all texts."""
    left: list[LeftOut] = []
    lines: list[str] = []
    texts: list[str] = []
    names: dict[str, str] = {}

    def read(data: Any, key: str, inside: bool) -> None:
        if isinstance(data, dict):
            if key in _GROUPS or inside or not key:
                for name, value in data.items():
                    read(value, str(name).casefold(), bool(key))
            else:
                leave(key, data)
        elif isinstance(data, list):
            if key in _GROUPS or key in _PERSONAL:
                for part in data:
                    read(part, key, inside)
            else:
                leave(key, data)
        elif key in ("title", "name", "author", "authors", "fullname", "full_name", "firstname", "surname", "lastname"):
            if key in names:
                leave(key, data)
            elif not any(str(data).strip() in name for name in names.values()):
                texts.append(str(data))
            names.setdefault(key, str(data).strip())
        elif key in _PERSONAL and str(data).strip():
            value = str(data).strip()
            texts.append(value)
            if key in _PARTS_OF_ADDRESS and lines and lines[-1].startswith("Address: "):
                lines[-1] += f", {value}"
            elif key in _SITES and re.fullmatch(r"@?[\w.%-]+", value):
                lines.append(f"{_PERSONAL[key]}: {_SITES[key]}{value.lstrip('@')}")
            else:
                lines.append(f"{_PERSONAL[key]}: {value}")
        elif key in ("lang", "language", "lang-code"):
            names["lang"] = str(data)
        else:
            leave(key, data)

    def leave(key: str, data: Any) -> None:
        flat = " ".join(str(part) for part in _leaves(data))
        texts.append(f"{key} {flat}")
        left.append(LeftOut(f"{key}: {flat}".strip(), "a setting of another tool"))

    read(front, "", False)
    author = names.get("name") or names.get("author") or names.get("authors") or names.get("fullname") or ""
    first, last = names.get("firstname", ""), names.get("surname") or names.get("lastname") or ""
    author = author or f"{first} {last}".strip() or ""
    if names.get("name") and last and last not in author:  # “vitae” for R Markdown.
        author = f"{author} {last}"
    if author and first and author == first:
        author = f"{first} {last}".strip()
    title = names.get("title", "")
    return left, lines, title, author, names.get("lang", ""), texts


def _leaves(data: Any) -> Iterable[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from _leaves(value)
    elif isinstance(data, list):
        for part in data:
            yield from _leaves(part)
    else:
        yield str(data)


# ---------------------------------------------------------------- from the AST to the CV


def _finish(read: _Read) -> ImportedCv:
    """Return the CV in a document that was read: its structure, footnotes and pictures."""
    notes = Notes([], [], [])
    pieces: list[Piece] = flatten(read.ast["blocks"], notes)
    title = read.title or _meta_text(read.ast, "title")
    author = read.author or _meta_text(read.ast, "author")
    margins = [Line([Run(line)], look=Look(style="margin")) for line in read.margins]
    cv = build_cv(pieces, margins=margins, title=title, author=author, lang=read.lang)
    footnotes = []
    at = 0
    while at < len(notes.footnotes):  # A footnote can have footnotes, which are added while it is read.
        footnotes.append(footnote_blocks(flatten(notes.footnotes[at], notes)))
        at += 1
    cv.footnotes = footnotes
    _add_pictures(cv, notes.images, read.files)
    cv.left_out += [
        *read.left_out,
        *(LeftOut(raw.strip(), "markup of another tool") for raw in notes.raw if raw.strip()),
    ]
    cv.guesses += read.guesses
    for text in dict.fromkeys(read.titles):
        leave_out_label(cv, text, (cv.person.name, cv.person.honorific), "the title of the document")
    cv.texts += [text.replace(TAB, " ") for text in read.texts]
    return cv


_IMAGE = re.compile("\ue010(\\d+)\ue011")


def _add_pictures(cv: ImportedCv, images: list[tuple[str, str]], files: ReadFile) -> None:
    """Save the pictures beside the CV. The first one before all text is the portrait."""
    from polyvita.importers.markdown import escape
    from polyvita.importers.word import picture_name

    used: dict[str, str] = {}
    marks: dict[int, str] = {}
    placed = _placed_pictures(cv)
    # Those that no text has any more were in the line of the name.
    in_head = _pictures_of_head(cv) | {*range(len(images))} - placed
    for index, (path, alt) in enumerate(images):
        data = files(path)
        if data is None:
            marks[index] = ""
            cv.left_out.append(LeftOut(f"{alt} {path}".strip(), "a picture that is not beside the input"))
            continue
        if path.casefold().endswith((".emf", ".wmf")):
            marks[index] = ""
            cv.left_out.append(LeftOut(f"{alt} {path}".strip(), "a picture that only Windows can show"))
            continue
        if path not in used:
            used[path] = picture_name(len(used) + 1, path, data)
            cv.pictures.append(Picture(used[path], data))
        name = used[path]
        if index in in_head and not cv.person.photo and _is_portrait(data):
            cv.person.photo = name
            cv.guesses.append(f"the picture {name} is the portrait")
            marks[index] = ""
            if " " in alt.strip():  # Not only the name of a file.
                cv.person.photo_alt = alt.strip()
            elif alt:
                cv.left_out.append(LeftOut(alt, "the description of the portrait"))
        else:
            marks[index] = f"![{escape(alt)}]({name})"
            if index not in placed:
                cv.to_sort.append(Paragraph(text=marks[index]))

    def shown(found: re.Match[str]) -> str:
        mark = marks.get(int(found[1]), "")
        return f"{mark} " if mark and found.string[found.end() :][:1].isalnum() else mark

    map_texts(cv, lambda text: _IMAGE.sub(shown, text).strip())
    cv.to_sort = [block for block in cv.to_sort if getattr(block, "text", "x")]
    for block in cv.all_blocks():
        if hasattr(block, "blocks"):
            block.blocks = [inner for inner in block.blocks if getattr(inner, "text", "x")]


def _placed_pictures(cv: ImportedCv) -> set[int]:
    """Return the numbers of the pictures in the texts of a CV."""
    placed: set[int] = set()

    def note(text: str) -> str:
        placed.update(int(found[1]) for found in _IMAGE.finditer(text))
        return text

    map_texts(cv, note)
    return placed


def _pictures_of_head(cv: ImportedCv) -> set[int]:
    """Return the numbers of the pictures before the first section, or of the first section."""
    texts = [getattr(block, "text", "") for block in cv.to_sort]
    for section in cv.sections[:2]:
        texts += [section.title, *(getattr(block, "text", "") for block in section.blocks)]
    return {int(found[1]) for text in texts for found in _IMAGE.finditer(text)}


def _is_portrait(data: bytes) -> bool:
    """Return whether a picture can be a portrait: not much wider than high, and not an icon."""
    import io

    import imagesize

    width, height = imagesize.get(io.BytesIO(data))
    return bool(
        width < 0 or (0.5 <= width / max(height, 1) <= 1.3 and min(width, height) >= 48) or (width <= 2 and height <= 2)
    )


__all__ = ["Link", "import_document"]
