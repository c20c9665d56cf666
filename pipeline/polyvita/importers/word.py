"""Read a Word file: prepare its XML so that Pandoc reads all of it, and read what Pandoc leaves out.

Pandoc drops text boxes, page headers, tabs and the look of paragraphs. This module moves text boxes into the text,
marks tabs with a character, and gives each paragraph a style whose name says how it looks, as in `pv|size=28|bold`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element, SubElement

from polyvita.core.diagnostics import InputError, error
from polyvita.importers.contact import CV_WORDS
from polyvita.importers.model import LeftOut, Picture
from polyvita.importers.runs import TAB
from polyvita.importers.safe_xml import parse_part, unpack_safely, write_part

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_WINGDINGS = re.compile(r"wingdings|webdings|fontawesome|font awesome|icon", re.IGNORECASE)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_BULLETS = {"F0B7": "•", "F0A7": "▪", "F0D8": "➢", "F0FC": "✓", "00B7": "•"}


@dataclass
class WordText:
    """A Word file, ready for Pandoc, and what Pandoc does not read.

    `texts` are all texts of the file, read without Pandoc. `margins` are the lines of page headers and footers.
    """

    content: bytes
    texts: list[str] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    title: str = ""
    author: str = ""
    lang: str = ""


def prepare_word(content: bytes) -> WordText:
    """Return a Word file as `WordText`. Raises `InputError` if it is damaged or not a Word file."""
    return _Preparer(unpack_safely(content)).prepare()


class _Preparer:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.main = self._find_main()
        self.root = parse_part(parts[self.main])
        self.folder = self.main.rpartition("/")[0]
        self.result = WordText(b"")
        self.looks: dict[str, str] = {}

    def _find_main(self) -> str:
        """Return the name of the part with the text."""
        root = parse_part(self.parts["_rels/.rels"]) if "_rels/.rels" in self.parts else None
        for relation in root if root is not None else ():
            if relation.get("Type", "").endswith("/officeDocument"):
                name = relation.get("Target", "").lstrip("/")
                if name in self.parts:
                    return name
        if "word/document.xml" in self.parts:
            return "word/document.xml"
        raise InputError(
            error("PV501", "the Word file has no text part; it is damaged", hint="open it in Word and save it again")
        )

    def prepare(self) -> WordText:
        result = self.result
        self._read_properties()
        notes = [f"{self.folder}/{name}.xml" for name in ("footnotes", "endnotes")]
        for name in (self.main, *notes):
            if name in self.parts:
                root = self.root if name == self.main else parse_part(self.parts[name])
                self._accept_changes(root)
                _choose_alternatives(root)
                self._remove_hidden(root)
                if name == self.main:
                    self._remove_contents(root)
                self._replace_symbols(root)
                self._hoist_text_boxes(root)
                result.texts += self._texts_of(root)
                self._mark_tabs(root)
                if name == self.main:
                    self._mark_looks(root)
                self.parts[name] = write_part(root, self.parts[name])
        self._read_margins()
        self._read_diagrams()
        self._note_comments()
        self._write_styles()
        result.pictures = {
            name.removeprefix(f"{self.folder}/"): data for name, data in self.parts.items() if "/media/" in name
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), data)
        result.content = buffer.getvalue()
        return result

    # ------------------------------------------------------------ properties

    def _read_properties(self) -> None:
        core = parse_part(self.parts["docProps/core.xml"]) if "docProps/core.xml" in self.parts else None
        for element in core if core is not None else ():
            name = element.tag.rpartition("}")[2]
            if name == "title":
                self.result.title = (element.text or "").strip()
            elif name == "creator":
                self.result.author = (element.text or "").strip()
        for element in self.styles_root.iter(f"{_W}lang"):
            self.result.lang = element.get(f"{_W}val", "") or self.result.lang
            break

    # ------------------------------------------------------------ changes, hidden text, contents

    def _accept_changes(self, root: Element) -> None:
        """Accept tracked changes: insertions stay, deletions go."""
        inserted = deleted = 0
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag in (f"{_W}del", f"{_W}moveFrom") and parent.tag != f"{_W}rPr":
                    words = " ".join("".join(_raw_texts(child)).split())
                    if words:
                        deleted += 1
                        self.result.left_out.append(LeftOut(words, "deleted by a tracked change"))
                    parent.remove(child)
        changed = True
        while changed:
            changed = False
            for parent in list(root.iter()):
                for child in list(parent):
                    if child.tag in (f"{_W}ins", f"{_W}moveTo") and parent.tag not in (f"{_W}rPr", f"{_W}trPr"):
                        at = list(parent).index(child)
                        parent.remove(child)
                        for offset, inner in enumerate(child):
                            parent.insert(at + offset, inner)
                        inserted += 1
                        changed = True
        if inserted or deleted:
            self.result.guesses.append(f"tracked changes were accepted: insertions: {inserted}, deletions: {deleted}")

    def _remove_hidden(self, root: Element) -> None:
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == f"{_W}r" and _is_on(child.find(f"{_W}rPr/{_W}vanish")):
                    words = " ".join("".join(_raw_texts(child)).split())
                    if words:
                        self.result.left_out.append(LeftOut(words, "hidden text"))
                        self.result.texts.append(words)
                    parent.remove(child)

    def _remove_contents(self, root: Element) -> None:
        """Leave out tables of contents."""
        for parent in list(root.iter()):
            for child in list(parent):
                style = child.find(f"{_W}pPr/{_W}pStyle")
                name = self.style_names.get(style.get(f"{_W}val", ""), "") if style is not None else ""
                gallery = child.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
                is_contents = gallery is not None and "table of contents" in gallery.get(f"{_W}val", "").casefold()
                if is_contents or re.fullmatch(r"toc (?:\d|heading)", name.casefold()):
                    words = " ".join(" ".join(_raw_texts(child)).split())
                    if words:
                        self.result.left_out.append(LeftOut(words, "table of contents"))
                        self.result.texts.append(words)
                    parent.remove(child)

    def _replace_symbols(self, root: Element) -> None:
        """Replace bullets that are symbols, and leave out icons: the letters of icon fonts mean nothing elsewhere."""
        for run in list(root.iter(f"{_W}r")):
            fonts = run.find(f"{_W}rPr/{_W}rFonts")
            is_icon = fonts is not None and any(_WINGDINGS.search(value) for value in fonts.attrib.values())
            for child in list(run):
                if child.tag == f"{_W}sym":
                    font, char = child.get(f"{_W}font", ""), child.get(f"{_W}char", "").upper()
                    if char in _BULLETS or _WINGDINGS.search(font):
                        at = list(run).index(child)
                        run.remove(child)
                        text = Element(f"{_W}t")
                        text.text = _BULLETS.get(char, " ")
                        run.insert(at, text)
                elif child.tag == f"{_W}t" and child.text:
                    if is_icon and len(child.text.strip()) <= 2:
                        if re.search(r"\w", child.text):
                            self.result.left_out.append(LeftOut(child.text, "an icon"))
                            self.result.texts.append(child.text)
                        child.text = " "
                    else:
                        child.text = _PRIVATE_USE.sub(
                            lambda found: "•" if found[0] in "\uf0b7\uf0a7" else " ", child.text
                        )

    # ------------------------------------------------------------ text boxes, tabs

    def _hoist_text_boxes(self, root: Element) -> None:
        """Move the paragraphs of text boxes behind the paragraph that holds the box."""
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag != f"{_W}p":
                    continue
                boxes = list(child.iter(f"{_W}txbxContent"))
                outer = [box for box in boxes if not any(box is not other and box in other.iter() for other in boxes)]
                at = list(parent).index(child) + 1
                for box in outer:
                    inner = list(box)
                    for element in inner:
                        box.remove(element)
                        parent.insert(at, element)
                        at += 1
                    for element in inner:
                        holder = Element("holder")
                        holder.append(element)
                        if element.find(f".//{_W}txbxContent") is not None:
                            self._hoist_text_boxes(holder)
                            position = list(parent).index(element)
                            for offset, extra in enumerate(list(holder)[1:], 1):
                                parent.insert(position + offset, extra)
                _drop_empty_boxes(child)

    def _mark_tabs(self, root: Element) -> None:
        for run in root.iter(f"{_W}r"):
            for child in run:
                if child.tag in (f"{_W}tab", f"{_W}ptab"):
                    child.tag = f"{_W}t"
                    child.attrib.clear()
                    child.text = TAB
                elif child.tag == f"{_W}t" and child.text and "\t" in child.text:
                    child.text = child.text.replace("\t", TAB)

    # ------------------------------------------------------------ looks

    @cached_property
    def styles_root(self) -> Element:
        name = f"{self.folder}/styles.xml"
        return parse_part(self.parts[name]) if name in self.parts else Element("none")

    @cached_property
    def styles(self) -> dict[str, Element]:
        return {style.get(f"{_W}styleId", ""): style for style in self.styles_root.iter(f"{_W}style")}

    @cached_property
    def style_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for id_, style in self.styles.items():
            name = style.find(f"{_W}name")
            names[id_] = name.get(f"{_W}val", "") if name is not None else id_
        return names

    @cached_property
    def default_style(self) -> str:
        for id_, style in self.styles.items():
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                return id_
        return ""

    def _chain(self, id_: str) -> list[Element]:
        """Return a style and those that it is based on."""
        chain: list[Element] = []
        while id_ in self.styles and self.styles[id_] not in chain and len(chain) < 20:
            chain.append(self.styles[id_])
            based = self.styles[id_].find(f"{_W}basedOn")
            id_ = based.get(f"{_W}val", "") if based is not None else ""
        return chain

    def _first(self, chain: list[Element], path: str) -> Element | None:
        return next((found for style in chain if (found := style.find(path)) is not None), None)

    def _mark_looks(self, root: Element) -> None:
        """Give paragraphs a style whose name says how they look, and headings one with their level."""
        for paragraph in root.iter(f"{_W}p"):
            properties = paragraph.find(f"{_W}pPr")
            if properties is None:
                properties = Element(f"{_W}pPr")
                paragraph.insert(0, properties)
            style = properties.find(f"{_W}pStyle")
            id_ = style.get(f"{_W}val", "") if style is not None else self.default_style
            chain = self._chain(id_)
            level = self._heading_level(properties, chain, id_)
            if level:
                self._set_style(properties, f"pvheading{level}")
                self.looks[f"pvheading{level}"] = f"heading {level}"
                numbering = properties.find(f"{_W}numPr")
                if numbering is not None:
                    properties.remove(numbering)
                continue
            numbering = self._first(chain, f"{_W}pPr/{_W}numPr")
            if properties.find(f"{_W}numPr") is None and numbering is not None:
                properties.append(_copy(numbering))
            look = self._look(paragraph, properties, chain, id_)
            self.looks.setdefault(look, f"pvlook{len(self.looks)}")
            self._set_style(properties, self.looks[look])
            indent = properties.find(f"{_W}ind")  # Pandoc would take indented text for a quotation.
            if indent is not None:
                properties.remove(indent)

    def _set_style(self, properties: Element, id_: str) -> None:
        style = properties.find(f"{_W}pStyle")
        if style is None:
            style = Element(f"{_W}pStyle")
            properties.insert(0, style)
        style.set(f"{_W}val", id_)

    def _heading_level(self, properties: Element, chain: list[Element], id_: str) -> int:
        own = properties.find(f"{_W}outlineLvl")
        outline = own if own is not None else self._first(chain, f"{_W}pPr/{_W}outlineLvl")
        if outline is not None:
            value = outline.get(f"{_W}val", "9")
            if value.isdigit() and int(value) < 9:
                return int(value) + 1
        for style in chain:
            name = style.find(f"{_W}name")
            found = re.fullmatch(r"heading (\d)", (name.get(f"{_W}val", "") if name is not None else "").casefold())
            if found:
                return int(found[1])
        found = re.fullmatch(
            r"(?:heading|berschrift|überschrift|titre|título|titulo|titolo|kop)\s?(\d)", id_.casefold()
        )
        return int(found[1]) if found and not chain else 0

    def _look(self, paragraph: Element, properties: Element, chain: list[Element], id_: str) -> str:
        sizes: dict[str, int] = {}
        is_bold, is_caps, has_text = True, True, False
        for run in paragraph.iter(f"{_W}r"):
            text = "".join(node.text or "" for node in run.iter(f"{_W}t"))
            if not re.search(r"\w", text):
                continue
            has_text = True
            own = run.find(f"{_W}rPr")
            char_style = own.find(f"{_W}rStyle") if own is not None else None
            full = [own] if own is not None else []
            full += [
                found
                for style in self._chain(char_style.get(f"{_W}val", "") if char_style is not None else "")
                if (found := style.find(f"{_W}rPr")) is not None
            ]
            full += [found for style in chain if (found := style.find(f"{_W}rPr")) is not None]
            size = next((found.get(f"{_W}val", "") for rpr in full if (found := rpr.find(f"{_W}sz")) is not None), "")
            sizes[size] = sizes.get(size, 0) + len(text)
            bold = next((found for rpr in full if (found := rpr.find(f"{_W}b")) is not None), None)
            is_bold = is_bold and _is_on(bold)
            caps = next((found for rpr in full if (found := rpr.find(f"{_W}caps")) is not None), None)
            is_caps = is_caps and _is_on(caps)
            if _is_on(bold) and (own is None or own.find(f"{_W}b") is None):
                _set_bold(run)
        size = max(sizes, key=lambda key: sizes[key]) if sizes else ""
        border = properties.find(f"{_W}pBdr/{_W}bottom")
        border = border if border is not None else self._first(chain, f"{_W}pPr/{_W}pBdr/{_W}bottom")
        parts = ["pv"]
        parts += [f"size={size}"] if size.isdigit() else [f"size={self.default_size}"]
        parts += ["bold"] if has_text and is_bold else []
        parts += ["caps"] if has_text and is_caps else []
        parts += ["border"] if has_text and border is not None and border.get(f"{_W}val") not in ("nil", "none") else []
        name = self.style_names.get(id_, "").replace("|", " ")
        parts += [f"style={name}"] if name and id_ != self.default_style else []
        return "|".join(parts)

    @cached_property
    def default_size(self) -> int:
        found = self.styles_root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr/{_W}sz")
        value = found.get(f"{_W}val", "") if found is not None else ""
        normal = self._first(self._chain(self.default_style), f"{_W}rPr/{_W}sz")
        value = normal.get(f"{_W}val", value) if normal is not None else value
        return int(value) if value.isdigit() else 20

    def _write_styles(self) -> None:
        """Add the styles of looks and headings, and remove others with the same names."""
        name = f"{self.folder}/styles.xml"
        root = self.styles_root if name in self.parts else Element(f"{_W}styles")
        for style in list(root):
            own = style.find(f"{_W}name")
            value = own.get(f"{_W}val", "") if own is not None else ""
            if re.fullmatch(r"heading \d", value.casefold()) and own is not None:
                own.set(f"{_W}val", f"old {value}")
        for look, id_ in self.looks.items():
            is_heading = look.startswith("pvheading")
            style = SubElement(
                root, f"{_W}style", {f"{_W}type": "paragraph", f"{_W}styleId": look if is_heading else id_}
            )
            SubElement(style, f"{_W}name", {f"{_W}val": id_ if is_heading else look})
        self.parts[name] = write_part(root, self.parts.get(name, b""))
        if root is not self.styles_root:
            self._add_relationship()

    def _add_relationship(self) -> None:
        name = f"{self.folder}/_rels/{self.main.rpartition('/')[2]}.rels"
        root = parse_part(self.parts[name]) if name in self.parts else Element(f"{_REL}Relationships")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
        SubElement(root, f"{_REL}Relationship", {"Id": "pvStyles", "Type": kind, "Target": "styles.xml"})
        self.parts[name] = write_part(root, self.parts.get(name, b""))

    # ------------------------------------------------------------ what Pandoc does not read

    def _texts_of(self, root: Element) -> list[str]:
        """Return the text of each paragraph."""
        texts = []
        for paragraph in root.iter(f"{_W}p"):
            text = "".join(_raw_texts(paragraph, own=True))
            if text.strip():
                texts.append(text)
        return texts

    def _read_margins(self) -> None:
        """Read page headers and footers: lines that are new go to the head of the CV, the others are left out."""
        seen = " ".join(" ".join(self.result.texts).split()).casefold()
        lines: list[str] = []
        for name in sorted(self.parts):
            if not re.fullmatch(rf"{re.escape(self.folder)}/(?:header|footer)\d*\.xml", name):
                continue
            root = parse_part(self.parts[name])
            self._accept_changes(root)
            _choose_alternatives(root)
            self._replace_symbols(root)
            for paragraph in root.iter(f"{_W}p"):
                _remove_page_fields(paragraph)
                text = "".join(_raw_texts(paragraph, own=True, tab="\n"))
                for line in (part.strip() for part in text.split("\n")):
                    if not line:
                        continue
                    self.result.texts.append(line)
                    plain = " ".join(line.split())
                    rest = re.sub(
                        r"\b(?:page|seite|p\.|s\.|pág(?:ina)?\.?|pagina|de|of|von|sur|di|van|/|\d+)\b",
                        "",
                        plain,
                        flags=re.I,
                    )
                    if not re.search(r"\w", re.sub(CV_WORDS, "", rest, flags=re.IGNORECASE)):
                        self.result.left_out.append(LeftOut(plain, "page number"))
                    elif plain.casefold() in seen or plain in lines:
                        self.result.left_out.append(LeftOut(plain, "a page header or footer that repeats the text"))
                    else:
                        lines.append(plain)
            if any(True for _ in root.iter(f"{_A}blip")):
                self.result.guesses.append("a picture in a page header or footer was left out")
        self.result.margins = lines

    def _read_diagrams(self) -> None:
        for name in sorted(self.parts):
            if re.fullmatch(rf"{re.escape(self.folder)}/diagrams/data\d*\.xml", name):
                root = parse_part(self.parts[name])
                for paragraph in root.iter(f"{_A}p"):
                    text = "".join(node.text or "" for node in paragraph.iter(f"{_A}t")).strip()
                    if text:
                        self.result.texts.append(text)
                        self.result.margins.append(text)

    def _note_comments(self) -> None:
        name = f"{self.folder}/comments.xml"
        if name in self.parts:
            for comment in parse_part(self.parts[name]).iter(f"{_W}comment"):
                text = " ".join(" ".join(_raw_texts(comment)).split())
                if text:
                    self.result.left_out.append(LeftOut(text, "a comment"))
                    self.result.texts.append(text)


# ---------------------------------------------------------------- helpers


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(f"{_W}val", "1") not in ("0", "false", "off", "none")


def _set_bold(run: Element) -> None:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        properties = Element(f"{_W}rPr")
        run.insert(0, properties)
    SubElement(properties, f"{_W}b")


def _copy(element: Element) -> Element:
    from copy import deepcopy

    return deepcopy(element)


def _raw_texts(element: Element, *, own: bool = False, tab: str = "\t") -> Iterator[str]:
    """Yield the texts in an element. With `own`, not those of paragraphs inside text boxes."""
    for child in element:
        if child.tag in (f"{_W}t", f"{_W}delText"):
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}ptab") and element.tag == f"{_W}r":
            yield tab
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{_W}instrText" or (own and child.tag == f"{_W}txbxContent"):
            continue
        else:
            yield from _raw_texts(child, own=own, tab=tab)


def _choose_alternatives(root: Element) -> None:
    """Keep the first choice of alternatives; Word writes each text box twice."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{_MC}AlternateContent":
                choice = child.find(f"{_MC}Choice")
                source = choice if choice is not None else child.find(f"{_MC}Fallback")
                at = list(parent).index(child)
                parent.remove(child)
                for offset, inner in enumerate(source if source is not None else ()):
                    parent.insert(at + offset, inner)
                if source is not None:
                    _choose_alternatives(source)
    if root.find(f".//{_MC}AlternateContent") is not None:
        _choose_alternatives(root)


