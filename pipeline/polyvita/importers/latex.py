"""Prepare LaTeX for Pandoc, which drops the commands of CV classes: moderncv, awesome-cv, altacv and others.

Commands of known classes get a definition with tabs between their arguments. Any other command that Pandoc does not
know gets one that shows all its arguments, so that no text is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from polyvita.importers.runs import PLACE, REMARK, TAB
from polyvita.importers.vocabulary import recognise

_T = f" {TAB} "


class Command(NamedTuple):
    """A command in the source: its name, optional arguments, arguments, and where it starts and ends."""

    name: str
    options: tuple[str, ...]
    arguments: tuple[str, ...]
    start: int
    end: int


_PERSON = {
    "name", "firstname", "familyname", "lastname", "title", "address",
    "phone", "mobile", "fax", "email", "mail", "homepage",
    "social", "extrainfo", "photo", "quote", "born", "position", "dateofbirth", "github", "gitlab", "linkedin", "orcid",
    "googlescholar", "twitter", "skype", "stackoverflow",
    "researchgate", "tagline", "location", "mailaddress", "author",
    "website", "web", "telephone", "phonenumber", "tel", "cvname", "jobtitle", "subtitle", "nationality", "birthday",
    "dateandplaceofbirth", "ecvname", "ecvaddress", "ecvtelephone",
    "ecvemail", "ecvdateofbirth", "ecvnationality", "xing",
    "reddit", "medium", "mastodon", "bluesky", "kaggle", "whatsapp", "telegram", "info", "cvdate", "cvaddress",
    "cvnumberphone", "cvmail", "cvsite", "photoR", "photoL", "cvlinkedin", "cvjobtitle",
    "profilepic", "acvheadericonsep",
}  # fmt: skip
"""Commands about the person, which stand in the preamble, where Pandoc does not read them."""
_SITES = {
    "linkedin": "https://www.linkedin.com/in/{}", "github": "https://github.com/{}", "gitlab": "https://gitlab.com/{}",
    "twitter": "https://twitter.com/{}", "orcid": "https://orcid.org/{}", "researchgate":
    "https://www.researchgate.net/profile/{}", "googlescholar": "https://scholar.google.com/citations?user={}",
    "xing": "https://www.xing.com/profile/{}", "mastodon": "https://{}", "bitbucket": "https://bitbucket.org/{}",
    "stackoverflow": "https://stackoverflow.com/users/{}", "kaggle": "https://www.kaggle.com/{}",
}  # fmt: skip
_NOT_TEXT = {
    "documentclass", "usepackage", "RequirePackage", "moderncvstyle", "moderncvtheme", "moderncvcolor", "moderncvicons",
    "vspace", "hspace", "vskip", "setlength", "addtolength", "definecolor", "colorlet", "color", "fontsize", "geometry",
    "hypersetup", "pagestyle", "thispagestyle", "pagenumbering", "bibliographystyle", "bibliography", "addbibresource",
    "input", "include", "nobibliography", "bibentry", "includegraphics", "fontdir", "label",
    "ref", "cite", "setmainfont", "setsansfont", "colorizelinks",
    "setcounter", "addtocounter", "titlespacing", "titleformat",
    "setboolean", "linespread", "selectlanguage", "selectfont",
    "renewcommand", "newcommand", "providecommand", "def", "let", "newcolumntype", "newlength", "rule", "raisebox",
    "hyphenation", "setlist", "nopagenumbers", "cvprogress",
    "photo", "profilepic", "DeclareUnicodeCharacter", "ifdefempty",
    "columnratio", "inputencoding", "extracolsep", "patchcmd", "newenvironment", "renewenvironment", "makecvfooter",
    "printbibliography", "nocite", "newif", "pdfgentounicode",
    "urlstyle", "raggedbottom", "parindent", "parskip", "cmidrule",
    "recomputelengths", "AtBeginDocument", "fancyhf", "fancyfoot",
    "fancyhead", "hrulefill", "smallskip", "enlargethispage",
    "setstretch", "arraystretch", "DeclareMathOperator", "faIcon", "tikzset", "usetikzlibrary", "acvSectionColor",
    "acvHeaderSocialSep", "headerphonestyle", "cvsetup", "begin",
    "end", "cline", "multirow", "divider", "addsectiontotoc",
    "phantomsection", "addcontentsline", "rowcolor", "arrayrulecolor",
    "columncolor", "pdfinfo", "microtypesetup", "bibsetup",
    "defbibheading", "defbibfilter", "DeclareFieldFormat",
    "DeclareNameAlias", "AtEveryBibitem", "graphicspath", "cvfootername", "mynames", "wheelchart",
}  # fmt: skip
"""Commands whose arguments are no text."""
_KNOWN_TEXT = """
textbf textit emph textsc texttt textsf textrm textsl textmd textup textnormal underline uline href
url section subsection subsubsection paragraph subparagraph item footnote text mbox hbox fbox
makebox parbox caption title author date maketitle sout textsuperscript textsubscript verb newline
linebreak centerline enquote textcolor textquote LaTeX TeX today ldots dots textendash textemdash
textbackslash textasciitilde textbar multicolumn hfill quad qquad large Large LARGE small
footnotesize huge Huge tiny normalsize scriptsize bfseries itshape scshape centering raggedright
raggedleft noindent par bigskip medskip newpage clearpage pagebreak chapter part appendix ss ae oe
aa o l i j c v u H k b d r t hline toprule midrule bottomrule nolinkurl path lowercase uppercase
MakeUppercase MakeLowercase num SI si ensuremath mathrm mathbf frac sqrt strong tableofcontents
em bf it sl sc tt sf rm mdseries upshape slshape rmfamily sffamily ttfamily normalfont
"""
_KNOWN = frozenset(_KNOWN_TEXT.split())
"""Commands that Pandoc reads."""
_DEFINITIONS = {
    "cvitem": ("2", rf"\par #1{_T}#2\par "),
    "date": ("1", r"\par #1\par "),
    "cvline": ("2", rf"\par #1{_T}#2\par "),
    "cvitemwithcomment": ("3", r"\par \textbf{#1}: #2 (#3)\par "),
    "cvlanguage": ("3", r"\par \textbf{#1}: #2 (#3)\par "),
    "cvlistitem": ("1", r"\begin{itemize}\item #1\end{itemize}"),
    "cvlistdoubleitem": ("2", r"\begin{itemize}\item #1\item #2\end{itemize}"),
    "cvdoubleitem": ("4", rf"\par #1{_T}#2\par #3{_T}#4\par "),
    "cvcomputer": ("4", rf"\par #1{_T}#2\par #3{_T}#4\par "),
    "cvcolumn": ("2", r"\par \textbf{#1}\par #2\par "),
    "cvskill": ("2", r"\par \textbf{#1}: #2\par "),
    "cvhonor": ("4", rf"\par #4{_T}\textbf{{#1}}, #2, #3\par "),
    "cvsection": ("1", r"\section{#1}"),
    "cvsubsection": ("1", r"\subsection{#1}"),
    "cvevent": ("4", rf"\par #3{_T}\textbf{{#1}}{_T}#2{_T}{PLACE}#4\par "),
    "cvtag": ("1", r"\begin{itemize}\item #1\end{itemize}"),
    "cvachievement": ("3", r"\par \textbf{#2}, #3\par "),
    "cvsubentry": ("4", rf"\par #3{_T}\textbf{{#1}}, #2\par #4\par "),
    "cvpublication": ("5", r"\par #1, #2, #3, #4, #5\par "),
    "cvreference": ("6", r"\par \textbf{#1}, #2, #3, #4, #5, #6\par "),
    "resumeSubheading": ("4", rf"\par #4{_T}\textbf{{#3}}{_T}#1{_T}{PLACE}#2\par "),
    "resumeSubSubheading": ("2", rf"\par #2{_T}\textbf{{#1}}\par "),
    "resumeProjectHeading": ("2", rf"\par #2{_T}#1\par "),
    "resumeItem": ("1", r"\begin{itemize}\item #1\end{itemize}"),
    "resumeSubItem": ("1", r"\begin{itemize}\item #1\end{itemize}"),
    "twentyitem": ("4", rf"\par #1{_T}\textbf{{#2}}{_T}#3\par #4\par "),
    "twentyitemshort": ("2", rf"\par #1{_T}#2\par "),
    "ecvitem": ("2", rf"\par #1{_T}#2\par "),
    "ecvsection": ("1", r"\section{#1}"),
    "ecvtitle": ("2", rf"\par #1{_T}\textbf{{#2}}\par "),
    "years": ("1", rf"\par #1{_T}"),
    "datedsubsection": ("2", rf"\par #2{_T}#1\par "),
    "datedline": ("2", rf"\par #2{_T}#1\par "),
    "role": ("2", r"\par #1, #2\par "),
    "position": ("1", r"\par #1\par "),
    "employer": ("1", r"\par #1\par "),
    "sectiontitle": ("1", r"\section{#1}"),
    "roottitle": ("1", r"\section{#1}"),
    "phantom": ("1", ""),
    "hphantom": ("1", ""),
    "vphantom": ("1", ""),
    "contour": ("2", "#2"),
}
"""The number of arguments and the definition of commands of CV classes."""
_MODERNCV = ("6", rf"\par #1{_T}\textbf{{#2}}{_T}#3{_T}{PLACE}#4{_T}{REMARK}#5\par #6\par ")
_AWESOME = ("5", rf"\par #4{_T}\textbf{{#1}}{_T}#2{_T}{PLACE}#3\par #5\par ")
_ENVIRONMENTS = {"rSection": "section", "rubric": "section", "cvsection": "section", "twenty": "", "twentyshort": ""}
"""Environments that are taken away, and the command that their argument gets."""
_ENVIRONMENTS_OF_PANDOC = frozenset(
    """
