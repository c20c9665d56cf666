"""The markup of other tools, and mistakes in markup, that outputs would show as text.

Each row of `CONSTRUCTS` is one construct. Patterns are applied to the text of one block, without the markers of lists
and quotes. `^` and `$` match at each line.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

Group = Literal["template", "code", "latex", "markup", "bullet", "heading", "comment", "image", "entity", "citation"]
Scope = Literal["prose", "source", "code", "fence"]


class Construct(NamedTuple):
    """One construct: what finds it, and what to write about it.

    `sign` is a text that every match contains, or a line end and what begins the next line; it saves time. `effect` is
    what the outputs show, if this is not the construct as text. `scope` is where the construct can be:

    - prose: not in code, math, comments, attributes, addresses and HTML tags.
    - source: in addresses and HTML tags, too.
    - code: at the start of a code span.
    - fence: in the line that opens a fenced code block.
    """

    kind: str
    tool: str
    group: Group
    hint: str
    sign: str
    pattern_and_flags: tuple[str, re.RegexFlag]
    scope: Scope = "prose"
    effect: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern. Most CVs contain few signs, so that few patterns have to be compiled."""
        return _compile(*self.pattern_and_flags)

    @property
    def at_line_start(self) -> bool:
        return self.pattern_and_flags[0].startswith(("^", r"\A"))


_compile = cache(re.compile)


_About = tuple[str, str, Group, str]
"""The kind, tool, group and hint that several constructs share."""

_LIQUID: _About = "liquid", "Jekyll (Liquid)", "template", "render the CV with Jekyll first, or remove this"
_QUARTO: _About = "quarto-shortcode", "Quarto", "template", "render the CV with Quarto first, or remove this"
_HUGO: _About = "hugo-shortcode", "Hugo", "template", "render the CV with Hugo first, or remove this"
_RUN = "run it with Quarto or knitr first, and keep its result"
_CHUNK: _About = "chunk", "Quarto or R Markdown", "code", _RUN
_INLINE_CODE: _About = "inline-code", "Quarto or R Markdown", "code", _RUN
_IN_MARKDOWN = "write it in Markdown, such as **bold** or a list; the theme sets spaces and pages"
_LATEX: _About = "latex", "LaTeX", "latex", _IN_MARKDOWN
_LATEX_QUOTES: _About = "latex-quotes", "LaTeX", "latex", "write “quotation marks”"
_LAYOUT_HINT = "remove it; the theme sets spaces, sizes and pages"
_LATEX_LAYOUT: _About = "latex", "LaTeX", "latex", _LAYOUT_HINT
_MYST: _About = "myst", "MyST (Jupyter Book)", "markup", "write it in Markdown, such as ::: {.note}"
_OWN_TAG = "write ::: {.note} with a tag of your own, or remove both fences"
_DOCUSAURUS: _About = "docusaurus", "Docusaurus", "markup", _OWN_TAG
_CITATIONS: _About = "citation-div", "Pandoc’s citations", "markup", "write ::: {.bibliography}, or remove the div"
_QUARTO_DIV: _About = "quarto-div", "Quarto", "markup", "use a tag, with “select” or “drop” in the filter"
_REST: _About = "restructuredtext", "reStructuredText (Sphinx)", "markup", "write it in Markdown"
_ORG: _About = "org", "Org mode", "markup", "export it as Markdown, or remove it"
_WIKI: _About = "wikilink", "a wiki (Obsidian)", "markup", "write [text](address), or only the text"
_TOC: _About = "toc", "Markdown extensions", "markup", "remove it; PDF and Word have an outline by themselves"
_KRAMDOWN: _About = "kramdown", "kramdown", "markup", "remove it, or write it in Markdown"
_EMOJI: _About = "emoji", "GitHub (emoji)", "markup", "write the sign itself, or remove it"
_ALERT: _About = "alert", "GitHub or Obsidian", "markup", "remove it, and keep the text below it"
_CITATION: _About = "citation", "", "citation", "name a bibliography in the front matter, or write the reference"
_PANDOC_LIST: _About = "pandoc-list", "Pandoc", "markup", "write “1. ” for each item"
_INLINE_NOTE: _About = "inline-note", "Pandoc", "markup", "write text[^1], and in a line of its own [^1]: the note"
_TITLE_BLOCK: _About = "title-block", "Pandoc", "markup", "write the name into the front matter"
_METADATA: _About = (
    "metadata",
    "Pelican or MultiMarkdown",
    "markup",
    "write --- above the first key and below the last one",
)
_HACKMD: _About = "hackmd", "HackMD", "markup", _OWN_TAG
_BLOCK_ID: _About = "block-id", "Obsidian", "markup", "remove it"
_KEYS: _About = "keys", "MkDocs", "markup", "write <kbd>ctrl+c</kbd>"
_HIGHLIGHT: _About = "highlight", "Obsidian", "markup", "write **strong** or *emphasis*, or only the text"
_COMMENT_OF_OBSIDIAN: _About = "obsidian-comment", "Obsidian", "markup", "write <!-- comment --> to hide it"
_REFERENCE: _About = (
    "cross-reference",
    "Quarto",
    "markup",
    "write the text, with a link to its heading",
)
_MKDOCS: _About = "mkdocs", "MkDocs", "markup", "write it in Markdown"
_WORD: _About = "word-anchor", "Word", "markup", "remove it"
_BULLET: _About = "bullet", "", "bullet", "write “- ” instead"
_COMMENT: _About = "comment-end", "", "comment", "remove it, or add <!-- where the comment begins"
_IMAGE: _About = "image", "", "image", "write %20 for each blank, or put the address between < and >"

