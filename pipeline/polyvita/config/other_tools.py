"""Front matter that was written for other tools: which keys polyvita uses, passes over, or asks about."""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import structs

from polyvita.config.yaml_loader import Value
from polyvita.core.diagnostics import Finding, closest_name, info, join_names, warning

_KEYS_BY_TOOL = {
    "Jekyll": "author_profile categories category classes collection comments cv_format cv_pdf defaults excerpt header "
    "hide_description last_modified_at layout nav nav_order nav_title permalink published redirect_from redirect_to "
    "share sidebar social toc toc_label toc_sticky",
    "Hugo": "aliases authors cascade date description draft expiryDate featured image images kind lastmod lastMod "
    "linkTitle markup math menu menus outputs params publishDate resources series showToc slug summary taxonomies type "
    "url weight",
    "Quarto, R Markdown or Pandoc": "abstract abstract-title author block-headings classoption code-fold colorlinks "
    "css csl bibliography nocite link-citations reference-section-title citeproc documentclass editor editor_options "
    "engine execute filters fontfamily fontsize format from geometry header-includes include-after include-before "
    "indent institute jupyter keywords knit knitr linestretch linkcolor listings lof lot mainfont margin-bottom "
    "margin-left margin-right margin-top monofont number-sections output output-file page-layout pagestyle pagetitle "
    "papersize pdf-engine profilepic project runninghead sansfont section-divs standalone subject subtitle template "
    "theme title title-block-banner title-meta toc-depth toc-title urlcolor vita website",
}
_TOOL_OF = {key: tool for tool, keys in _KEYS_BY_TOOL.items() for key in keys.split()}
_OTHER_TYPES: dict[str, tuple[type, str, str]] = {
    "tags": (str, "a text, as in HackMD and Jekyll", "to list your tags, write tags: {core: in every version}"),
    "sections": (list, "a list, as in Hugo", "to name your sections, write sections: {positions: experience}"),
}
"""Keys that other tools have, too, with values of another type: the type, what it is, and how to write it here."""

_WEB_PAGES = (
    "www homepage webpage blog github gitlab linkedin twitter mastodon scholar googlescholar researchgate "
    "bluesky facebook instagram skype"
)
_KEYS_BY_HINT = {
    "write the whole name in “name”, and delete this key": "surname firstname lastname givenname familyname forename "
    "fullname",
    "write the place in “location”": "city country",
    "write the place in “address”": "street zip postaladdress",
    "write the name in “affiliation”": "institution university employer department company organization organisation",
    "write the number in “phone”": "tel telephone",
    "write the number in “mobile”, in the file cv.private.yaml": "cell cellphone handy",
    "write the address in “email”": "mail",
    "write the date in “born”, in the file cv.private.yaml": "birthday birthdate dateofbirth dob",
    "write the language in “lang”, such as lang: en": "language",
    "add the address to “links”, as {label: …, url: …}": _WEB_PAGES,
}
_HINTS = {key: hint for hint, keys in _KEYS_BY_HINT.items() for key in keys.split()}
"""What to do about common keys of other tools that have another name here."""

_NO_NAME = re.compile(
    r"(?:academic |my |the )?(?:cv|c\. ?v\.|curriculum vitae|curr[ií]culum|r[eé]sum[eé]|vitae?|lebenslauf|"
    r"about(?: me)?|home|publications?|hoja de vida|biography|bio)\W*",
    re.IGNORECASE,
)


def split_keys(value: Value, known: Collection[str]) -> tuple[Value, tuple[Finding, ...]]:
    """Return front matter with the keys that polyvita uses, and findings about all others.

    A near miss of a known key stays, so that the reader of settings reports it as an error. `author` or `title` becomes
    the name of the owner if there is no `name`, and `subtitle` the headline if there is none.
    """
    assert isinstance(value.data, dict)
    keys, findings, foreign = dict(value.data), [], []
    source = "" if "name" in keys else _key_with_name(keys)
    if source:
        keys["name"] = _person(keys[source]) or keys[source]
    used = {source}
    headline = next((key for key in ("subtitle", "position") if _text(keys.get(key))), "")
    if "headline" not in keys and headline:
        keys["headline"] = keys[headline]
        used.add(headline)
    if _text(keys.get("name")) and (surname := _text(keys.get("surname"))) not in ("", *_text(keys["name"]).split()):
        keys["name"] = structs.replace(keys["name"], data=f"{_text(keys['name'])} {surname}")  # vitae for R Markdown.
        used.add("surname")
    for key, location in value.keys.items():
        other = _OTHER_TYPES.get(key)
        if other and isinstance(keys[key].data, other[0]):
            message = f"“{key}” in the front matter is {other[1]}; it is not used"
            findings.append(warning("PV051", message, location, f"{other[2]}; otherwise delete it"))
            del keys[key]
            continue
        if key in known:
            continue
        if key in _TOOL_OF:
            foreign += [key] if key not in used else []
        elif key in used:
            pass
        elif (close := closest_name(key, known)) and not _hint(key) and _is_typo(key, close):
            continue
        else:
            hint = _hint(key) or "to show it, write it in the text below the front matter; otherwise delete it"
            findings.append(
                warning("PV051", f"unknown key “{key}” in the front matter; it is not used", location, hint)
            )
        del keys[key]
    if foreign:
        tools, named = join_names({_TOOL_OF[key] for key in foreign}, "or"), join_names(f"“{key}”" for key in foreign)
        verb, them = ("is", "it") if len(foreign) == 1 else ("are", "them")
        message = f"{named} in the front matter {verb} for {tools}; polyvita does not use {them}"
        findings.append(info("PV050", message, value.keys[foreign[0]]))
    locations = {key: value.keys.get(key, keys[key].location) for key in keys}
    return structs.replace(value, data=keys, keys=locations), tuple(findings)


def _text(value: Value | None) -> str:
    return value.data.strip() if value and isinstance(value.data, str) else ""


def _hint(key: str) -> str:
    """Return what to do about a common key of other tools, in any spelling: `date_of_birth`, `dateOfBirth`."""
    return _HINTS.get(re.sub(r"[-_ ]", "", key.lower()), "")


def _is_typo(key: str, close: str) -> bool:
    """Return whether `key` is a known key with one or two wrong letters, or with its letters in another order."""
    from difflib import SequenceMatcher

    word = key.lower()
    return sorted(word) == sorted(close) or SequenceMatcher(None, word, close).ratio() >= 0.8


def _key_with_name(keys: dict[str, Value]) -> str:
    """Return the key that has the name of a person, `author` or `title`, or an empty string."""
    return next((key for key in ("author", "title") if key in keys and _person(keys[key])), "")


def _person(value: Value | None) -> Value | None:
    """Return the text that is the name of a person: the value, its first item, or the `name` in it. Otherwise None."""
    while value and not isinstance(value.data, str):
        value = value.data.get("name") if isinstance(value.data, dict) else next(iter(value.data), None)
    text = str(value.data).strip() if value else ""
    return value if text and not _NO_NAME.fullmatch(text) else None