abstract adjustwidth align align* alltt array center comment description displaymath displayquote document enumerate
equation equation* figure figure* flushleft flushright footnotesize itemize landscape large letter list longtable
lstlisting math minipage multicols multicols* obeylines otherlanguage paracol quotation quote raggedright samepage
sloppypar small spacing tabbing table table* tabular tabular* tabularx tabulary thebibliography tikzpicture titlepage
trivlist verbatim verse wrapfigure textblock tabularray tcolorbox mdframed ""
    """.replace('""', "").split()
)
"""Environments that Pandoc reads, or whose arguments are no text."""
_QUOTES = {
    "glqq": "„",
    "grqq": "“",
    "flqq": "«",
    "frqq": "»",
    "glq": "‚",
    "grq": "‘",
    "guillemotleft": "«",
    "guillemotright": "»",
}
_LISTS = (
    "cvitems",
    "resumeItemList",
    "innerlist",
    "outerlist",
    "etaremune",
    "tightitemize",
    "compactitem",
    "bulletlist",
)


def prepare_latex(source: str, read_file: Callable[[str], str | None]) -> tuple[str, str, list[str]]:
    """Return LaTeX that Pandoc reads completely, the texts of the source, and its pictures of the person.

    `read_file` returns the text of a file beside the source, or None.
    """
    source = _include(_without_comments(source), read_file, 0)
    preamble, begin, body = source.partition(r"\begin{document}")
    if not begin:
        preamble, body = "", source
    body = body.partition(r"\end{document}")[0]
    body = re.sub(r"\\printbibliography(?:\[(?:[^\[\]]|\[[^\]]*\])*\])?", " ", body)
    body = _in_one_language(body, preamble)
    own, preamble_left = _take_definitions(preamble)
    own_of_body, body = _take_definitions(body)
    own |= own_of_body
    person, pictures = _person(preamble_left, body)
    body = _without_settings(_without_icons(_without_person(body), own))
    texts = _texts_of(body + "\n" + "\n".join(person))
    body = _with_blocks_outside(_prepare_body(body))
    body += "}" * _unclosed(body)
    body = _with_sections(body, own)
    definitions = _definitions(body, own, preamble + body)
    definitions += _definitions("\n".join(own.values()), {**own, **_names_of(definitions)}, preamble + body)
    head = "\n\n".join(person)
    for name in [*own, *_names_of(definitions)]:
        if f"[{name}" not in own.get(name, ""):
            body = re.sub(rf"(\\{name})\*?\s*(?:\[[^\]\n]*\]\s*)+(?=\{{)", r"\1", body)
    taken_away = re.compile(r"resume(?:SubHeadingList|ItemList)(?:Start|End)$")
    own_values = [_prepare_body(definition) for name, definition in own.items() if not taken_away.match(name)]
    result = "\n".join([*definitions, *own_values, r"\begin{document}", head, "", body, r"\end{document}"])
    return result, texts, pictures


def latex_parts(prepared: str) -> list[str]:
    """Return the sections of prepared LaTeX, each as a document of its own with the definitions of all."""
    head, begin, body = prepared.partition(r"\begin{document}")
    sections = re.split(r"(?=\\(?:sub)*section\b)", body.removesuffix(r"\end{document}"))
    return [rf"{head}{begin}{section}\end{{document}}" for section in map(_without_odd_ends, sections)]


def without_markup(part: str) -> str:
    """Return a section of LaTeX that Pandoc cannot read as LaTeX that has only its heading and its texts."""
    body = part.partition(r"\begin{document}")[2].removesuffix(r"\end{document}")
    title = ""
    if (found := re.match(r"\\(?:sub)*section\*?\s*(?=\{)", body)) and (close := _closing(body, found.end())) > 0:
        title = rf"{found[0]}{{{_plain_latex(body[found.end() + 1 : close])}}}"
        body = body[close + 1 :]
    body = re.sub(r"\\(?:item|par|(?:sub)*section)\b\*?|\\\\", "\n\n", body)
    paragraphs = map(_plain_latex, re.split(r"\n\s*\n", body))
    return "\n\n".join([r"\begin{document}", title, *filter(None, paragraphs), r"\end{document}"])


def _plain_latex(source: str) -> str:
    """Return the text of LaTeX as LaTeX without commands."""
    text = " ".join(_texts_of(source).split()).replace("\\", " ")
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def _without_comments(source: str) -> str:
    """Return the source without comments and drawings."""
    source = re.sub(r"\\begin\{(comment|tikzpicture)\}.*?\\end\{\1\}", "", source, flags=re.DOTALL)
    # As TeX does, a comment takes the end of its line with it, unless the next line is blank.
    source = re.sub(r"(?<!\\)((?:\\\\)*)%[^\n]*\n(?![ \t]*\n)[ \t]*", r"\1", source)
    return re.sub(r"(?<!\\)((?:\\\\)*)%[^\n]*", r"\1", source)


def _include(source: str, read_file: Callable[[str], str | None], depth: int) -> str:
    """Return the source with the files that it includes."""
    if depth > 5:
        return source

    def included(found: re.Match[str]) -> str:
        name = found[1].strip()
        for candidate in (name, f"{name}.tex"):
            if (text := read_file(candidate)) is not None:
                return _include(_without_comments(text), read_file, depth + 1)
        return found[0]

    source = re.sub(r"\\(?:sub)?(?:import|inputfrom|includefrom)\s*\{([^{}]*?)/?\}\s*\{", r"\\input{\1/", source)
    return re.sub(r"\\(?:input|include|subfile)\s*\{([^{}]+)\}", included, source)


# ---------------------------------------------------------------- commands


def commands(source: str, names: set[str] | None = None) -> list[Command]:
    """Return the commands in a source, with their arguments. Those inside arguments of others are included."""
    out: list[Command] = []
    for found in re.finditer(r"\\([a-zA-Z@]+)\*?", source):
        if names is not None and found[1] not in names:
            continue
        at = found.end()
        options: list[str] = []
        arguments: list[str] = []
        while True:
            following = re.compile(r"[ \t]*\n?[ \t]*").match(source, at)
            here = following.end() if following else at
            char = source[here : here + 1]
            if char == "[" and not arguments:
                end = source.find("]", here)
                if end < 0 or "\n\n" in source[here:end]:
                    break
                options.append(source[here + 1 : end])
                at = end + 1
            elif char == "{":
                close = _closing(source, here)
                if close < 0:
                    break
                arguments.append(source[here + 1 : close])
                at = close + 1
            else:
                break
        out.append(Command(found[1], tuple(options), tuple(arguments), found.start(), at))
    return out


def _closing(source: str, at: int) -> int:
    """Return the offset of the brace that closes the one at `at`, or -1."""
    depth = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(source, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return found.start()
    return -1


def _unclosed(source: str) -> int:
    """Return how many braces are open at the end, where LaTeX closes them itself."""
    braces = [found[0] for found in re.finditer(r"\\.|[{}]", source, re.DOTALL)]
    return max(0, braces.count("{") - braces.count("}"))


def _take_definitions(source: str) -> tuple[dict[str, str], str]:
    """Return the definitions of commands in the source, and the source without them.

    Commands that Pandoc reads keep their meaning: the new look of a section is no text.
    """
    own: dict[str, str] = {}
    rest, at = [], 0
    for command in commands(source, {"newcommand", "renewcommand", "providecommand", "def", "DeclareRobustCommand"}):
        found = re.compile(r"\\[a-zA-Z]+\*?\s*\{?\s*\\([a-zA-Z]+)\s*\}?\s*((?:\[[^\]]*\]|#\d)*)\s*(?=\{)").match(
            source, command.start
        )
        close = _closing(source, found.end()) if found else -1
        if not found or close < 0 or command.start < at:
            continue
        rest.append(source[at : command.start])
        at = close + 1
        body = source[found.end() + 1 : close]
        is_row = "&" in body.replace(r"\&", "") and "tabular" not in body
        if found[1] not in _DEFINITIONS and found[1] not in _KNOWN and "#" not in found[2] and not is_row:
            own[found[1]] = rf"\newcommand{{\{found[1]}}}{found[2]}{{{body}}}"
    return own, "".join([*rest, source[at:]])


def _definitions(body: str, own: dict[str, str], whole: str) -> list[str]:
    """Return the definitions of all commands that Pandoc does not know."""
    out: list[str] = []
    is_awesome = bool(re.search(r"awesome-cv|\\begin\{cventries\}", whole))
    counts: dict[str, int] = {}
    fewest: dict[str, int] = {}  # A group behind the arguments may look like one more argument.
    for command in commands(body):
        count = len(command.arguments)
        counts[command.name] = max(counts.get(command.name, 0), count)
        fewest[command.name] = min(fewest.get(command.name, count), count) or count
    for name, count in sorted(counts.items()):
        if name == "cventry":
            number, definition = _AWESOME if is_awesome or count == 5 else _MODERNCV
        elif name in _DEFINITIONS and (name not in own or name.startswith("resume")):
            number, definition = _DEFINITIONS[name]
            own.pop(name, None)
            if name.startswith("resume") and count < int(number):  # Many CVs define these with fewer arguments.
                number = str(count)
                definition = rf"\par #2{_T}\textbf{{#1}}\par " if count == 2 else _generic(count)
            if name == "cvskill" and count > 2:
                number, definition = str(count), _generic(count)
        elif name in own or name in _KNOWN or name in _NOT_TEXT or not count or name in ("begin", "end"):
            continue
        else:
            least = min(fewest[name], 9)
            number, definition = str(least), _generic(least)
        out.append(rf"\newcommand{{\{name}}}[{number}]{{{definition}}}")
    return out


def _names_of(definitions: list[str]) -> dict[str, str]:
    """Return definitions by the name of their command."""
    return {definition.partition("{\\")[2].partition("}")[0]: definition for definition in definitions}


def _generic(count: int) -> str:
    return rf"\par {_T.join(f'#{number}' for number in range(1, count + 1))}\par " if count > 1 else " #1 "


def _prepare_body(body: str) -> str:
    body = _without_settings(body)
    body = re.sub(r"\\begin\{(paracol|multicols\*?)\}\s*\{\d\}", r"\\begin{\1}", body)
    for name, replacement in _ENVIRONMENTS.items():
        body = _without_environment(body, name, replacement)
    for name in _LISTS:
        body = re.sub(rf"\\begin\{{{name}\}}(?:\[[^\]]*\])?", r"\\begin{itemize}", body).replace(
            rf"\end{{{name}}}", r"\end{itemize}"
        )
    body = re.sub(r"\\\\\*?\s*\[-?[\d.]+\s*[a-z\\]*\]", r"\\\\", body)  # the space after a line break
    body = body.replace(r"\\*", r"\\")
    body = body.replace("\\\\*", "\\\\")
    body = re.sub(r"\\resume(?:SubHeadingList|ItemList)(?:Start|End)\b", "", body)
    # Pandoc would take the group behind an unknown command for one more argument, and drop it.
    body = re.sub(r"\\[hv]space\*?\s*\{[^{}]*\}|\\[hv]skip\s*-?[\d.]+\s*\\?[a-z]+", " ", body)
    body = re.sub(r"\\[hv]rule\b(?:\s*(?:height|width|depth)\s*[\d.]+\s*(?:\\?[a-z]+))*", " ", body)
    body = re.sub(r"\\(?:begin|end)\{(?:table|figure)\*?\}(?:\[[^\]]*\])?", r"\\par ", body)
    body = re.sub(r"\\caption\*?(?:\[[^\]]*\])?(?=\{)", r"\\par ", body)
    body = re.sub(r"\\(?:hfill|dotfill|hrulefill)\b|\\hspace\*?\{\\fill\}", _T.replace("\\", r"\\"), body)
    body = re.sub(
        r"\\(?:enskip|cdotp|makecvtitle|makecvheader|makecvfooter|photo[RL])\b(?:\[[^\]]*\])?(?:\{[^{}]*\}){0,3}",
        " ",
        body,
    )
    superscript = r"\$(\w*)\^\{?\\(?:mbox|text|textrm|mathrm|rm)\{(?:\\[a-z]+\s)?([^\W\d_]+)\}\}?\$"
    body = re.sub(superscript, r"\1\\textsuperscript{\2}", body)
    body = re.sub(r"\\(?:textbar|vline)\b(?:\{\})?|\$\s*\|\s*\$", " | ", body)
    dots = r"\$\s*\\(?:cdot|bullet|diamond|circ|ast|star)\s*\$|\\(?:textbullet|textperiodcentered)\b(?:\{\})?"
    body = re.sub(dots, " · ", body)
    for command, sign in _QUOTES.items():
        body = re.sub(rf"\\{command}(?![a-zA-Z])\s?(?:\{{\}})?", sign, body)
    body = _without_unknown_environments(body)
    return _without_lone_items(_without_odd_ends(re.sub(r"\\fa[A-Z]\w*\b\*?(?:\{\})?", " ", body)))


_ICON = re.compile(r"\\fa[iI]con\*?\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}")


def _without_icons(body: str, own: dict[str, str]) -> str:
    """Return the body without the commands of the source that draw an icon: their argument is its name."""
    for name, definition in own.items():
        if "[1]" in definition and "#1" in definition and "#1" not in _ICON.sub("", definition):
            body = re.sub(rf"\\{name}\s*\{{[^{{}}]*\}}", " ", body)
    return _ICON.sub(" ", body)


def _in_one_language(body: str, preamble: str) -> str:
    """Return the body with the texts in the main language, where a command chooses one of two."""
    babel = re.findall(r"\\usepackage\[([^\]]*)\]\{babel\}", preamble)
    main = babel[-1].split(",")[-1].strip() if babel else ""
    for command in reversed(commands(body, {"IfLanguageName", "iflanguage"})):
        if len(command.arguments) >= 3:
            chosen = command.arguments[1 if command.arguments[0].strip() == main else 2]
            body = f"{body[: command.start]}{chosen}{body[command.end :]}"
    return body


_SETTINGS = {
    "nocite", "titlespacing", "titleformat", "setlist", "hypersetup", "pagestyle", "thispagestyle", "geometry",
    "AtBeginDocument",
    "defbibheading", "defbibfilter", "DeclareFieldFormat", "DeclareNameAlias", "AtEveryBibitem", "bibliographystyle",
    "newcolumntype", "patchcmd", "setlength", "addtolength", "setcounter", "hyphenation", "pdfinfo", "captionsetup",
}  # fmt: skip
"""Commands that set the look of what follows. Pandoc drops a whole environment if it cannot read one of them."""


def _without_settings(body: str) -> str:
    """Return the body without commands that are no text, and without the environments for the space between lines."""
    out, at = [], 0
    for found in re.finditer(r"\\([a-zA-Z]+)\*?", body):
        if found[1] not in _SETTINGS or found.start() < at:
            continue
        out.append(body[at : found.start()])
        at = found.end()
        while opening := re.compile(r"\s*(?:\[[^\]]*\]|(\{))").match(body, at):
            close = _closing(body, opening.end() - 1) + 1 if opening[1] else opening.end()
            if not close:
                break
            at = close
    body = "".join([*out, body[at:]])
    return re.sub(r"\\(?:begin|end)\{(?:spacing|(?:double|single|onehalf)space)\}(?:\s*\{[\d.]+\})?", "\n\n", body)


def _without_lone_items(body: str) -> str:
    """Return the body with paragraphs for items that are in no list, where Pandoc drops text."""
    depth, at = 0, 0
    out: list[str] = []
    for found in re.finditer(r"\\(begin|end)\s*\{(?:itemize|enumerate|description|list)\*?\}|\\item\b(?:\[\])?", body):
        if found[1]:
            depth = max(0, depth + (1 if found[1] == "begin" else -1))
        elif not depth:
            out.append(body[at : found.start()] + r"\par ")
            at = found.end()
    return "".join([*out, body[at:]])


def _with_sections(body: str, own: dict[str, str]) -> str:
    r"""Return the body with `\section` for commands of the source whose arguments are headings of a CV."""
    headings: dict[str, list[str]] = {}
    for command in commands(body, {name for name in own if len(name) > 2}):
        if len(command.arguments) == 1 and re.search(r"^[^\]]*\[1\]", own[command.name].partition("}")[2]):
            headings.setdefault(command.name, []).append(command.arguments[0])
    for name, texts in headings.items():
        known = [text for text in texts if (found := recognise(_texts_of(text))) and found.exact]
        if len(known) > 1 and len(known) * 3 >= len(texts):
            body = re.sub(rf"\\{name}\*?(?=\s*\{{)", r"\\section", body)
    return body


_INLINE = {
    "emph", "textbf", "textit", "textsc", "textsf", "textrm", "textsl", "texttt", "textmd", "textup", "underline",
}  # fmt: skip


def _with_blocks_outside(body: str) -> str:
    """Return the body without emphasis that has paragraphs or lists in it: Pandoc stops at them."""
    while command := next(
        (
            command
            for command in commands(body, _INLINE)
            if command.arguments and re.search(r"\n\s*\n|\\begin\b|\\par\b", command.arguments[0])
        ),
        None,
    ):
        rest = body[command.start : command.end].removeprefix(rf"\{command.name}").lstrip("* \n")
        body = f"{body[: command.start]}{rest[1:-1] if len(command.arguments) == 1 else rest}{body[command.end :]}"
    return body


def _without_environment(body: str, name: str, command: str) -> str:
    """Return the body without an environment. Its argument, which may have braces in it, is the command's."""
    out, at = [], 0
    for found in re.finditer(rf"\\(?:begin\{{{name}\}}[ \t]*\n?[ \t]*(\{{)?|end\{{{name}\}})", body):
        close = _closing(body, found.end() - 1) if found[1] else -1
        out.append(body[at : found.start()])
        at = found.end() - bool(found[1])
        if close > 0:
            argument = body[at + 1 : close]
            out.append(rf"\{command}{{{argument}}}" if command else argument)
            at = close + 1
    return "".join([*out, body[at:]])