_SPACES = "vspace|hspace|vskip|smallskip|medskip|bigskip|vfill|hfill|break|newline|linebreak|noindent|indent|rule|hrule"
_PAGES = "newpage|pagebreak|clearpage|cleardoublepage|nopagebreak|thispagestyle|pagestyle|pagenumbering|newgeometry"
_LINES = (
    "singlespacing|onehalfspacing|doublespacing|setstretch|linespread|setlength|addtolength|setcounter|renewcommand"
)
_SIZES = "tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|centering|raggedright|raggedleft"
_ENVIRONMENTS = (
    "center|flushleft|flushright|multicols|spacing|singlespace|doublespace|small|footnotesize|samepage|adjustwidth"
)
# No pattern runs past the start of the next construct, so that the time stays linear.
_ARGUMENT = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_LAYOUT_COMMANDS = (
    rf"(?:\\(?:(?:{_SPACES}|{_PAGES}|{_LINES}|{_SIZES})(?![A-Za-z])|(?:begin|end)\{{(?:{_ENVIRONMENTS})\*?\}})\*?"
    rf"(?:\[[^\[\]\n]*\]|{_ARGUMENT}|\\[a-z]+(?={_ARGUMENT}))*[ \t]*)+"
)
_ENGINES = "r|python|julia|bash|sh|ojs|sql|stan|rcpp|css|js|mermaid|dot|tikz|asis|cat|verbatim|knitr|observable"
_QUARTO_SHORTCODES = "include|pagebreak|meta|var|env|embed|placeholder|lipsum|contents|brand|version|kbd|fa|video"
_ADMONITIONS = "note|tip|info|warning|danger|caution|important|success|details"
_BULLETS = "•‣◦▪▫●○■□➢➤\uf0b7\uf0a7\uf0d8\uf076"
_ENTITIES = (
    "nbsp|amp|lt|gt|quot|apos|ndash|mdash|hellip|bull|middot|copy|reg|trade|euro|pound|deg|times|laquo|raquo|lsquo|rsquo|"
    "ldquo|rdquo|ensp|emsp|thinsp|shy|zwj|zwnj|szlig|[AaOoUuEeIi](?:uml|acute|grave|circ)|[AaNnOo]tilde|[Cc]cedil|"
    "[Aa]ring|[Oo]slash|AElig|aelig|oelig"
)