def _drop_empty_boxes(paragraph: Element) -> None:
    """Remove text boxes that are empty after their paragraphs have moved; pictures stay."""
    for parent in list(paragraph.iter()):
        for child in list(parent):
            if child.tag in (f"{_W}drawing", f"{_W}pict") and child.find(f".//{_W}txbxContent") is not None:
                has_picture = child.find(f".//{_A}blip") is not None or child.find(f".//{_VML}imagedata") is not None
                if not has_picture:
                    parent.remove(child)


def _remove_page_fields(paragraph: Element) -> None:
    """Remove the results of the fields PAGE and NUMPAGES."""
    depth, code, removing = 0, "", False
    for parent in list(paragraph.iter()):
        for child in list(parent):
            if child.tag == f"{_W}fldSimple" and re.search(r"\b(?:NUM)?PAGES?\b", child.get(f"{_W}instr", "")):
                parent.remove(child)
    for run in list(paragraph.iter(f"{_W}r")):
        for child in list(run):
            if child.tag == f"{_W}fldChar":
                kind = child.get(f"{_W}fldCharType")
                if kind == "begin":
                    depth, code, removing = depth + 1, "", False
                elif kind == "separate":
                    removing = bool(re.search(r"\b(?:NUM|SECTION)?PAGES?\b", code))
                elif kind == "end":
                    depth, removing = depth - 1, False
            elif child.tag == f"{_W}instrText":
                code += child.text or ""
            elif removing and child.tag == f"{_W}t":
                run.remove(child)


def picture_name(number: int, path: str, data: bytes) -> str:
    """Return the file name of a picture: `picture-1.png`."""
    suffix = _suffix_of(data) or path.rpartition(".")[2].lower()
    return f"picture-{number}.{suffix if re.fullmatch(r'[a-z0-9]{1,5}', suffix) else 'png'}"


def _suffix_of(data: bytes) -> str:
    for start, suffix in (
        (b"\x89PNG", "png"),
        (b"\xff\xd8", "jpg"),
        (b"GIF8", "gif"),
        (b"RIFF", "webp"),
        (b"<svg", "svg"),
    ):
        if data.startswith(start):
            return suffix
    return ""


def as_picture(name: str, data: bytes) -> Picture:
    """Return a picture that is saved beside the CV."""
    return Picture(name, data)