def _without_unknown_environments(body: str) -> str:
    """Return the body without the environments of CV classes. Their arguments are a line, and their items a list."""
    out, at = [], 0
    ends: list[str] = []
    for found in re.finditer(r"\\(begin|end)\s*\{([^{}]*)\}", body):
        if found[2] in _ENVIRONMENTS_OF_PANDOC or found.start() < at:
            continue
        out.append(body[at : found.start()])
        at = found.end()
        if found[1] == "end":
            out.append(ends.pop() if ends else "")
            continue
        start = re.compile(r"(?:\s*\[[^\[\]]*\])*").match(body, at)
        at = start.end() if start else at
        arguments = []
        while (opening := re.compile(r"[ \t]*\n?[ \t]*(?=\{)").match(body, at)) and (
            close := _closing(body, opening.end())
        ) > 0:
            arguments.append(body[opening.end() + 1 : close].strip())
            at = close + 1
        if found[2] == "rSubsection" and len(arguments) == 4:
            title, date, role, place = arguments
            arguments = [date, rf"\textbf{{{role}}}", title, place]
        first = re.compile(r"\s*\\(item\b|begin\s*\{itemize|begin\s*\{enumerate)").match(body, at)
        is_list = first is not None and first[1] == "item"
        out.append(rf"\par {_T.join(filter(None, arguments))}\par " if arguments else "\n\n")
        out.append(r"\begin{itemize}" if is_list else "")
        ends.append(r"\end{itemize}" if is_list else "\n\n")
    return "".join([*out, body[at:]])


