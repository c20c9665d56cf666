"""The law of JSON Resume: read, written and read again, it says the same.

The file itself (`$schema`, `meta`) is not part of what a resume says. Empty values are the same as missing ones.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polyvita.importers.json_resume import _months, import_json_resume
from polyvita.importers.markdown import to_files
from polyvita.importers.report import report_words
from polyvita.reader import parse_text
from polyvita.writers.json_resume import convert
from required_programs import npm_file

# ---------------------------------------------------------------- the schema, in short

ISO_DATE = {
    "type": "string",
    "pattern": r"^([1-2][0-9]{3}-[0-1][0-9]-[0-3][0-9]|[1-2][0-9]{3}-[0-1][0-9]|[1-2][0-9]{3})$",
}
TEXT, TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
ADDRESS = {"type": "string", "format": "uri"}
PERIOD = {"startDate": ISO_DATE, "endDate": ISO_DATE}


def group(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def many(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": group(**properties)}


SCHEMA = group(
    basics=group(
        **dict.fromkeys(("name", "label", "phone", "summary"), TEXT), image=ADDRESS, url=ADDRESS,
        email={"type": "string", "format": "email"},
        location=group(**dict.fromkeys(("address", "postalCode", "city", "countryCode", "region"), TEXT)),
        profiles=many(network=TEXT, username=TEXT, url=ADDRESS),
    ),
    work=many(**dict.fromkeys(("name", "location", "description", "position", "summary"), TEXT), url=ADDRESS, highlights=TEXTS, **PERIOD),
    volunteer=many(organization=TEXT, position=TEXT, url=ADDRESS, summary=TEXT, highlights=TEXTS, **PERIOD),
    education=many(**dict.fromkeys(("institution", "area", "studyType", "score"), TEXT), url=ADDRESS, courses=TEXTS, **PERIOD),
    awards=many(title=TEXT, date=ISO_DATE, awarder=TEXT, summary=TEXT),
    certificates=many(name=TEXT, date=ISO_DATE, url=ADDRESS, issuer=TEXT),
    publications=many(name=TEXT, publisher=TEXT, releaseDate=ISO_DATE, url=ADDRESS, summary=TEXT),
    skills=many(name=TEXT, level=TEXT, keywords=TEXTS),
    languages=many(language=TEXT, fluency=TEXT),
    interests=many(name=TEXT, keywords=TEXTS),
    references=many(name=TEXT, reference=TEXT),
    projects=many(
        **dict.fromkeys(("name", "description", "entity", "type"), TEXT), highlights=TEXTS, keywords=TEXTS, url=ADDRESS, roles=TEXTS, **PERIOD
    ),
)  # fmt: skip
"""The properties of schema 1.0.0. It allows others; polyvita writes none."""
SCHEMA["properties"]["$schema"] = ADDRESS


def is_valid(resume: dict[str, Any]) -> None:
    checker = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in checker.iter_errors(resume)] == []


# ---------------------------------------------------------------- random resumes

CHARACTERS = st.sampled_from(list("abcxyzÄéß漢字ABC019.,:;!?'\"()[{}<>*_`~^$#@&%+=-/|“”–•…"))
WORDS = st.lists(st.text(CHARACTERS, min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)
SIMPLE = st.lists(st.text(st.sampled_from("abcÄéß漢*_`$#@<>{}[+"), min_size=1, max_size=6), min_size=1, max_size=3).map(
    " ".join
)
"""Texts without the punctuation that separates parts on a line: commas, colons, semicolons and parentheses."""


def starts_no_list(text: str) -> bool:
    """Return whether a text starts no list. Lists in a summary become highlights, which is a change on purpose."""
    return text[:1] not in "-–—•*+·" and not text[:1].isdigit() and "•" not in text and not text.startswith(("▪", "o "))


def is_plain(text: str) -> bool:
    """Return whether a text has no entity of HTML, which some sites write, and no tag."""
    return "&" not in text and "<" not in text and "(http" not in text


ONE_LINE = WORDS.filter(is_plain)
LINES = st.lists(WORDS.filter(is_plain).filter(starts_no_list), min_size=1, max_size=3)
LONG = st.tuples(LINES, st.sampled_from(["\n", "\n\n"])).map(lambda pair: pair[1].join(pair[0]))
NAME = SIMPLE.filter(is_plain)
PLAIN = (
    st.text(st.sampled_from("abcÄéß漢 "), min_size=1, max_size=9).map(lambda text: " ".join(text.split())).filter(bool)
)
"""Texts for the front matter, in which characters of Markdown are a finding."""
URL = st.builds(lambda path: f"https://example.org/{path}", st.text("abc-0", max_size=6))
DATE = (
    st.dates()
    .filter(lambda day: 1000 <= day.year < 3000)
    .flatmap(lambda day: st.sampled_from([str(day), str(day)[:7], str(day)[:4]]))
    .map(lambda date: _months(date, "")[0])
)
"""Dates without the days that JSON Resume only demands, which an import leaves out."""


@st.composite
def periods(draw: st.DrawFn) -> dict[str, str]:
    first, last = sorted((draw(DATE), draw(DATE)))
    wanted = draw(st.sampled_from(["both", "start", "end", "none"]))
    if first[: len(last)] == last[: len(first)] and first != last:
        first = last
    return {
        "both": {"startDate": first, "endDate": last},
        "start": {"startDate": first},
        "end": {"endDate": last},
        "none": {},
    }[wanted]


def records(*required: str, with_dates: bool = False, **fields: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    must = {name: fields.pop(name) for name in required}
    one = st.fixed_dictionaries(must, optional=fields).filter(bool)
    if with_dates:
        one = st.tuples(one, periods()).map(lambda pair: {**pair[0], **pair[1]})
    return st.lists(one, max_size=2)


SOME = st.lists(ONE_LINE.filter(starts_no_list), min_size=1, max_size=3)
RESUMES = st.fixed_dictionaries(
    {"basics": st.fixed_dictionaries({"name": PLAIN}, optional={
        "label": PLAIN, "email": st.just("a@example.org"), "phone": st.just("+49 30 1"), "url": URL, "summary": LONG,
        "location": st.fixed_dictionaries({"city": PLAIN}, optional={"countryCode": st.sampled_from(["DE", "US"]), "region": PLAIN}),
        "profiles": st.lists(st.fixed_dictionaries({"network": NAME, "username": NAME}, optional={"url": URL.map(lambda url: url + "/me")}), max_size=2),
    })},
    optional={
        "work": records(with_dates=True, name=ONE_LINE, location=ONE_LINE, description=ONE_LINE, position=ONE_LINE, url=URL, summary=LONG, highlights=SOME),
        "volunteer": records(with_dates=True, organization=ONE_LINE, position=ONE_LINE, url=URL, summary=LONG, highlights=SOME),
        "education": records(with_dates=True, institution=ONE_LINE, area=ONE_LINE, studyType=ONE_LINE, score=ONE_LINE, url=URL, courses=SOME),
        "projects": records(with_dates=True, name=ONE_LINE, description=ONE_LINE, entity=ONE_LINE, type=ONE_LINE, url=URL, highlights=SOME,
                            keywords=st.lists(NAME, min_size=1, max_size=3), roles=st.lists(NAME, min_size=1, max_size=3)),
        "awards": records("title", title=ONE_LINE, date=DATE, awarder=NAME, summary=LONG),
        "certificates": records("name", name=ONE_LINE, date=DATE, issuer=NAME, url=URL),
        "publications": records("name", name=ONE_LINE, publisher=NAME, releaseDate=DATE, url=URL, summary=LONG),
        "skills": records("name", name=NAME, level=NAME, keywords=st.lists(NAME, min_size=1, max_size=3)),
        "languages": records("language", language=NAME, fluency=NAME),
        "interests": records("name", name=NAME, keywords=st.lists(NAME, min_size=1, max_size=3)),
        "references": records("name", name=NAME, reference=LONG),
    },
)  # fmt: skip


def without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: found for k, v in value.items() if k not in ("$schema", "meta") and (found := without_empty(v))}
    if isinstance(value, list):
        return [found for v in value if (found := without_empty(v))]
    return value


def through_markdown(resume: dict[str, Any]) -> dict[str, Any]:
    cv = import_json_resume(resume)
    files = to_files(cv)
    assert report_words(cv, files).missing == ()
    document, findings = parse_text(files["cv.md"].decode())
    assert findings == ()
    written, losses = convert(document)
    assert losses == {}
    return written


@settings(max_examples=15, deadline=None)
@given(RESUMES)
@example({"basics": {"name": "A"}, "education": [{"area": "Law", "endDate": "2001"}, {"studyType": "MA, LLM"}]})
def test_a_resume_says_the_same_after_it_was_imported_and_written(resume: dict[str, Any]) -> None:
    written = through_markdown(resume)
    is_valid(written)
    assert without_empty(written) == without_empty(resume)


@pytest.mark.browser
def test_a_resume_is_valid_by_the_official_schema() -> None:
    schema = json.loads(npm_file("@jsonresume/schema/schema.json").read_text(encoding="utf-8"))
    official = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    assert not official.is_valid({"work": [{"startDate": "May 2020"}]})
    sample = json.loads(npm_file("@jsonresume/schema/sample.resume.json").read_text(encoding="utf-8"))
    written = through_markdown(sample)
    assert [error.message for error in official.iter_errors(written)] == []
    assert written.keys() >= without_empty(sample).keys()

    @settings(max_examples=15, deadline=None)
    @given(RESUMES)
    def written_resumes_are_valid(resume: dict[str, Any]) -> None:
        assert [error.message for error in official.iter_errors(through_markdown(resume))] == []

    written_resumes_are_valid()
