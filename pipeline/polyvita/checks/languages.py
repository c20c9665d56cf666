"""Languages that do not exist, and text of a script from right to left that does not name its language.

Direction, fonts, hyphenation and the voice of a screen reader follow `lang`. Letters have a direction of their own, but
the signs and numbers between them do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from polyvita.checks.references import location_of_value
from polyvita.core.diagnostics import Finding, error, warning
from polyvita.core.document import Document, Text, walk
from polyvita.core.languages import misnamed_language
from polyvita.core.location import Location
from polyvita.core.scripts import (
    NAMES,
    RIGHT_TO_LEFT_LETTER,
    USUAL_LANGUAGES,
    letter_of,
    phrase_of,
    script_of,
    script_of_language,
)
from polyvita.transforms.context import walk_contexts


def check_languages(document: Document) -> Iterator[Finding]:
    """Yield an error for each `lang` that is no language tag, and a warning for each script without its language."""
    if _HAS_LANGUAGES.search(document.text):
        yield from _find_misnamed(document)
    yield from _find_unmarked(document)


_HAS_LANGUAGES = re.compile(r"\blang\s*=")


def _find_misnamed(document: Document) -> Iterator[Finding]:
    for node in walk(document):
        lang = node.attr.get("lang") if node.attr.keys else ""
        if lang and (hint := misnamed_language(lang)):
            location = location_of_value(node.attr, "lang", node.location)
            yield error("PV213", f"“{lang}” is not the code of a language", location, hint)


def _find_unmarked(document: Document) -> Iterator[Finding]:
    """Yield one finding for each script from right to left in a part with a language of another script."""
    if not RIGHT_TO_LEFT_LETTER.search(document.text):
        return
    language = str(document.meta.get("lang") or "en")
    places: dict[str, list[tuple[Text, int, str, str]]] = {}
    for node, context in walk_contexts(document):
        if isinstance(node, Text):
            own = context.keys.get("lang", language)
            for found in phrase_of("rtl").finditer(node.text):
                if (script := script_of(found[0][0])) and script != script_of_language(own):
                    places.setdefault(script, []).append((node, found.start(), found[0], own))
    for script, each in places.items():
        node, start, phrase, own = each[0]
        name = NAMES.get(script, script)
        count = f" ({len(each)} places)" if len(each) > 1 else ""
        message = f"{name} text is marked as “{own}”{count}; signs and numbers in it can be in the wrong order"
        usual = USUAL_LANGUAGES.get(script, f"und-{script}")
        hint = f"write [{phrase[:30]}]{{lang={usual}}}"
        if len(each) > 1 and _is_mostly_right_to_left(document):
            hint = f"write “lang: {usual}” in the front matter"
        yield warning("PV350", message, _locate(document, node, start, len(phrase)), hint)


def _is_mostly_right_to_left(document: Document) -> bool:
    text = document.text
    return len(RIGHT_TO_LEFT_LETTER.findall(text)) > len(letter_of("ltr").findall(text))


def _locate(document: Document, node: Text, offset: int, width: int) -> Location:
    from polyvita.checks.lint.context import LintContext, NamesInUse

    context = LintContext(document, tuple(document.text.split("\n")), Path(), NamesInUse())
    return context.locate_in_text(node, offset, width)