def _without_odd_ends(body: str) -> str:
    """Return the body without the starts and ends of environments that have no other end: Pandoc stops at them."""
    marks = list(re.finditer(r"\\(begin|end)\s*\{([^{}]*)\}", body))
    opened: list[re.Match[str]] = []
    odd: list[re.Match[str]] = []
    for mark in marks:
        if mark[1] == "begin":
            opened.append(mark)
        elif any(start[2] == mark[2] for start in opened):
            while (start := opened.pop())[2] != mark[2]:
                odd.append(start)
        else:
            odd.append(mark)
    for mark in sorted([*opened, *odd], key=re.Match.start, reverse=True):
        body = body[: mark.start()] + body[mark.end() :]
    return body


# ---------------------------------------------------------------- the person


def _person(preamble: str, body: str) -> tuple[list[str], list[str]]:
    """Return the lines of LaTeX about the person, and the names of pictures."""
    lines: list[str] = []
    pictures: list[str] = []
    names: dict[str, str] = {}
    for command in [*commands(preamble, _PERSON), *commands(_head_of(body), _PERSON - {"position", "title", "date"})]:
        values = [value.strip() for value in command.arguments if value.strip()]
        option = command.options[0].strip() if command.options else ""
        if not values:
            continue
        text = ", ".join(values)
        match command.name:
            case "name" | "cvname" | "author" | "ecvname":
                names["name"] = " ".join(values)
            case "firstname":
                names["first"] = text
            case "familyname" | "lastname":
                names["last"] = text
            case "photo" | "profilepic" | "photoR" | "photoL":
                pictures.append(values[-1])
            case "phone" | "mobile" | "fax" | "tel" | "telephone" | "phonenumber" | "cvnumberphone" | "ecvtelephone":
                kind = option if option in ("mobile", "fax") else "mobile" if command.name == "mobile" else "Tel"
                kind = "fax" if command.name == "fax" else kind
                lines.append(f"{kind}: {text}")
            case "email" | "mail" | "cvmail" | "ecvemail":
                lines.append(f"E-mail: {text}")
            case "social":
                lines.append(_social(option, values[-1]))
            case "homepage" | "website" | "web" | "cvsite":
                lines.append(f"Web: {text}")
            case "born" | "dateofbirth" | "birthday" | "dateandplaceofbirth" | "ecvdateofbirth":
                lines.append(f"Date of birth: {text}")
            case "nationality" | "ecvnationality":
                lines.append(f"Nationality: {text}")
            case "address" | "mailaddress" | "location" | "ecvaddress" | "cvaddress":
                lines.append(f"Address: {text}")
            case _ if command.name in _SITES or f"cv{command.name}" in _SITES:
                lines.append(_social(command.name, values[0] if command.name == "googlescholar" else values[-1]))
            case (
                "title"
                | "position"
                | "tagline"
                | "quote"
                | "extrainfo"
                | "jobtitle"
                | "subtitle"
                | "cvjobtitle"
                | "info"
            ):
                flat = re.sub(r"\{?\\(?:enskip|cdotp|quad|,|;)+\}?|\{\\enskip\\cdotp\\enskip\}", ", ", text)
                lines.append(re.sub(r"(?:,\s*){2,}", ", ", flat))
            case _:
                lines.append(text)
    name = names.get("name") or " ".join(part for part in (names.get("first"), names.get("last")) if part)
    name = re.sub(r"\\thanks\{[^{}]*\}|\\\\.*", "", name, flags=re.DOTALL).strip()
    return ([name] if name else []) + lines, pictures