def _p(*patterns: str, flags: re.RegexFlag = re.NOFLAG) -> tuple[str, re.RegexFlag]:
    """Return a pattern for any of `patterns`."""
    return "|".join(patterns), re.MULTILINE | flags


_CODE_NOT_RUN = "every output shows the code, not its result"

CONSTRUCTS = (
    # ------------------------------------------------------------ templates
    Construct(*_LIQUID, "{{", _p(r"\{\{-?\s*(?![\w.]+\s*,)[A-Za-z_.\"'#/&$>][^{}]*\}\}"), "source"),
    Construct(*_LIQUID, "{%", _p(r"\{%(?<!\{\{%)-?\s*[A-Za-z](?:[^%{]|%(?!\})|\{(?!%))*%\}"), "source"),
    Construct(*_LIQUID, "{#", _p(r"\{#\s[^\n{}]*#\}"), "source"),
    Construct(
        *(*_QUARTO, "{{<"),
        _p(rf"\{{\{{<\s*(?:{_QUARTO_SHORTCODES})\b(?:[^>{{]|>(?!\}}\}})|\{{(?!\{{<))*>\}}\}}"),
        "source",
    ),
    Construct(
        *(*_HUGO, "{{<"),
        _p(rf"\{{\{{<\s*(?!(?:{_QUARTO_SHORTCODES})\b)/?\s*[A-Za-z](?:[^>{{]|>(?!\}}\}})|\{{(?!\{{<))*>\}}\}}"),
        "source",
    ),
    Construct(*_HUGO, "{{%", _p(r"\{\{%\s*/?\s*[A-Za-z](?:[^%{]|%(?!\}\})|\{(?!\{%))*%\}\}"), "source"),
    # ------------------------------------------------------------ code that a program runs
    Construct(
        *(*_CHUNK, "{"),
        _p(rf"^(?:`{{3,}}|~{{3,}})\s*\{{\s*(?:{_ENGINES})(?=[\s,}}])[^}}\n]*\}}", flags=re.IGNORECASE),
        *("fence", _CODE_NOT_RUN),
    ),
    Construct(
        *(*_INLINE_CODE, "`r"),
        _p(
            r"`(?<!``)r[ \t]+(?:[\w.]+(?:::|[(\[$+*/-])|[A-Za-z_.][\w.]*(?=`)|\d+\s*[-+*/]|[\"'])[^`\n]*`?",
        ),
        *("code", _CODE_NOT_RUN),
    ),
    Construct(*_INLINE_CODE, "`{", _p(r"`(?<!``)\{(?:r|python|julia|ojs)\}[ \t][^`\n]+`?"), "code", _CODE_NOT_RUN),
    # ------------------------------------------------------------ LaTeX
    Construct(
        *(*_LATEX_LAYOUT, "\n\\"),
        _p(rf"^{_LAYOUT_COMMANDS}$"),
        *("source", "every output leaves it out"),
    ),
    Construct(
        *(*_LATEX, "\\"),
        _p(
            rf"\\(?<!\\\\)[A-Za-z]+\*?(?:\[[^\[\]\n]*\])*(?:{_ARGUMENT})+",
            r"\\(?<![\w:/.%~$\\]\\)[A-Za-z]{2,}\*?(?![A-Za-z\\])",
            r"\\(?<!\\\\)[\"'`^~=.]\{\\?[A-Za-z]\}|\{\\[\"'`^~=.]\\?[A-Za-z]\}|\\(?<=[A-Za-z]\\)\"[AOUaou](?=[A-Za-z])",
            r"\\(?<=[ \t}]\\)\\(?:\[[^\]\n]{1,8}\])?(?=[ \t]*$)",
        ),
        "source",
    ),
    Construct(*_LATEX_QUOTES, "``", _p(r"``(?<!```)(?=[^\s`])[^`\n]+?''(?!')")),
    # ------------------------------------------------------------ other markup
    Construct(*_MYST, "\n:::", _p(r"^:{3,}[ \t]*\{[A-Za-z][\w:-]*\}.*")),
    Construct(
        *(*_MYST, "{"),
        _p(rf"^(?:`{{3,}}|~{{3,}})\s*\{{\s*(?!(?:{_ENGINES})[\s,}}])[A-Za-z][\w:-]*\}}", flags=re.IGNORECASE),
        *("fence", "every output shows its text as code"),
    ),
    Construct(*_MYST, "}`", _p(r"\{(?<![\w`]\{)[a-z][\w:+-]*\}(?=`[^`\n]+`)")),
    Construct(
        *(*_DOCUSAURUS, "\n:::"),
        _p(rf"^:{{3,}}(?:(?:{_ADMONITIONS})(?=[\s\[]|$)|[ \t]+(?:{_ADMONITIONS})(?=\[|[ \t]+[^\s:])).*"),
        effect="it is not an admonition here",
    ),
    Construct(
        *(*_CITATIONS, "\n:::"),
        _p(r"^:{3,}[ \t]*\{[^{}\n]{0,300}#refs\b[^{}\n]*\}.*"),
        effect="it stays empty",
    ),
    Construct(
        *(*_QUARTO_DIV, "\n:::"),
        _p(r"^:{3,}[ \t]*\{[^{}\n]{0,300}\.content-(?:visible|hidden)\b[^{}\n]*\}.*"),
        effect="the condition has no effect",
    ),
    Construct(
        *(*_REST, "\n.. "),
        _p(r"^\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?[A-Za-z][\w:+.-]*::.*", r"^\.\.[ \t]+_[^:\n]+:.*"),
    ),
    Construct(*_REST, "\n:", _p(r"^:[A-Z][a-z]\w*(?: \w+)?:[ \t]+\S.*")),
    Construct(*_REST, ":`", _p(r":(?<![\w:`]:)[A-Za-z][\w:+.-]*:`[^`\n]+`")),
    Construct(*_REST, ">`_", _p(r"`(?<!``)[^`<>\n]+<[^`<>\n]+>`__?(?!\w)"), "code"),
    Construct(*_ORG, "\n#+", _p(r"^#\+(?:[A-Za-z]\w*:|(?:begin|end)_\w).*", flags=re.IGNORECASE)),
    Construct(*_ORG, "\n:", _p(r"^:[A-Z][A-Z_]{2,}:(?=\s|$).*")),
    Construct(*_ORG, "export:", _p(r":(?<=[ \t]:)(?:no)?export:(?=[ \t]*$)")),
    Construct(*_ORG, "][", _p(r"\[\[[^\[\]\n]+\]\[[^\[\]\n]+\]\]"), "source"),
    Construct(*_ORG, "<", _p(r"<\d{4}-\d\d-\d\d [^\W\d_]{2,4}\.?(?: [\d:+.-]+)*>")),
    Construct(
        *(*_WIKI, "[["),
        _p(r"(?<!\[)!?\[\[(?![\d\s,–-]*\]\]|[\^@]|_?(?i:TOC)_?\]\])[^\[\]\n]+\]\](?![(\[])"),
    ),
    Construct(*_TOC, "\n[", _p(r"^(?:\[TOC\]|\[\[_?TOC_?\]\])[ \t]*$", flags=re.IGNORECASE)),
    Construct(*_TOC, "{:toc", _p(r"\{:toc\b[^{}\n]*\}"), "source"),
    Construct(*_KRAMDOWN, "{:", _p(r"\{:(?::[a-z]+\b[^{}\n]*|/[a-z]*)\}"), "source"),
    Construct(*_KRAMDOWN, "\n*[", _p(r"^\*\[[^\]\n]+\]:.*")),
    Construct(
        *(*_EMOJI, ":"),
        _p(
            r":(?<![\w:/`]:)(?!(?:no)?export:)(?:[a-z][a-z0-9]*(?:[_+-][a-z0-9]+)*|\+1|-1|100|1st_place_medal):"
            r"(?::[a-z0-9_+-]+:)*(?![\w/`:])"
        ),
    ),
    Construct(*_ALERT, "\n[!", _p(r"^\[![A-Za-z]+\][+-]?(?=\s|$)")),
    # “@ada” can be an address in a social network, so that a key outside brackets needs a year or a colon.
    Construct(
        *(*_CITATION, "@"),
        _p(
            r"\[(?:[^\[\]@\n]{0,100}[\s-])?@(?:\w[\w:.#$%&+?<>~/-]*|\{[^{}\n]+\})(?:[,;:.\s][^\[\]]{0,300})?\](?![(\[:])",
            r"-?@(?<![\w@/.:+&=%]@)(?<![\w@/.:+&=%-]-@)[A-Za-z_]\w*(?:[:.-]\w+)*?(?:(?:19|20)\d\d|:\w)[\w:-]*(?![\w@.]*@)",
        ),
    ),
    Construct(*_PANDOC_LIST, "\n(@", _p(r"^\(@[\w-]*\)(?=[ \t]+\S)")),
    Construct(*_PANDOC_LIST, "\n#.", _p(r"^#\.(?=[ \t]+\S)")),
    Construct(*_PANDOC_LIST, "\n", _p(r"\A\(?[aAi][.)](?=[ \t]+\S(?:.*\n)+?\(?(?:[bB]|ii)[.)][ \t]+\S)")),
    Construct(*_INLINE_NOTE, "^[", _p(r"\^\[[^\[\]\n]+\](?![(\[{^])")),
    Construct(*_TITLE_BLOCK, "\n% ", _p(r"\A% \S.*(?=\n%[ \n]|\Z)")),
    Construct(
        *(*_METADATA, "itle:"),
        _p(
            r"\A[Tt]itle:[ \t]+\S.*(?=\n(?:[A-Za-z_]+:.*\n){0,9}"
            r"(?:[Dd]ate|[Ss]lug|[Aa]uthors?|[Tt]ags|[Ll]ayout|[Cc]ategory|[Ss]ummary):)"
        ),
    ),
    Construct(
        *(*_HACKMD, "\n:::"),
        _p(r"^:{3,}[ \t]*[A-Za-z][\w-]*[ \t]+[^\s:{].*"),
    ),
    Construct(*_BLOCK_ID, "^", _p(r"\^(?<=[ \t]\^)[A-Za-z0-9][\w-]*(?=[ \t]*$)")),
    Construct(*_KEYS, "++", _p(r"\+\+(?<![\w+]\+\+)[a-z][a-z0-9-]*(?:\+[a-z0-9-]+)*\+\+(?![\w+])")),
    Construct(*_MYST, "\n(", _p(r"^\([A-Za-z][\w-]*\)=[ \t]*$")),
    Construct(*_HIGHLIGHT, "==", _p(r"==(?<![=\w!<>]==)(?=[^\s=])[^=\n]*[^\s=]==(?![=\w])")),
    Construct(
        *_COMMENT_OF_OBSIDIAN,
        "%%",
        _p(r"%%(?<![%\d]%%)(?<!\d %%)[^%\n]+%%(?!%)", r"^%%[ \t]*(?:\n(?:[^%\n].*\n)*%%[ \t]*)?$"),
    ),
    Construct(*_REFERENCE, "@", _p(r"@(?<![\w@/.:+&=%-]@)(?:fig|tbl|sec|eq|lst)-[A-Za-z][\w-]*")),
    Construct(*_MKDOCS, "\n!!!", _p(r"^!!![ \t]+[a-z]+(?:[ \t]+\".*|[ \t]*$)")),
    Construct(*_MKDOCS, "\n???", _p(r"^\?\?\?\+?[ \t]+[a-z]+[ \t]+\".*")),
    Construct(*_MKDOCS, "\n===", _p(r"^===[!+]?[ \t]+\".*")),
    Construct(*_MKDOCS, "\n--8<--", _p(r"^--8<--[ \t]+\".*")),
    Construct(
        *(*_WORD, "[]{#"),
        _p(r"\[\]\{#(?:(?:anchor(?:-\d+)?|_\w+)\}|[^}\s]+[ \t]+\.anchor\})"),
        effect="it shows nothing",
    ),
    # ------------------------------------------------------------ mistakes
    *(Construct(*_BULLET, f"\n{sign}", _p(rf"^{sign}(?=[ \t\u00a0]*[^\W_]|[ \t]+\S)")) for sign in _BULLETS),
    Construct(*_COMMENT, "-->", _p(r"-->(?=[ \t]*(?:$|<!--))")),
    Construct(
        *(*_IMAGE, "!["),
        _p(r"!\[[^\[\]\n]*\]\((?!<|https?:)(?:[^()\n]|\([^()\n]*\))*\)"),
        "source",
    ),
    Construct(
        *(*_IMAGE, "]("),
        _p(
            r"\[(?<!!\[)[^\[\]\n]+\]\((?!<|https?:|www\.|mailto:)(?:[^()\n\"']|\([^()\n]*\))*\.[A-Za-z0-9]{2,5}"
            r"(?:[ \t]+\"[^\"\n]*\")?\)"
        ),
        "source",
    ),
    Construct("entity", "", "entity", "add the semicolon", "&", _p(rf"&(?:{_ENTITIES})(?![\w;=])")),
    Construct("entity", "", "entity", "write &nbsp; in small letters", "&", _p(r"&(?!nbsp;)(?i:nbsp);")),
    Construct(
        *("entity", "", "entity", "write the entity without “amp;”", "&amp;"),
        _p(r"&amp;(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]{2,8});"),
        effect="every output shows the entity, not its character",
    ),
)
"""All constructs, except a heading without a blank, which needs more than a pattern."""

