"""The standard vocabulary: the ids and tags of sections that imports write and the filters of recipients use.

`importers/vocabulary.yaml` has the headings by which an import recognises a section. `docs/vocabulary.md` is generated
from this module.
"""

from __future__ import annotations

from typing import NamedTuple


class StandardSection(NamedTuple):
    """A section of the vocabulary. `parent` is the id of the section that contains it, or empty."""

    id: str
    tags: tuple[str, ...]
    title: str
    about: str
    """What belongs into the section, as a noun phrase."""
    parent: str = ""


SECTIONS = {
    section.id: section
    for section in (
        StandardSection("bio", ("bio", "core"), "Short Bio", "who you are, in one or a few paragraphs"),
        StandardSection(
            "personal-data", ("private",), "Personal Data", "facts about you that only some recipients need"
        ),
        StandardSection("person", ("form",), "Person", "a table with name, position, institution and identifiers"),
        StandardSection("positions", ("position", "core"), "Professional Experience", "an entry for each position"),
        StandardSection("education", ("degree", "core"), "Education", "an entry for each degree"),
        StandardSection("funding", ("project", "core"), "Funding", "an item for each funded project or fellowship"),
        StandardSection("awards", ("award", "core"), "Honors and Awards", "an item for each prize or honour"),
        StandardSection("publications", ("publication",), "Publications", "an item for each publication"),
        StandardSection(
            "journal-articles", ("publication", "journal"), "Journal Articles", "articles in journals", "publications"
        ),
        StandardSection(
            "conference-papers",
            ("publication", "conference"),
            "Conference Papers",
            "papers in proceedings",
            "publications",
        ),
        StandardSection("books", ("publication", "book"), "Books", "books and theses", "publications"),
        StandardSection(
            "book-chapters", ("publication", "chapter"), "Book Chapters", "chapters in books", "publications"
        ),
        StandardSection(
            "preprints",
            ("publication", "preprint"),
            "Preprints",
            "works without a review, or before it",
            "publications",
        ),
        StandardSection("software", ("software",), "Software and Data", "an item for each program or data set"),
        StandardSection("patents", ("patent",), "Patents", "an item for each patent"),
        StandardSection("talks", ("talk",), "Talks", "an item for each talk or poster"),
        StandardSection("teaching", ("course",), "Teaching", "an item for each course"),
        StandardSection("supervision", ("supervision",), "Supervision", "people and theses that you supervised"),
        StandardSection("service", ("service",), "Service", "roles in the research community, and memberships"),
        StandardSection("skills", ("skill",), "Skills", "skills and certificates"),
        StandardSection("languages", ("language",), "Languages", "languages and how well you know them"),
        StandardSection("research", ("research",), "Research Interests", "what you work on"),
        StandardSection("impact", ("metrics",), "Summary of Scientific Impact", "bibliometric figures"),
        StandardSection("press", ("press",), "Media Coverage", "reports in the media"),
        StandardSection("news", ("news",), "News", "an item with a date for each piece of news"),
        StandardSection("references", ("reference",), "References", "people who give references"),
        StandardSection("interests", ("interest",), "Interests", "personal interests"),
        StandardSection(
            "supplement", ("supplement",), "Supplement to the Career", "career breaks and other facts about the career"
        ),
        StandardSection(
            "statement", ("form",), "Personal Statement", "your career, results and skills as one text, without lists"
        ),
        StandardSection(
            "achievements", ("form",), "Research Achievements", "a section with its own heading for each achievement"
        ),
        StandardSection(
            "development", ("form",), "Development of Others", "how you help others: supervision, mentoring, leadership"
        ),
        StandardSection(
            "community", ("form",), "The Research Community", "your contributions to the research community, as a text"
        ),
        StandardSection("society", ("form",), "Society", "your contributions to society and the economy, as a text"),
    )
}
"""The sections of the vocabulary by id."""

TAGS = {
    "core": "what almost every reader should see",
    "bio": "the short biography",
    "private": "personal facts that only some recipients ask for",
    "position": "positions",
    "degree": "degrees and training",
    "project": "funded projects and fellowships",
    "award": "prizes and honours",
    "publication": "all publications",
    "journal": "articles in journals",
    "conference": "papers in proceedings",
    "book": "books and theses",
    "chapter": "chapters in books",
    "preprint": "not reviewed, or not yet",
    "selected": "the most important publications",
    "related": "the selected publications that are closest to the current proposal",
    "synergistic": "the five activities that the NSF asks for",
    "result": "preprints, software, data and patents to show beside the selected publications",
    "software": "software and data",
    "patent": "patents",
    "talk": "talks and posters",
    "course": "courses taught",
    "supervision": "people and theses supervised",
    "service": "roles in the research community, and memberships",
    "skill": "skills and certificates",
    "language": "languages",
    "research": "research interests",
    "metrics": "bibliometric figures, which many funders do not want to see",
    "press": "reports in the media",
    "news": "news for a web page and its feed",
    "reference": "people who give references",
    "interest": "personal interests",
    "supplement": "career breaks and other facts about the career",
    "form": "texts that only the forms of some recipients ask for",
    "to-sort": "what the import could not place",
}
"""The tags of the vocabulary, and the meaning of each."""

HAND_TAGS = ("selected", "related", "result", "synergistic")
"""The tags that no import writes: only the owner of the CV knows which items they belong to."""