def _head_of(body: str) -> str:
    """Return the part of the body before the first section, where altacv names the person."""
    found = re.search(r"\\(?:cv)?section\b|\\begin\{(?:rSection|rubric)\}", body)
    return body[: found.start()] if found else body[:2000]


def _without_person(body: str) -> str:
    head = _head_of(body)
    out, at = [], 0
    for command in commands(head, _PERSON - {"position", "title", "date"}):
        if command.start >= at and command.arguments:
            out.append(head[at : command.start])
            at = command.end
    rest = "".join(out) + head[at:]
    return re.sub(r"\\(?:personalinfo|makecvheader|photoR|photoL|maketitle)\b\s*", "", rest) + body[len(head) :]


def _social(kind: str, value: str) -> str:
    kind = kind or "Web"
    if kind.casefold() == "orcid":
        return f"ORCID: {value}"
    target = _SITES.get(kind.casefold(), "")
    if target and "://" not in value and "/" not in value:
        return rf"\href{{{target.format(value)}}}{{{kind}: {value}}}"
    return f"{kind}: {value}"


# ---------------------------------------------------------------- the words of the source

_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302",
    "~": "\u0303", "=": "\u0304", ".": "\u0307", "c": "\u0327",
    "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "LaTeX": "LaTeX", "TeX": "TeX",
}  # fmt: skip


