"""Write a self-contained HTML page, without scripts, for screens of all sizes, paper and screen readers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Template

from polyvita.config.theme import Theme
from polyvita.core.i18n import back_to_text, skip_to_content
from polyvita.core.pandoc_worker import Options, convert
from polyvita.core.scripts import direction_of, scripts_in
from polyvita.writers import WriterOptions
from polyvita.writers.choices import choice_files
from polyvita.writers.colour import AA_CONTRAST, light_and_dark, reach_contrast
from polyvita.writers.direction import with_directions
from polyvita.writers.icons import icon_svg
from polyvita.writers.images import css_length, data_url
from polyvita.writers.nonbreaking import HYPHENATED_INITIALS, NUMBER_RANGE, keep_together
from polyvita.writers.page_head import page_head, person_data, with_ids_of_works, with_scopes
from polyvita.writers.pandoc_ast import (
    Ast,
    NodeRewrites,
    attributes,
    classes_of,
    raw_block,
    raw_inline,
    rewrite_ast,
    span,
)
from polyvita.writers.photo import photo_frame, photo_text, photo_url
from polyvita.writers.prepare import (
    CONTACT_SEPARATOR,
    INLINE_DATE,
    LABELS,
    MARGIN,
    NUMBERED_RUNS,
    RIGHT_DATE,
    Inlines,
    Letterhead,
    PreparedDocument,
    contact_items,
    facts_in,
    icon_of,
    place_dates,
    prefix_of,
    prepare,
    without_leading_space,
)
from polyvita.writers.publications import script_for, script_source, style_for, without_search
from polyvita.writers.script_fonts import USUAL_SCRIPTS, fonts_for_script, is_sans

_HEADER_END = "</header>"
POLICY = """\
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
font-src data:; base-uri 'none'; form-action 'none'">
"""
"""The content security policy: no script runs, and nothing is loaded from elsewhere."""
_PHYSICAL_ALIGNMENT = re.compile(r'(<t[dh] style="text-align: )(left|right)')
_PANDOC_OPTIONS: Options = {
    "section_divs": True,
    "wrap_text": "none",
    "highlight_method": "none",
    "html_math_method": "mathml",
}
_PREFIXED = """\
ol.prefixed { list-style: none; }
ol.prefixed > li { position: relative; }
ol.prefixed > li::before {
  content: attr(data-label); position: absolute; inset-inline-end: 100%;
  color: var(--muted); font-variant-numeric: lining-nums tabular-nums; white-space: nowrap;
}
"""
"""The rules for lists whose numbers have a prefix. Few pages have one."""
_HEADLINE = ".headline { margin: var(--unit) 0 0; font-size: var(--size-2); }\n"
"""The rule for the line that says what the person is."""
_TEX_IN_MATHML = re.compile(r"<annotation encoding=\"application/x-tex\">[^<]*</annotation>|</?semantics>")
"""The source of a formula, which readers of the page do not see."""
_LOGICAL = {"left": "start", "right": "end"}
_UNBREAKABLE = re.compile(f"({HYPHENATED_INITIALS}|{NUMBER_RANGE})")


def write(ast: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return `ast` as an HTML page in UTF-8.

    Raises `InputError` if an image is missing, and `ExternalError` if Pandoc fails.
    """
    info = options.info
    prepared = with_directions(prepare(ast), info.lang, "span")
    page = _body(prepared, options)
    header, _, main = page.partition(_HEADER_END)
    photo = prepared.letterhead.photo if prepared.letterhead else []
    if photo:
        header = _with_photo(header, photo[0], options)
    navigation = _navigation(main) if options.theme.navigation else ""
    script = script_for(main)
    text = Template(_read_file("html.template")).substitute(
        lang=html.escape(info.lang),
        dir=' dir="rtl"' if direction_of(info.lang) == "rtl" else "",
        title=html.escape(info.title),
        head=page_head(info, options.document),
        policy="" if info.unsafe_html else _policy(script),
        style=stylesheet(options.theme, scripts_in(page))
        + _PREFIXED * ('<ol class="prefixed">' in page)
        + _HEADLINE * ('<p class="headline">' in page)
        + _photo_style(options.theme) * bool(photo)
        + style_for(main)
        + options.style,
        person=person_data(info, options.document, options.entries),
        skip=html.escape(skip_to_content(info.lang)),
        header=header + _HEADER_END + navigation,
        main=with_ids_of_works(with_scopes(main), options.document).strip(),
        script=script,
    )
    return text.encode()


