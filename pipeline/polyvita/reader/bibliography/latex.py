"""Read the LaTeX of BibTeX fields: accents, mathematics, and text without commands.

Pandoc converts most of the markup. This module prepares a field so that Pandoc loses nothing of it, and reads a field
without Pandoc if Pandoc cannot.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from unicodedata import normalize

__all__ = [
    "as_html",
    "decode_accents",
    "is_balanced",
    "is_safe",
    "marked_text",
    "plain_text",
    "prepare_field",
    "simple_commands",
]

# ---------------------------------------------------------------- accents

_SIGNS = "\"'`^~=.Hcvudbkrt"
_MARKS = "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u030b\u0327\u030c\u0306\u0323\u0331\u0328\u030a\u0361"
_COMBINING = dict(zip(_SIGNS, _MARKS, strict=True))
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:([\"'`^~=.])\s*|([Hcvudbkrt])(?:\s+|(?=[{\\])))"
    r"(?:\{\s*\\?([^\W\d_])\s*\}|\\([ij])(?![A-Za-z])(?:\{\})?|([^\W\d_]))"
)
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|[ \t]+)?")
_ONE_LETTER = re.compile(r"(\\[A-Za-z]+\s*)?\{\s*([^\x00-\x7f])\s*\}")


def decode_accents(text: str) -> str:
    r"""Return `text` with letters instead of the commands for accents and for letters outside ASCII.

    >>> decode_accents(r'M{\"u}ller, Mar{\'\i}a, {\O}re{\aa}s')
    'Müller, María, Øreås'
    """
    if "\\" not in text:
        return text
    text = _ACCENT.sub(_accent, text)
    text = _LETTER.sub(lambda found: _LETTERS[found[1]], text)
    return _ONE_LETTER.sub(lambda found: found[0] if found[1] else found[2], text)


def _accent(found: re.Match[str]) -> str:
    base = found[3] or found[4] or found[5]
    return normalize("NFC", base + _COMBINING[found[1] or found[2]])


# ---------------------------------------------------------------- mathematics

_MATH = re.compile(
    r"(?<!\\)\$((?:[^$\\]|\\.)+?)(?<!\\)\$|\\\(((?:[^\\]|\\[^)])+?)\\\)|\\ensuremath\{([^{}]*)\}", re.DOTALL
)
_SYMBOL = re.compile(r"\\([A-Za-z]+|.)\s*")
_TEXT_COMMANDS = {"mathrm", "mathit", "mathbf", "mathsf", "text", "textrm", "rm", "it", "operatorname", "mbox", "bf"}
_SPACES = {",": "\u2009", ";": " ", ":": " ", " ": " ", "!": "", "quad": " ", "{": "{", "}": "}", "%": "%", "&": "&"}


def _simple_math(found: re.Match[str]) -> str:
    """Return mathematics without fractions and the like as text with markup, and other mathematics as it is."""
    source = (found[1] or found[2] or found[3] or "").strip()
    text = _convert_math(source)
    return found[0] if text is None else text


def _convert_math(source: str, depth: int = 0) -> str | None:
    parts: list[str] = []
    at = 0
    while at < len(source):
        char = source[at]
        if char in "^_":
            argument, at = _argument(source, at + 1)
            inner = _convert_math(argument, depth + 1) if depth < 5 else None
            if inner is None:
                return None
            command = "textsuperscript" if char == "^" else "textsubscript"
            parts.append("°" if argument.strip() == r"\circ" and char == "^" else rf"\{command}{{{inner}}}")
        elif char == "\\":
            name = _SYMBOL.match(source, at)
            if not name:
                return None
            at = name.end()
            if name[1] in _TEXT_COMMANDS:
                continue
            symbol = _SPACES.get(name[1]) or _symbol(name[1])
            if symbol is None:
                return None
            is_word = symbol.isalpha() and len(symbol) > 1  # “log” is set off from its argument, α is not.
            parts.append(f" {symbol} " if is_word else symbol)
        elif char == "{":
            argument, at = _argument(source, at)
            inner = _convert_math(argument, depth + 1) if depth < 5 else None
            if inner is None:
                return None
            parts.append(inner)
        else:
            parts.append({"-": "−", "*": "∗", "~": " ", "'": "′"}.get(char, char))
            at += 1
    return " ".join("".join(parts).split())


def _argument(source: str, at: int) -> tuple[str, int]:
    """Return the argument at `at`: a group in braces, a command or one character, and where it ends."""
    while source[at : at + 1].isspace():
        at += 1
    if source[at : at + 1] == "{":
        depth = 0
        for end in range(at, len(source)):
            depth += {"{": 1, "}": -1}.get(source[end], 0)
            if depth == 0:
                return source[at + 1 : end], end + 1
        return source[at + 1 :], len(source)
    if command := _SYMBOL.match(source, at):
        return command[0], command.end()
    return source[at : at + 1], at + 1


@lru_cache(maxsize=500)
def _symbol(name: str) -> str | None:
    """Return the symbol of the LaTeX command `name` in mathematics, such as `alpha`. None if it is not one symbol."""
    from pylatexenc.latex2text import get_default_latex_context_db

    found = get_default_latex_context_db().get_macro_spec(name)
    text = getattr(found, "simplify_repl", None)
    return text if isinstance(text, str) and text and "%" not in text else None


# ---------------------------------------------------------------- fields

_ENTITY = re.compile(r"(?:\{\\&\}|\\?&)(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_UNSAFE = re.compile(
    r"\\(?:[egx]?def|let|(?:re|provide)?(?:new)?command|newenvironment|input|include|csname|begin|end|catcode"
    r"|usepackage|DeclareMathOperator|DeclareRobustCommand|loop|expandafter|futurelet|write|openin)(?![A-Za-z])"
)
_MAX_DEPTH = 50
"""The number of nested braces up to which Pandoc reads a field."""
PROTECTED = "\ue000", "\ue001"
"""Characters round words whose case no style changes. They stand for braces, and become spans in CSL."""


def is_balanced(text: str) -> bool:
    """Return whether the braces in `text` match and are not nested too deeply."""
    depth = 0
    for brace in re.findall(r"\\.|[{}]", text):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if not 0 <= depth <= _MAX_DEPTH:
            return False
    return depth == 0


def is_safe(text: str) -> bool:
    """Return whether Pandoc may read `text`: it is balanced, and it defines no commands."""
    return is_balanced(text) and not _UNSAFE.search(text)


def prepare_field(text: str, *, protect: bool = False) -> str:
    """Return the LaTeX `text` so that Pandoc reads all of it.

    Characters that start a comment or mathematics by mistake are escaped, entities of HTML are decoded, and simple
    mathematics becomes text. With `protect`, braces round words become the characters `PROTECTED`.
    """
    text = " ".join(decode_accents(_decode_entities(_undo_double_escapes(text))).split())
    parts: list[str] = []
    at = 0
    for found in _MATH.finditer(text) if "$" in text or "\\(" in text or "\\ensuremath" in text else ():
        if found[1] and not _is_math(found[1]):
            continue
        parts += [_escape(text[at : found.start()]), _simple_math(found)]
        at = found.end()
    parts.append(_escape(text[at:]))
    return _protect_groups("".join(parts)) if protect else "".join(parts)


_ESCAPED_MATH = {r"{\$}": "$", r"{\_}": "_", r"{\^{}}": "^", r"{\{}": "{", r"{\}}": "}", r"{\textbackslash}": "\\"}


def _undo_double_escapes(text: str) -> str:
    """Return mathematics that an exporter has escaped as mathematics: `{\\$}B{\\_}s{\\$}`."""
    if text.count(r"{\$}") < 2 and r"{\textbackslash}(" not in text:
        return text
    for escaped, char in _ESCAPED_MATH.items():
        text = text.replace(escaped, char)
    return text.replace("$$", "$")


def _decode_entities(text: str) -> str:
    def decode(found: re.Match[str]) -> str:
        char = html.unescape(f"&{found[1]};")
        return found[0] if char.startswith("&") and char != "&" else {"{": r"\{", "}": r"\}", "\\": ""}.get(char, char)

    # A name is encoded twice in some exports: `&amp;amp;`.
    return _ENTITY.sub(decode, _ENTITY.sub(decode, text)) if "&" in text else text


def _is_math(inner: str) -> bool:
    """Return whether the text between two dollar signs is mathematics, and not the text between two prices."""
    return bool(re.search(r"[\\^_]", inner)) or (not inner[0].isspace() and not inner[-1].isspace() and len(inner) < 20)


def _escape(text: str) -> str:
    text = re.sub(r"(?<!\\)([%#&$])", r"\\\1", text)
    return re.sub(
        r"\\(?:text(?:normal|rm|up|md|sf)|mbox|enquote|mkbib(?:emph|quote)|bibinfo\{[^{}]*\})(?=\{)", "", text
    )


def _protect_groups(text: str) -> str:
    """Mark the outermost groups in braces that are words, not the argument of a command or a special character."""
    if "{" not in text or re.fullmatch(r"\{[^{}]*\}", text):
        return text
    result: list[str] = []
    depth, marked = 0, False
    in_math = False
    for found in re.finditer(r"\\(?:[A-Za-z]+\*?|.)|[{}$]|[^\\{}$]+", text):
        piece = found[0]
        before = result[-1] if result else ""
        if piece == "$":
            in_math = not in_math
        if piece == "{":
            depth += 1
            is_argument = bool(re.fullmatch(r"\\[A-Za-z]+\*?", before)) or before in ("}", "]")
            if depth == 1 and not in_math and not is_argument and text[found.end() : found.end() + 1] != "\\":
                result.append("{" + PROTECTED[0])
                marked = True
                continue
        elif piece == "}":
            if depth == 1 and marked:
                piece, marked = PROTECTED[1] + "}", False
            depth -= 1
        result.append(piece)
    return "".join(result)


_HIDDEN = {"{": "\ue002", "}": "\ue003", "$": "\ue004", "\\": "\ue005"}
"""Characters that stand for escaped ones while the others of their kind are removed."""


_NAMED = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">"}
_NAMED |= {"textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textbar": "|"}
_NAMED |= {
    "textunderscore": "_",
    "textdollar": "$",
    "ldots": "…",
    "dots": "…",
    "textregistered": "®",
    "texttrademark": "™",
}
_CHARACTERS = re.compile(rf"\\({'|'.join(_NAMED)})(?![A-Za-z])(?:\{{\}}|\s*)")
"""The commands for characters."""


@lru_cache(maxsize=4096)
def plain_text(text: str) -> str:
    r"""Return the LaTeX `text` without its commands and braces. The arguments of commands stay.

    >>> plain_text(r"\foo{A} {\em B} 50\% of~{CO}$_2$")
    'A B 50% of CO2'
    """
    if not re.search(r"[\\{}$~&]|--|``|''", text):
        return " ".join(text.split())
    return _without_commands(prepare_field(text))


def marked_text(text: str, *, protect: bool = False) -> str:
    r"""Return the LaTeX `text` with the markup of CSL for simple commands, and without other commands.

    `protect` is for titles, as in `prepare_field`.

    >>> marked_text(r"\foo{A} \emph{B} of {CO}\textsubscript{2}", protect=True)
    'A <i>B</i> of <span class="nocase">CO</span><sub>2</sub>'
    """
    maths: list[str] = []

    def hide(found: re.Match[str]) -> str:
        maths.append(found[0])
        return f"\ue006{len(maths) - 1}\ue006"

    text = simple_commands(_KEPT_MATH.sub(hide, prepare_field(text, protect=protect)))
    text = re.sub("\ue006(\\d+)\ue006", lambda found: maths[int(found[1])], _without_commands(text))
    return as_html(text)


_KEPT_MATH = re.compile(r"(?<!\\)\$[^$]*\\[^$]*(?<!\\)\$")
_TAGS = {"textsubscript": "sub", "textsuperscript": "sup", "emph": "i", "textit": "i", "textbf": "b"}
_TAGS["textsc"] = 'span style="font-variant:small-caps;"'
_SIMPLE_COMMAND = re.compile(rf"\\({'|'.join(_TAGS)})\{{([^{{}}\\]*)\}}")


def simple_commands(text: str) -> str:
    """Return LaTeX with tags of HTML instead of the commands for italics and the like."""
    before = ""
    while before != text and "\\" in text:  # From the innermost command outwards.
        before = text
        text = _SIMPLE_COMMAND.sub(lambda found: f"<{_TAGS[found[1]]}>{found[2]}</{_TAGS[found[1]].split()[0]}>", text)
    return text


def _without_commands(text: str) -> str:
    text = re.sub(r"\\(?:url|path|href)\s*(?=\{)", "", text)
    text = re.sub(r"(?<!\\)~", " ", text)
    text = _CHARACTERS.sub(lambda found: _HIDDEN.get(_NAMED[found[1]], _NAMED[found[1]]), text)
    text = re.sub(r"\\[A-Za-z]+\*?(?:\s+|(?=[^A-Za-z]|$))", "", text)
    text = re.sub(r"\\([%#&$_{} ~^])", lambda found: _HIDDEN.get(found[1], found[1]), text)
    text = re.sub(r"\\.|[{}$]", "", text.replace(r"\\", " "))
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    for char, hidden in _HIDDEN.items():
        text = text.replace(hidden, char)
    return " ".join(text.split())


# ---------------------------------------------------------------- markup in CSL

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*:?[A-Za-z0-9-]*)(\s[^<>]*)?/?>")
_NAMES = {
    "em": "i",
    "italic": "i",
    "strong": "b",
    "bold": "b",
    "inf": "sub",
    "sup": "sup",
    "sub": "sub",
    "i": "i",
    "b": "b",
}
_TAGS_AS_TEXT = re.compile(
    r"p|div|br|hr|u|tt|font|small|title|m(?:ath|row|i|o|n|text|su[bp]|subsup|frac|sqrt|style|space|over|under|fenced)"
    r"|a|semantics|annotation|inline-formula|tex-math|formula|list|list-item|sec|underline"
)


def as_html(text: str) -> str:
    """Return a text of CSL with only the markup that CSL has. Other tags of publishers become their text.

    >>> as_html("<em>E. coli</em> &amp; <mml:mi>x</mml:mi> < 5")
    '<i>E. coli</i> & x < 5'
    """
    if PROTECTED[0] in text:
        text = text.replace(PROTECTED[0], '<span class="nocase">').replace(PROTECTED[1], "</span>")
    text = _decode_entities(text) if "&" in text else text
    return _TAG.sub(_csl_tag, text) if "<" in text else text


def _csl_tag(found: re.Match[str]) -> str:
    slash, name = found[1], found[2].lower()
    if name == "span":
        return found[0]
    if name in ("scp", "sc"):
        return "</span>" if slash else '<span style="font-variant:small-caps;">'
    if name in _NAMES:
        return f"<{slash}{_NAMES[name]}>"
    if ":" in name or _TAGS_AS_TEXT.fullmatch(name):
        return " " if name in ("br", "p") else ""
    return found[0]