def _texts_of(body: str) -> str:
    """Return the text of a source without its commands. Formulas and settings are no text."""
    import unicodedata

    text = re.sub(r"\\verb\*?(\W)(.*?)\1", r" \2 ", body)
    text = re.sub(r"\$\$.*?\$\$|(?<!\\)\$[^$]*\$|\\\(.*?\\\)|\\\[.*?\\\]", " ", text, flags=re.DOTALL)
    text = re.sub(r"\\begin\s*\{(?:tabular[xy*]|tabulary)\}\s*(\{[^{}]*\})?", r"\\begin{tabular}", text)
    columns = r"(?:\s*\[[^\]]*\])?\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
    text = re.sub(rf"\\begin\s*\{{(?:tabular|longtable|array|supertabular|minipage)\*?\}}{columns}", " ", text)
    text = re.sub(
        r"\\(?:"
        + "|".join(sorted(_NOT_TEXT, key=len, reverse=True))
        + r")\b\*?(?:\s*\[[^\]]*\])*(?:\s*\{(?:[^{}]|\{[^{}]*\})*\})*",
        " ",
        re.sub(
            r"\\(?:begin|end)\s*\{([a-zA-Z*]+)\}(?:\[[^\]]*\])*(?:\{[\\lcrpXm|@!\d.\s>a-z{}]*\}(?=\s*\n))?", " ", text
        ),
    )
    text = re.sub(r"\\href\s*\{((?:[^{}]|\\.)*)\}", " ", text)
    text = re.sub(r"\\textcolor\s*(?:\[[^\]]*\])?\{[^{}]*\}", " ", text)
    text = re.sub(r"\\(?:parbox|makebox|framebox)\s*(?:\[[^\]]*\])*\{[^{}]*\}(?=\s*\{)", " ", text)
    text = re.sub(
        r"\\([\"'`^~=.]|[cvuHkrdb](?![a-zA-Z]))\s*(?:\{\s*\\?([a-zA-Z])\s*\}|\\?([a-zA-Z]))",
        lambda found: unicodedata.normalize("NFC", (found[2] or found[3]) + _ACCENTS[found[1]]),
        text,
    )
    text = re.sub(
        r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j|LaTeX|TeX)(?![a-zA-Z])\s*(?:\{\})?",
        lambda found: _LETTERS[found[1]],
        text,
    )
    text = re.sub(r"\\\\\*?(?:\[[^\]]*\])?", " ", text)
    text = re.sub(r"\\-", "", text)
    text = re.sub(r"\\[a-zA-Z@]+\*?(?:\s*\[[^\]]*\])?", " ", text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    return re.sub(r"[{}]", "", re.sub(r"\}\s*\{", " ", text)).replace("~", " ")
