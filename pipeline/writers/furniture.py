"""The few words that a page has besides the author's, in the language of the output."""

from __future__ import annotations

_PAGE_OF = {
    "en": ("page", "of"),
    "de": ("Seite", "von"),
    "fr": ("page", "sur"),
    "es": ("página", "de"),
    "it": ("pagina", "di"),
    "pt": ("página", "de"),
    "nl": ("pagina", "van"),
}
_SKIP = {
    "en": "Skip to content",
    "de": "Zum Inhalt springen",
    "fr": "Aller au contenu",
    "es": "Saltar al contenido",
    "it": "Vai al contenuto",
    "pt": "Ir para o conteúdo",
    "nl": "Naar de inhoud",
}
_BACK = {
    "en": "Back to the text",
    "de": "Zurück zum Text",
    "fr": "Retour au texte",
    "es": "Volver al texto",
    "it": "Torna al testo",
    "pt": "Voltar ao texto",
    "nl": "Terug naar de tekst",
}


def primary(lang: str) -> str:
    """The language without its region: `de` for `de-AT`."""
    return lang.replace("_", "-").split("-")[0].lower()


def page_of(lang: str) -> tuple[str, str]:
    """The words of “page 2 of 3”; `("", "/")` for a language that is not known here."""
    return _PAGE_OF.get(primary(lang), ("", "/"))


def skip_to_content(lang: str) -> str:
    """What the link says that takes a reader past the top of a web page."""
    return _SKIP.get(primary(lang), _SKIP["en"])


def back_to_text(lang: str) -> str:
    """What a screen reader says for the arrow behind a footnote."""
    return _BACK.get(primary(lang), _BACK["en"])