_LAYOUT_LINE = _p(_LAYOUT_COMMANDS)


def is_layout(line: str) -> bool:
    """Return whether a line has only commands of LaTeX that set spaces, sizes or pages. No output shows it."""
    return line.startswith("\\") and bool(_compile(*_LAYOUT_LINE).fullmatch(line.rstrip()))


HEADING = Construct("heading", "", "heading", "put a blank after the #", "#", _p(r"\A(#{1,6})(?![#\s+])(.+)"))
VALID_TARGET = re.compile(r"\s*(?:<[^<>\n]*>|[^\s<>]*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)")
"""What follows `](` in a link that CommonMark reads: an address, and maybe a title."""

_IN_TITLES = "and|of|the|in|for|on|at|to|a|und|der|die|das|von|im|et|de|du|des|la|le|les|y|e|i|&|–"
_SMALL_WORDS = frozenset(_IN_TITLES.split("|"))
"""Words that are written in small letters even in a heading."""


def is_heading_without_blank(marks: str, title: str, *, alone: bool) -> bool:
    """Return whether a paragraph that begins with `marks` was meant as a heading, not as a hashtag.

    `alone` is whether the paragraph has one line.
    """
    words = title.split()
    first = words[0]
    if not (first[0].isalpha() or (len(marks) > 1 and first[0].isdigit())):
        return False
    if len(marks) > 1:
        return True
    is_tag = first[0].islower() or re.search(r"[^\W\d_][A-Z]", first) or "#" in title
    if is_tag or len(words) > 4 or title.rstrip().endswith(tuple(".!?…,;。！？，；")):
        return False
    return alone or all(not word[0].islower() or word in _SMALL_WORDS for word in words)
