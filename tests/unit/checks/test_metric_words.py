"""The shared words of metrics: phrases in seven languages that a recipient does not want, and innocent ones."""

from __future__ import annotations

import re
import time

import pytest

from polyvita.checks.rules.metric_words import GROUPS, MEANINGS, MetricGroup, pattern_of
from polyvita.checks.rules.patterns import MAX_SECONDS, Match

UNWANTED: list[tuple[MetricGroup, str]] = [
    ("journal", "published in a journal with an impact factor of 9"),
    ("journal", "Journal Impact Factors"),
    ("journal", "Impact-Faktor 4,2"),
    ("journal", "Zeitschriften mit hohen Impact\u2011Faktoren"),
    ("journal", "(IF = 12.3)"),
    ("journal", "JIF 2024"),
    ("journal", "un facteur d’impact élevé"),
    ("journal", "factor de impacto 3,1"),
    ("journal", "con fattore di impatto alto"),
    ("journal", "hoge impactfactoren"),
    ("journal", "fator de impacto"),
    ("journal", "CiteScore, SNIP and SJR"),
    ("journal", "Nature Methods (Q1)"),
    ("journal", "three Q1 journals"),
    ("journal", "revistas Q1"),
    ("journal", "acceptance rate: 18 %"),
    ("index", "h-index 42"),
    ("index", "H\u2011Index: 31"),
    ("index", "h\u2010index"),
    ("index", "hohe h-Indizes"),
    ("index", "Hirsch-Index von 20"),
    ("index", "Hirsch index"),
    ("index", "i10-index of 60"),
    ("index", "g-index"),
    ("index", "indice h de 25"),
    ("index", "índice h: 18"),
    ("index", "indice di Hirsch"),
    ("index", "h-indice"),
    ("citations", "20,000 citations"),
    ("citations", "citations: 20,000"),
    ("citations", "cited by 3000"),
    ("citations", "cited more than 12,000 times"),
    ("citations", "Google Scholar: 5 400 citations"),
    ("citations", "Zitationen: 20.000"),
    ("citations", "20.000 Zitationen"),
    ("citations", "über 500-mal zitiert"),
    ("citations", "cité plus de 300 fois"),
    ("citations", "nombre de citations"),
    ("citations", "citado 120 veces"),
    ("citations", "1.200 citas"),
    ("citations", "350 citazioni"),
    ("citations", "citato 80 volte"),
    ("citations", "1200 keer geciteerd"),
    ("citations", "aantal citaties"),
    ("citations", "950 citações"),
    ("citations", "citada 40 vezes"),
    ("citations", "highly cited researcher"),
    ("rankings", "in the QS ranking of 2024"),
    ("rankings", "journal rankings"),
    ("rankings", "a university ranked 3rd"),
    ("rankings", "CORE A* conference"),
    ("rankings", "Hochschulrankings"),
    ("rankings", "classement de Shanghai"),
    ("rankings", "ranking de universidades"),
    ("rankings", "classifica delle università"),
    ("rankings", "Qualis A1"),
    ("praise", "published in leading journals"),
    ("praise", "top-tier machine learning conferences"),
    ("praise", "a prestigious publisher"),
    ("totals", "more than 90 peer-reviewed publications"),
    ("totals", "12 grants"),
    ("totals", "Veröffentlichungen: 45"),
    ("totals", "total number of publications"),
]
INNOCENT = [
    "ranking algorithms for search engines",
    "Learning preference rankings",
    "a ranking loss for retrieval",
    "listwise learning to rank",
    "Rangordnungen in Graphen",
    "the impact of factors such as age",
    "Faktoren mit Impact auf das Klima",
    "studies of citation networks",
    "citation analysis as a method",
    "Zitationsnetze",
    "la citation de sources",
    "cited in the guideline of 2019",
    "a study cited by the court",
    "indices of refraction",
    "a gene index",
    "the index of the book",
    "Q1 2024 and Q3 2025",
    "question Q1 of the survey",
    "the high-impact resistance of polymers",
    "SNIPs and SNPs in genomes",
    "Articles of faith",
    "published in Nature in 2019",
    "a journal club",
    "a journal on rankings of preferences",
    "leading author of the journal article",
    "the leading group in Berlin",
    "10 doctoral students",
    "2 patents, 3 licences",
    "cité universitaire internationale",
    "Cité des sciences, Paris",
    "citas médicas en línea",
    "ranked choice voting",
    "core adaptation of plants",
    "the top of the class",
    "acceptance of technology",
    "factores de riesgo",
    "fattori di rischio",
    "the EU index of prices, 12 countries",
    "the first quartile of the sample",
    "core A-stars in astronomy",
    "metric learning with a triplet loss",
    "low-rank approximation of matrices",
    "a body mass index over 30",
    "Sie zitiert Goethe in drei Werken",
    "ein Zitat aus dem Jahr 1848",
    "der Einfluss von Impulsfaktoren",
    "les facteurs de croissance",
    "l'impact du facteur humain",
    "indice de réfraction",
    "el factor humano y su impacto",
    "índice de masa corporal",
    "el ranking de búsquedas como problema",
    "l'indice dei libri",
    "citazione di fonti antiche",
    "de index van het boek",
    "citaten uit brieven",
    "um fator de crescimento",
    "citação de documentos",
    "índice remissivo",
    "organized 12 workshops",
    "supervised 5 theses in 2020",
    "a prestigious prize of the academy",
    "a leading role in the project",
]
ALL = pattern_of(tuple(GROUPS))


@pytest.mark.parametrize(("group", "phrase"), UNWANTED)
def test_an_unwanted_phrase_is_found_by_its_group(group: MetricGroup, phrase: str) -> None:
    assert list(pattern_of((group,)).find_words(phrase)), phrase


@pytest.mark.parametrize("phrase", INNOCENT)
def test_an_innocent_phrase_is_not_found(phrase: str) -> None:
    assert [match.text for match in ALL.find_words(phrase)] == []


def test_each_group_is_described() -> None:
    assert GROUPS.keys() == MEANINGS.keys()


def test_no_expression_has_a_class_in_capitals() -> None:
    """The search is in lower case, in which the class `\\S` would be `\\s`."""
    assert not [pattern for group in GROUPS.values() for pattern in group if re.search(r"\\[A-Z]", pattern)]


def test_a_long_text_is_searched_in_time() -> None:
    text = "12 " * 20_000 + "cited " * 20_000
    started = time.process_time()
    assert not list(ALL.find_words(text))
    assert time.process_time() - started < MAX_SECONDS  # A pattern of a rule file would be stopped.


def test_letters_keep_their_places_in_any_case() -> None:
    assert list(ALL.find_words("İstanbul, İzmir: H-INDEX 12")) == [Match(17, "H-INDEX")]
