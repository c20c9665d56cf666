"""Words that polyvita itself adds to outputs, in each supported language."""

from __future__ import annotations

from collections.abc import Iterable

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
