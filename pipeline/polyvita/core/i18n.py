"""Words that polyvita itself adds to outputs, in each supported language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from polyvita.core.scripts import script_of_language

_WORDS = {
    "en": ("since {}", "until {}", "page", "of", "Skip to content", "Back to the text", "{} characters"),
    "de": ("seit {}", "bis {}", "Seite", "von", "Zum Inhalt springen", "Zurück zum Text", "{} Zeichen"),
    "fr": ("depuis {}", "jusqu’en {}", "page", "sur", "Aller au contenu", "Retour au texte", "{} caractères"),
    "es": ("desde {}", "hasta {}", "página", "de", "Saltar al contenido", "Volver al texto", "{} caracteres"),
    "it": ("dal {}", "fino al {}", "pagina", "di", "Vai al contenuto", "Torna al testo", "{} caratteri"),
    "pt": ("desde {}", "até {}", "página", "de", "Ir para o conteúdo", "Voltar ao texto", "{} caracteres"),
    "nl": ("sinds {}", "tot {}", "pagina", "van", "Naar de inhoud", "Terug naar de tekst", "{} tekens"),
    "da": ("siden {}", "indtil {}", "side", "af", "Gå til indholdet", "Tilbage til teksten", "{} tegn"),
    "sv": ("sedan {}", "till {}", "sida", "av", "Till innehållet", "Tillbaka till texten", "{} tecken"),
    "nb": ("siden {}", "til {}", "side", "av", "Til innholdet", "Tilbake til teksten", "{} tegn"),
    "pl": ("od {}", "do {}", "strona", "z", "Przejdź do treści", "Wróć do tekstu", "znaków: {}"),
    "cs": ("od {}", "do {}", "strana", "z", "Přejít k obsahu", "Zpět k textu", "znaků: {}"),
    "ar": ("منذ {}", "حتى {}", "صفحة", "من", "انتقل إلى المحتوى", "العودة إلى النص", "{} حرفًا"),
    "he": ("מאז {}", "עד {}", "עמוד", "מתוך", "דילוג לתוכן", "חזרה לטקסט", "{} תווים"),
    "fa": ("از {}", "تا {}", "صفحه", "از", "رفتن به محتوا", "بازگشت به متن", "{} نویسه"),
}
_SIGNS = ("{} –", "– {}", "", "/", "Skip to content", "Back to the text", "{} characters")
"""For all other languages: signs that work without words, and English for the rest."""


def primary_language(lang: str) -> str:
    """Return a language tag without its region: `de` for `de-AT`."""
    return lang.replace("_", "-").partition("-")[0].lower()


def format_since(date: str, lang: str) -> str:
    """Return “since 2021”."""
    return _words(lang)[0].format(date)


def format_until(date: str, lang: str) -> str:
    """Return “until 2019”."""
    return _words(lang)[1].format(date)


def join_list(parts: Iterable[str], lang: str) -> str:
    """Return parts with commas between them. Arabic script has its own comma.

    >>> join_list(["TU Berlin", "Berlin"], "de")
    'TU Berlin, Berlin'
    """
    return ("، " if script_of_language(lang) == "Arab" else ", ").join(parts)


def format_birth(date: str, lang: str) -> str:
    """Return “born 6 May 1984”; in languages other than English a star, as is usual in continental Europe."""
    return f"born {date}" if primary_language(lang) == "en" else f"* {date}"


def page_labels(lang: str) -> tuple[str, str]:
    """Return the two words of “page 2 of 3”; `("", "/")` for languages that are not supported."""
    return _words(lang)[2], _words(lang)[3]


def skip_to_content(lang: str) -> str:
    """Return the text of the link that skips the navigation of a web page."""
    return _words(lang)[4]


def back_to_text(lang: str) -> str:
    """Return the label for screen readers of the arrow that leads back from a footnote."""
    return _words(lang)[5]


def format_characters(number: int, lang: str) -> str:
    """Return “1234 characters”."""
    return _words(lang)[6].format(number)


def _words(lang: str) -> tuple[str, ...]:
    return _WORDS.get(primary_language(lang), _SIGNS)


# ---------------------------------------------------------------- publications on a web page


class PublicationWords(NamedTuple):
    """The words around the publications of a web page."""

    search: str
    year: str
    type: str
    all: str
    abstract: str
    open_access: str


_PUBLICATION_WORDS = {
    "en": PublicationWords("Search publications", "Year", "Type", "all", "Abstract", "Open access"),
    "de": PublicationWords("Publikationen durchsuchen", "Jahr", "Art", "alle", "Zusammenfassung", "Open Access"),
    "fr": PublicationWords("Chercher dans les publications", "Année", "Type", "tous", "Résumé", "Accès libre"),
    "es": PublicationWords("Buscar publicaciones", "Año", "Tipo", "todos", "Resumen", "Acceso abierto"),
    "it": PublicationWords("Cerca nelle pubblicazioni", "Anno", "Tipo", "tutti", "Riassunto", "Accesso aperto"),
    "pt": PublicationWords("Procurar publicações", "Ano", "Tipo", "todos", "Resumo", "Acesso aberto"),
    "nl": PublicationWords("Publicaties zoeken", "Jaar", "Soort", "alle", "Samenvatting", "Open access"),
}
_PUBLICATION_TYPES = {
    "article-journal": ("Journal article", "Zeitschriftenartikel", "Article de revue", "Artículo de revista",
                        "Articolo di rivista", "Artigo de revista", "Tijdschriftartikel"),
    "article-magazine": ("Magazine article", "Magazinartikel", "Article de magazine", "Artículo de divulgación",
                         "Articolo divulgativo", "Artigo de divulgação", "Magazineartikel"),
    "article-newspaper": ("Newspaper article", "Zeitungsartikel", "Article de presse", "Artículo de prensa",
                          "Articolo di giornale", "Artigo de jornal", "Krantenartikel"),
    "paper-conference": ("Conference paper", "Konferenzbeitrag", "Article de conférence", "Ponencia",
                         "Contributo a convegno", "Artigo de conferência", "Conferentiebijdrage"),
    "chapter": ("Book chapter", "Buchkapitel", "Chapitre de livre", "Capítulo de libro", "Capitolo di libro",
                "Capítulo de livro", "Boekhoofdstuk"),
    "book": ("Book", "Buch", "Livre", "Libro", "Libro", "Livro", "Boek"),
    "preprint": ("Preprint", "Preprint", "Prépublication", "Prepublicación", "Preprint", "Preprint", "Preprint"),
    "thesis": ("Thesis", "Abschlussarbeit", "Thèse", "Tesis", "Tesi", "Tese", "Proefschrift"),
    "report": ("Report", "Bericht", "Rapport", "Informe", "Rapporto", "Relatório", "Rapport"),
    "software": ("Software", "Software", "Logiciel", "Software", "Software", "Software", "Software"),
    "dataset": ("Dataset", "Datensatz", "Jeu de données", "Conjunto de datos", "Dataset", "Conjunto de dados",
                "Dataset"),
    "patent": ("Patent", "Patent", "Brevet", "Patente", "Brevetto", "Patente", "Octrooi"),
    "speech": ("Talk", "Vortrag", "Conférence", "Charla", "Relazione", "Palestra", "Lezing"),
}  # fmt: skip


def publication_words(lang: str) -> PublicationWords:
    """Return the words around the publications of a web page; English for languages that are not supported."""
    return _PUBLICATION_WORDS.get(primary_language(lang), _PUBLICATION_WORDS["en"])


def publication_type(kind: str, lang: str) -> str:
    """Return the name of a type of CSL, or of a preprint; empty for other types."""
    names = dict(zip(_PUBLICATION_WORDS, _PUBLICATION_TYPES.get(kind, ()), strict=False))
    return names.get(primary_language(lang)) or names.get("en", "")