def write_fragment(ast: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the sections of `ast` as a part of a web page of one's own: without letterhead, style and script.

    Raises the same errors as `write`.
    """
    lang = options.info.lang
    prepared = with_directions(prepare(ast), lang, "span")
    _, _, main = _body(prepared, options).partition(_HEADER_END)
    direction = ' dir="rtl"' if direction_of(lang) == "rtl" else ""
    content = without_search(main).strip()
    return f'<div class="polyvita" lang="{html.escape(lang)}"{direction}>\n{content}\n</div>\n'.encode()


def _body(prepared: PreparedDocument, options: WriterOptions) -> str:
    """Return the header of the page, its end tag, and the sections."""
    blocks = place_dates(prepared.blocks, options.theme)
    tree = rewrite_ast(_letterhead(prepared.letterhead) + blocks, {"Div": _merge_lists})
    tree = rewrite_ast(tree, _to_html(options.folder))
    page = convert(prepared.ast(tree), "html5", _PANDOC_OPTIONS).decode()
    if "<math" in page:
        page = _TEX_IN_MATHML.sub("", page)
    if prepared.has_directions:
        page = _PHYSICAL_ALIGNMENT.sub(lambda found: f"{found[1]}{_LOGICAL[found[2]]}", page)
    back = f'aria-label="{html.escape(back_to_text(options.info.lang))}" role="doc-backlink"'
    return page.replace('role="doc-backlink"', back)


def _policy(script: str) -> str:
    """Return the content security policy of the page, which lets its own script run if there is one."""
    return POLICY.replace("'none'; ", f"'none'; script-src {script_source()}; ", 1) if script else POLICY


def stylesheet(theme: Theme, scripts: Iterable[str] = ()) -> str:
    """Return the CSS: the values of the theme as custom properties, then the rules, which use these properties.

    `scripts` are those of the page. For each that most fonts do not have, the CSS names further fonts.
    """
    light, dark = light_and_dark(theme.ink, theme.muted, theme.accent)
    first, second, third = (f"{size / theme.size:.4g}em" for size in theme.size_headings)
    values = {
        "font": _font_stack(theme, scripts),
        "size": f"{theme.size:g}pt",
        "leading": f"{theme.leading:g}",
        "unit": f"{theme.unit / theme.size:.4g}rem",
        "size-name": f"{theme.size_name / theme.size:.4g}em",
        "size-1": first,
        "size-2": second,
        "size-3": third,
        "size-subsection": f"{theme.subsection_size(2) / theme.size:.4g}em",
        "size-small": f"{theme.size_small / theme.size:.4g}em",
    }
    edges = theme.margins
    margins = f"{edges.top:g}mm {edges.right:g}mm {edges.bottom:g}mm {edges.left:g}mm"
    return (
        f":root {{ {_properties(values | light)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_properties(dark)} }} }}\n"
        f"@page {{ size: {theme.paper}; margin: {margins}; }}\n" + _read_file("html.css") + "".join(_choices(theme))
    )


def _choices(theme: Theme) -> Iterator[str]:
    """Yield the CSS of each choice of the theme that is not the usual one."""
    if theme.column:
        yield f":root {{ --column: {_rem(theme.column, theme)}; --small: {theme.size_small / theme.size:.4g}; }}\n"
    if theme.header == "band":
        band = reach_contrast(theme.accent, "#000000", "#ffffff", AA_CONTRAST)
        yield f":root {{ --band: {band}; --icon: currentcolor; }}\n"
    if theme.font_heading and (fonts := theme.font_heading.web):
        yield f"h1, h2, h3, h4, h5, h6, .headline, .subtitle {{ font-family: {fonts}, var(--font); }}\n"
        yield ".when, .entry-where { font-family: var(--font); }\n"
    for file in choice_files(theme, ".css"):
        yield file.read_text(encoding="utf-8")


def _rem(mm: float, theme: Theme) -> str:
    return f"{mm / 25.4 * 72 / theme.size:.4g}rem"


def _font_stack(theme: Theme, scripts: Iterable[str]) -> str:
    """Return the fonts of the theme with fonts for other scripts, before the generic family at the end."""
    named, comma, generic = theme.font_web.rpartition(",")
    scripts = [script for script in scripts if script not in USUAL_SCRIPTS]
    families = dict.fromkeys(f for script in scripts for f in fonts_for_script(script, sans=is_sans(theme))[:3])
    added = "".join(f' "{family}",' for family in families)
    return f"{named}{comma}{added}{generic}" if comma else f"{generic},{added}".rstrip(",")


def _properties(values: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _read_file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


# ---------------------------------------------------------------- machine-readable dates


def machine_dates(edtf: str) -> list[str]:
    """Return the dates of an EDTF date that the HTML element `time` supports.

    The result has two dates for a closed interval, one for other dates, and none if HTML cannot express the date.

    >>> machine_dates("2021/.."), machine_dates("2012/2013-05"), machine_dates("201X")
    (['2021'], ['2012', '2013-05'], [])
    """
    ends = [end for end in edtf.split("/") if end not in ("", "..")]
    return ends if all(map(_is_date, ends)) else []


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _time_elements(inlines: Inlines, edtf: str) -> Inlines:
    """Wrap a date in one `time` element, or in two if the text contains both ends of an interval."""
    match machine_dates(edtf), inlines:
        case [[start, end], [{"t": "Str", "c": str(shown)}]] if shown.count("–") == 1:
            first, dash, last = re.split("( *– *)", shown)
            return [*_time_element(first, start), {"t": "Str", "c": dash}, *_time_element(last, end)]
        case [[], _]:
            return inlines
        case [[start, *_], _]:
            return [raw_inline("html", f'<time datetime="{start}">'), *inlines, raw_inline("html", "</time>")]
    raise AssertionError


def _time_element(shown: str, machine: str) -> Inlines:
    return [raw_inline("html", f'<time datetime="{machine}">{html.escape(shown)}</time>')]


# ---------------------------------------------------------------- rewriting the AST


def _letterhead(head: Letterhead | None) -> list[Ast]:
    """Return the header of the page, up to its end tag, at which `write` splits the page."""
    if head is None:
        return [raw_block("html", f"<header>{_HEADER_END}")]
    name = [raw_inline("html", "<h1>"), *head.name, raw_inline("html", "</h1>")] if head.name else []
    out = [raw_block("html", '<header class="letterhead">'), {"t": "Plain", "c": name}]
    for name_of_line, line in (("headline", head.headline), ("subtitle", head.subtitle)):
        if line:
            opening = raw_inline("html", f'<p class="{name_of_line}">')
            out.append({"t": "Plain", "c": [opening, *line, raw_inline("html", "</p>")]})
    if head.contact:
        lines = [
            [span([*_bar(number), *_with_icon(item)], "item") for number, item in enumerate(contact_items(line))]
            for line in head.contact
        ]
        spaced = [[part for item in line for part in (item, {"t": "Space"})][:-1] for line in lines]
        paragraphs: list[Ast] = [{"t": "Para", "c": line} for line in spaced]
        out += [raw_block("html", "<address>"), *paragraphs, raw_block("html", "</address>")]
    return [*out, raw_block("html", _HEADER_END)]


def _with_photo(header: str, photo: Ast, options: WriterOptions) -> str:
    """Return the header with the photo beside its lines, which get an element around them."""
    opening, _, lines = header.partition(">")
    picture = photo_url(photo, options.theme, options.folder)
    image = f'<img class="photo" src="{picture}" alt="{html.escape(photo_text(photo))}">'
    return f'{opening.removesuffix(chr(34))} with-photo">\n<div>{lines}</div>\n{image}\n'


def _photo_style(theme: Theme) -> str:
    width, height = photo_frame(theme)
    shape = " border-radius: 50%;" if theme.photo_shape == "round" else ""
    shape += " align-self: center;" if theme.header == "centred" else ""
    return f".photo {{ width: {_rem(width, theme)}; height: {_rem(height, theme)};{shape} }}\n{_PHOTO}"


_PHOTO = """\
.with-photo { display: flex; align-items: flex-start; gap: 1.5rem; }
.with-photo > div { flex: 1; min-width: 0; }
.photo { flex: none; object-fit: cover; }
@media screen and (max-width: 26rem) { .with-photo { flex-direction: column-reverse; gap: 1rem; } }
"""


def _with_icon(item: Inlines) -> Inlines:
    if not (icon := icon_of(item)):
        return item
    drawing = icon_svg(icon, "currentColor", 'class="icon" aria-hidden="true" ')
    return [raw_inline("html", drawing), {"t": "Space"}, *item[0]["c"][1]]


def _bar(number: int) -> Inlines:
    """Return the separator before a part of the address that is not the first, for the CSS to hide at line starts."""
    return [span([CONTACT_SEPARATOR, {"t": "Space"}], "bar")] if number else []


def _merge_lists(node: Ast) -> Ast | list[Ast]:
    """Turn a Div of `NUMBERED_RUNS` into one list whose items have explicit numbers."""
    match node["c"]:
        case [[_, [name], _], runs] if name == NUMBERED_RUNS:
            prefix = html.escape(prefix_of(node))
            kind = ' class="prefixed"' if prefix else _delimiter_class(runs[0])
            mark = ")" if runs[0]["c"][0][2]["t"] == "OneParen" else "."
            out = [raw_block("html", f"<ol{kind}>")]
            for run in runs:
                [[start, _, _], items] = run["c"]
                for number, blocks in enumerate(items, start):
                    label = f' data-label="{prefix}{number}{mark}"' if prefix else ""
                    out += [raw_block("html", f'<li value="{number}"{label}>'), *blocks, raw_block("html", "</li>")]
            return [*out, raw_block("html", "</ol>")]
        case _:
            return node


def _delimiter_class(run: Ast) -> str:
    return ' class="paren"' if run["c"][0][2]["t"] == "OneParen" else ""


def _to_html(folder: Path) -> NodeRewrites:
    def image(node: Ast) -> Ast:
        [id, _, keys], inlines, [url, title] = node["c"]
        # Pandoc omits an empty alternative text, but a decorative image must have alt="".
        sizes = _sizes(keys) if inlines else [*_sizes(keys), ("alt", "")]
        return {"t": "Image", "c": [attributes(id, (), sizes), inlines, [data_url(url, folder), title]]}

    return {
        "Span": _date_to_time,
        **dict.fromkeys(("Para", "Plain"), _dated_paragraph),
        "Str": lambda node: list(_split_text(node["c"])) if " " in node["c"] else node,
        "Header": _lower_heading,
        "Table": _facts_to_list,
        "OrderedList": _mark_parentheses,
        "Link": _without_classes,
        "Image": image,
    }


def _date_to_time(node: Ast) -> Ast | list[Ast]:
    match node["c"]:
        case [[id, [name], keys], inlines] if name in (RIGHT_DATE, INLINE_DATE, MARGIN):
            inside = _time_elements(inlines, dict(keys).get("datetime", ""))
            rest = [(key, value) for key, value in keys if key != "datetime"]
            if name != INLINE_DATE:
                shown: Ast = {"t": "Span", "c": [attributes(id, ["when"], rest), inside]}
                return [{"t": "Space"}, shown] if name == RIGHT_DATE else [shown, {"t": "Space"}]
            return {"t": "Span", "c": [attributes(id, [name], rest), inside]}
        case _:
            return node


@lru_cache(maxsize=10_000)
def _split_text(text: str) -> tuple[Ast, ...]:
    """Split a text into nodes at its unbreakable parts. Cached, because many filters share the same texts."""
    return tuple(keep_together(text, _UNBREAKABLE, _unbreakable_span))


def _unbreakable_span(text: str) -> Ast:
    return span([{"t": "Str", "c": text}], "whole")


def _lower_heading(node: Ast) -> Ast:
    """Move a heading one level down, because the name in the letterhead is the only `h1`."""
    level, attr, inlines = node["c"]
    return {"t": "Header", "c": [level + 1, attr, _in_two_columns(inlines)]}


def _dated_paragraph(node: Ast) -> Ast:
    columns = _in_two_columns(node["c"])
    return node if columns is node["c"] else {"t": "Para", "c": columns}


def _facts_to_list(node: Ast) -> Ast:
    """Return a table of keys and values as a definition list."""
    if not (facts := facts_in(node)):
        return node
    items = [[[inline for block in key for inline in _inlines_of(block)], [value]] for key, value in facts]
    return {"t": "Div", "c": [attributes(node["c"][0][0], ["pairs"]), [{"t": "DefinitionList", "c": items}]]}


def _inlines_of(block: Ast) -> Inlines:
    match block:
        case {"t": "Div", "c": [attr, inside]}:
            return [{"t": "Span", "c": [attr, [inline for part in inside for inline in _inlines_of(part)]]}]
        case _:
            return list(block["c"])


def _in_two_columns(inlines: Inlines) -> Inlines:
    """Put the text before a date at the right edge into a span, so that the CSS can make two columns of the two."""
    if inlines and {"when", *LABELS} & {*classes_of(inlines[0])}:
        label, *text = inlines
        return [label, {"t": "Space"}, span(without_leading_space(text))]
    if not inlines or classes_of(inlines[-1]) != ["when"]:
        return inlines
    *text, blank, date = inlines
    return [span(text), blank, date]


def _navigation(main: str) -> str:
    """Return links to the sections of the page."""
    links = "".join(
        f'<li><a href="#{id}">{_TAG.sub("", title).strip()}</a></li>\n' for id, title in _SECTION.findall(main)
    )
    return f"\n<nav>\n<ul>\n{links}</ul>\n</nav>" if links else ""


_SECTION = re.compile(r'<section id="([^"]+)"[^>]*>\s*<h2[^>]*>(.*?)</h2>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def _mark_parentheses(node: Ast) -> Ast:
    return {"t": "Div", "c": [attributes(classes=["paren"]), [node]]} if _delimiter_class(node) else node


def _without_classes(node: Ast) -> Ast:
    [id, _, keys], inlines, target = node["c"]
    return {"t": "Link", "c": [[id, [], keys], inlines, target]}


def _sizes(keys: list[list[str]]) -> list[tuple[str, str]]:
    return [(key, css_length(value) or value) for key, value in keys if key == "lang" or css_length(value)]
