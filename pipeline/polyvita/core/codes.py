"""Every code that a finding can have, with its severity, its meaning, how to fix it, and an example message.

`docs/findings.md` is generated from this table. A code keeps its meaning over versions. A code that is given up is not
used again. The first digit is the subject:

- PV0: reading the CV.
- PV1: filters, themes and rule files.
- PV2: counts and proofreading.
- PV3: writing the outputs.
- PV4: the rules of recipients.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

CodeSeverity = Literal["error", "warning", "info", "as the rule says"]


class Code(NamedTuple):
    """One code. `example` is a message as the program prints it, without its location."""

    severity: CodeSeverity
    title: str
    meaning: str
    fix: str
    example: str


_RULE: CodeSeverity = "as the rule says"

CODES: dict[str, Code] = {
    # ------------------------------------------------------------ reading the CV
    "PV001": Code(
        "error", "the CV cannot be read",
        "The CV file is missing, is a folder, or cannot be opened.",
        "Run the command in the folder of the CV, or name the file: `polyvita build -s path/to/cv.md`.",
        "file not found",
    ),
    "PV002": Code(
        "error", "the CV is not UTF-8",
        "The file contains a byte that is not valid in UTF-8. Most often the file was saved in an older encoding.",
        "Save the file in the encoding UTF-8. Every text editor can do this.",
        "the byte 0xFC is not UTF-8",
    ),
    "PV003": Code(
        "error", "the CV is empty",
        "The file contains only blank lines, or only front matter and comments.",
        "Restore the file, or create a new CV with `polyvita init`.",
        "the file is empty",
    ),
    "PV004": Code(
        "error", "the front matter is not valid YAML",
        "The text between the two lines `---` at the start of the file cannot be read as keys and values.",
        "Correct the line that the message names. A value that contains a colon and a space needs quotes.",
        "the front matter is not closed",
    ),
    "PV005": Code(
        "error", "an unknown key in the front matter",
        "The front matter has a key that polyvita does not know. The key would have no effect.",
        "Use the suggested key, or delete the line.",
        "unknown key “affilation” in the front matter",
    ),
    "PV006": Code(
        "error", "a wrong value in the front matter",
        "The value has the wrong type, for example a list instead of text. A key that occurs twice has this "
        "code, too.",
        "Write the value as the message describes.",
        "“name” must be text",
    ),
    "PV007": Code(
        "error", "the CV is too large",
        "The file is larger than any CV. Most likely it is a different file, or images are embedded in it as text.",
        "Name the right file. Save images as separate files next to the CV, and link to them.",
        "the file is larger than 5 MB, the maximum size",
    ),
    "PV008": Code(
        "warning", "a character that no document can contain",
        "The text contains an invisible control character, often copied from a PDF. Word cannot open a file with such "
        "a character, so the outputs show � in its place.",
        "Delete the character at the location that the message names.",
        "the character U+0007 cannot be displayed; it is replaced by �",
    ),
    "PV010": Code(
        "error", "a fenced div is not closed",
        "A line `::: {.tag}` opens a fenced div, and no line `:::` closes it. All content after it would get its tags.",
        "Add a line `:::` at the end of the div.",
        "the fenced div that opens here is not closed",
    ),
    "PV011": Code(
        "warning", "a fence closes no div",
        "A line `:::` does not belong to an open div. The outputs show it as text.",
        "Delete the line, or add the line that opens the div.",
        "there is no open div for this fence to close; the fence is kept as text",
    ),
    "PV012": Code(
        "warning", "invalid attributes in braces",
        "Text in braces looks like tags or keys, but cannot be read as attributes. The outputs show it as text.",
        'Write `{#id .tag key=value key="a value"}`. To show a brace, write `\\{`.',
        "{core} looks like attributes but is not valid; it is kept as text",
    ),
    "PV013": Code(
        "warning", "attributes that do not belong to any element",
        "Attributes in the middle of a text cannot be assigned to an element. The outputs show them as text.",
        "Put them directly after a span, link, image or code, or at the end of the block.",
        "the attributes {.core} have no element to belong to; they are kept as text",
    ),
    "PV014": Code(
        "warning", "a missing footnote",
        "The text refers to a footnote that is not defined. The outputs show the mark as text.",
        "Define the footnote on a separate line: `[^name]: …`.",
        "footnote [^one] is not defined; the mark is kept as text",
    ),
    "PV015": Code(
        "warning", "an unused footnote",
        "A footnote is defined, but no mark in the text refers to it. The outputs do not show it.",
        "Add the mark `[^name]` to the text, or delete the footnote.",
        "the text does not refer to footnote [^one]; the footnote is left out",
    ),
    "PV016": Code(
        "warning", "a footnote inside a footnote",
        "The text of a footnote refers to a footnote: itself or another one. The outputs show the inner mark as text.",
        "Replace the inner mark with the text that it refers to.",
        "[^one] is inside a footnote, where footnotes are not possible; the mark is kept as text",
    ),
    "PV017": Code(
        "warning", "a footnote that is defined twice",
        "Two footnotes have the same name. The first definition is used, and the second is not shown.",
        "Rename one of them.",
        "footnote [^one] is defined twice; the first definition is used",
    ),
    "PV018": Code(
        "warning", "too many cells in a table row",
        "A row has more cells than the table has columns. The extra cells are left out.",
        "If the text of a cell contains a bar, write `\\|`. Otherwise add a column to the header of the table.",
        "this row has more cells than the table header (2); the extra cell is left out",
    ),
    "PV020": Code(
        "warning", "markup that only one format shows",
        "Only the web page shows HTML from the CV. Word, PDF and plain text leave it out. Markup for another format "
        "(`{=latex}`) appears in that format only.",
        "Write it in Markdown. All formats support HTML tables and a few tags such as `<sup>` and `<br>`.",
        "<time> appears only in HTML output; docx, pdf and txt leave it out",
    ),
    "PV021": Code(
        "warning", "an HTML tag without its partner",
        "An HTML tag is opened and not closed, or closed and not opened.",
        "Add the missing tag, or delete this one.",
        "<sup> is not closed; docx, pdf and txt leave it out",
    ),
    "PV022": Code(
        "warning", "a link without a target",
        "The parentheses after the link are empty. The outputs show the link as plain text.",
        "Write the address in the parentheses, or remove the brackets.",
        "this link has no target; only its text is kept",
    ),
    "PV023": Code(
        "warning", "a comment that is not closed",
        "A comment opens with `<!--` and has no `-->`. A comment that starts a block hides everything that follows. "
        "A comment inside a paragraph is shown as text if it does not end before the next blank line.",
        "Add `-->` at the end of the comment.",
        "the comment that opens here is not closed; it hides all text after it",
    ),
    "PV024": Code(
        "warning", "markup that is not allowed in any output",
        "The CV contains markup for Typst or Word (`{=typst}`, `{=openxml}`). Such markup can run forever, or make a "
        "file that Word cannot open. It is left out.",
        "Write it in Markdown. For anything that Markdown cannot express, use `pandoc_filters` in the filter.",
        "raw typst markup is not allowed; every output leaves it out",
    ),
    # Markup of other tools. The findings are made in `reader/foreign_markup.py`.
    "PV030": Code(
        "warning", "a template or shortcode of another tool",
        "The CV was written for Jekyll (Liquid), Hugo or Quarto. The tool replaces this text by other text. polyvita "
        "does not, so the outputs show the markup.",
        "Render the CV with the tool first, and use the result. Or remove the markup.",
        "{{ site.title }} was written for Jekyll (Liquid); every output shows it as text",
    ),
    "PV031": Code(
        "warning", "code that another tool runs",
        "Quarto or R Markdown runs this code and shows its result. polyvita runs no code of a CV.",
        "Run the CV with Quarto or knitr first, and keep the result.",
        "`r n` is code that Quarto or R Markdown runs; every output shows the code, not its result",
    ),
    "PV032": Code(
        "warning", "LaTeX in the CV",
        "The CV has a LaTeX command. Pandoc drops such commands in Word and HTML. polyvita leaves out a line that only "
        "sets spaces, sizes or pages. It shows all other commands as text.",
        "Write it in Markdown. The theme sets spaces and pages.",
        "\\textbf{Jane} is markup of LaTeX; every output shows it as text",
    ),
    "PV033": Code(
        "warning", "markup of another tool",
        "The CV has markup of a tool such as MyST, Docusaurus, Sphinx, Org or a wiki.",
        "Write it as in the hint, or remove it.",
        "[[Home]] is markup of a wiki (Obsidian); every output shows it as text",
    ),
    "PV034": Code(
        "warning", "a bullet that is text",
        "A line starts with a bullet such as “•”. Markdown starts a list item with “-”, so this is one long paragraph.",
        "Write “- ” instead of the bullet.",
        "• at the start of a line does not start a list item; every output shows it as text",
    ),
    "PV035": Code(
        "warning", "a heading without a blank",
        "A line starts with # and a letter. Markdown needs a blank after #, so this is a paragraph.",
        "Write a blank after #.",
        "#Awards is not a heading without a blank after #; every output shows it as text",
    ),
    "PV036": Code(
        "warning", "the end of a comment without a start",
        "The text has “-->”, but no comment is open there. Perhaps a comment contains another comment.",
        "Delete it, or add “<!--” where the comment starts.",
        "--> ends no comment; every output shows it as text",
    ),
    "PV037": Code(
        "warning", "a blank in an address",
        "The address of a link or an image contains a blank, so Markdown does not read it as a link or an image.",
        "Write the address in angle brackets: ![](<my photo.jpg>).",
        "the address in ![me](my photo.jpg) contains a blank; every output shows it as text",
    ),
    "PV038": Code(
        "warning", "an entity that is not valid",
        "The text has an HTML entity that is not complete, such as “&nbsp” without a semicolon.",
        "Add the semicolon, or write the character itself.",
        "&nbsp is not a valid entity; every output shows it as text",
    ),
    "PV039": Code(
        "warning", "Markdown between HTML tags",
        "Markdown directly after an HTML tag is not read: a blank line has to be between them. The outputs show the "
        "markup as text.",
        "Put a blank line before the Markdown and after it, or write it in HTML.",
        "**Prof.** is between HTML tags, where Markdown is not read; every output shows it as text",
    ),
    "PV040": Code(
        "warning", "emphasis that is text",
        "Chinese and Japanese have no blanks between words. CommonMark does not read ** as emphasis between a letter "
        "and a sign, such as a bracket or a quotation mark.",
        "Write `<strong>…</strong>` or `<em>…</em>` there.",
        "** between a letter and a sign does not mark emphasis; every output shows it as text",
    ),
    "PV041": Code(
        "warning", "a block that breaks a numbered list",
        "A list or a paragraph after a numbered item is indented, but not as far as the text of the item. So it is not "
        "part of the item: the list ends before it, and another list starts after it.",
        "Indent the block as far as the text of the item: three blanks after `1. `.",
        "“b” is not indented enough to be in the numbered list, so the list ends here",
    ),
    "PV042": Code(
        "warning", "a citation without a bibliography",
        "The text cites a reference by its key, as Pandoc and Quarto do. The front matter names no bibliography, so "
        "the outputs show the key.",
        "Write `bibliography: file.bib` in the front matter, or write the reference itself. To show the text as it is, "
        "write a backslash before the sign: `\\@key`.",
        "[@bach2015] cites a reference, but the CV has no bibliography; every output shows it as text",
    ),
    "PV043": Code(
        "warning", "a sentence that a span was taken out of",
        "A filter leaves out a span in the middle of a sentence. What is left has two commas in a row, or “and” before "
        "a full stop. The message has the text before the gap.",
        "Put the words and the commas around the span into it, too.",
        "without this span, the text reads “… many prizes, and.”",
    ),
    "PV044": Code(
        "warning", "markup in the front matter",
        "The values of the front matter are plain text. The head of the page would show the markup in them.",
        "Write plain text. For several lines, write a list: `address: [Street 1, City]`.",
        "<br> in “address” is not read as markup, because the front matter is plain text",
    ),
    "PV045": Code(
        "warning", "bold text with a blank beside its marks",
        "Markdown does not read `**bold **` or `** bold**` as bold, because a blank is between the text and the marks.",
        "Move the blank out of the marks: `**bold** `.",
        "**bold ** has a blank beside **, so it is not bold; every output shows it as text",
    ),
    "PV046": Code(
        "warning", "a formula that cannot be read",
        "The text between dollar signs is not a formula in TeX. The outputs show it as text, with its dollar signs.",
        "Correct the formula. If the dollar signs are currency, write `\\$`.",
        "$\\frac{1$ is not a formula in TeX; every output shows it as text",
    ),
    "PV047": Code(
        "info", "a name from the first heading",
        "The front matter has no `name`. The only heading of level 1 is above all others, so it is taken as "
        "the name.",
        "Write `name: …` in the front matter.",
        "the heading “Jane Doe” is used as the name",
    ),
    "PV048": Code(
        "warning", "a table that cannot be read",
        "The text is drawn like one of Pandoc’s grid, simple or multiline tables, but its lines do not fit together. "
        "The outputs show it as text.",
        "Align the columns below their headings and borders, or write a pipe table: `| a | b |`.",
        "this looks like a table, but its columns do not fit; it is kept as text",
    ),
    "PV049": Code(
        "warning", "a ** without a partner",
        "The whole CV has one `**` that is text, so it was probably meant to begin or end bold text. The outputs show "
        "it.",
        "Delete it, or add the other `**`. To show it, write `\\*\\*`.",
        "this ** has no partner, so nothing is bold; every output shows it as text",
    ),
    "PV050": Code(
        "info", "front matter for another tool",
        "The front matter has keys that Jekyll, Hugo, Quarto, R Markdown or Pandoc use. polyvita passes over them. If "
        "there is no `name`, it takes `author`, or a `title` that is a name.",
        "Keep them if the other tool still reads the file. Otherwise delete them.",
        "“layout” and “permalink” in the front matter are for Jekyll; polyvita does not use them",
    ),
    "PV051": Code(
        "warning", "unknown key in the front matter",
        "The front matter has a key that polyvita does not know. Its value is in no output. A key that looks like a "
        "slip of the keyboard is an error instead (PV005).",
        "Use the key in the hint, or delete the line.",
        "unknown key “github” in the front matter; it is not used",
    ),
    # Dates in the text. The findings are made in `transforms/read_dates.py`.
    "PV060": Code(
        "warning", "an item without a date",
        "The item is in a part with `dates=read`, but no date is at its start or end, in parentheses or in a cell. "
        "`since` keeps the item, and `sort` puts it last.",
        "Add `date=…` to the item, or `dates=shown` if it has no date.",
        "this item shows no date that “dates=read” can use",
    ),
    "PV061": Code(
        "warning", "an item with several dates",
        "The item is in a part with `dates=read`. Its text shows dates that disagree, or a date that can be read in "
        "two ways, such as 03/04/2019.",
        "Add `date=…` to the item, or correct the text.",
        "the text shows the dates 2014 and 2016; no date is read from this item",
    ),
    # ------------------------------------------------------------ the files of bibliographies
    "PV070": Code(
        "warning", "an entry without a key or a title",
        "An entry of a bibliography has no key, or no title. It is used with what it has.",
        "Add the key behind the opening brace, or the field `title`.",
        "entry “doe2024” has no title",
    ),
    "PV071": Code(
        "warning", "a state instead of a date",
        "The year of an entry is a state such as “in press”. The state is shown, but the entry has no date for `sort`, "
        "`since` and `limit`.",
        "Write the expected year into `year` or `date`, and the state into `pubstate`.",
        "“in press” is not a date; the entry is sorted as one without",
    ),
    "PV072": Code(
        "warning", "two entries for one publication",
        "Two entries of the bibliographies have the same DOI, or the same type, title, first author, year and venue. "
        "Outputs can show the publication twice.",
        "Remove one of the two.",
        "entries “doe2024” and “doe2024a” have the same DOI",
    ),
    "PV073": Code(
        "warning", "a bibliography without entries",
        "The file is empty, or it is not in a format that polyvita reads: BibTeX, BibLaTeX, RIS, CSL-JSON or EndNote "
        "XML.",
        "Export the bibliography again in one of these formats.",
        "no entries found: the file is not BibTeX, RIS, CSL-JSON or EndNote XML",
    ),
    "PV074": Code(
        "warning", "a part of a bibliography cannot be read",
        "An entry, or a part of one, cannot be read and is left out. All other entries are used.",
        "Check the braces and quotes at this line, or export the entry again.",
        "entry “doe2024” cannot be read; it is left out",
    ),
    "PV075": Code(
        "warning", "a key is used twice",
        "Two entries of the bibliographies have the same key. Both are used, and the second one gets another key. If "
        "both have the same content, one of them is used.",
        "Change one of the keys, or remove one of the entries.",
        "key “doe2024” is used for two entries; this one is called “doe2024-2”",
    ),
    "PV076": Code(
        "warning", "an unknown type of entry",
        "The type of the entry is not one of BibLaTeX, RIS or CSL. The entry is read as a document.",
        "Correct the type, or use `misc`.",
        "unknown type “artcle”; the entry is read as a document",
    ),
    "PV077": Code(
        "warning", "a date of an entry is not a date",
        "The date, year or month of an entry cannot be read as a date. It is shown as it is written.",
        "Write the date as `year = {2015}` or `date = {2015-07-10}`.",
        "“201S” is not a date",
    ),
    "PV078": Code(
        "warning", "a DOI that is not one",
        "The field for the DOI contains an address, or something else that is not a DOI. From an address, the DOI is "
        "used.",
        "Write the DOI alone: it starts with `10.`.",
        "“doi” contains an address; only the number behind it is used",
    ),
    "PV079": Code(
        "warning", "a bibliography in an older encoding",
        "The file is not UTF-8. It is read as Windows-1252, which contains Latin-1. If it is in another encoding, some "
        "letters are wrong.",
        "Save the file in the encoding UTF-8.",
        "the file is not UTF-8; it is read as Windows-1252, so some letters may be wrong",
    ),
    "PV080": Code(
        "warning", "a field is written twice",
        "An entry has the same field twice with different values.",
        "Remove one of the two.",
        "field “volume” is written twice; the first is used",
    ),
    "PV081": Code(
        "warning", "LaTeX that cannot be converted",
        "A field contains LaTeX commands that cannot be converted. The text of the field is used without commands.",
        "Replace the commands by the characters themselves.",
        "field “title” of entry “doe2024”: Pandoc cannot read the LaTeX; the text is used without it",
    ),
    "PV082": Code(
        "warning", "an abbreviation is not defined",
        "A value is a word without braces or quotes, but no `@string` before it defines the word. The word itself is "
        "used.",
        "Define the word with `@string`, or put the value into braces.",
        "the abbreviation “jacs” is not defined; the word itself is used",
    ),
    "PV083": Code(
        "warning", "an entry refers to one that does not exist",
        "`crossref` or `xdata` names an entry that no file has, or the entry itself. It takes no fields from there.",
        "Correct the key.",
        "“crossref = proc2024”: this entry does not exist; nothing is taken from it",
    ),
    "PV084": Code(
        "warning", "a broken entry",
        "A comma, brace or quote is missing or is one too many, or names are separated in a wrong way. The program "
        "has guessed what is meant.",
        "Correct the place that the message names, and check the entry in the outputs.",
        "the comma behind field “title” is missing",
    ),
    # ------------------------------------------------------------ bibliographies in the CV
    "PV089": Code(
        "warning", "a list of entries is empty",
        "No entry of the bibliography has what a list `::: {.bibliography items=\"…\"}` asks for.",
        "Change the expression in `items`, or the tags of types in the front matter.",
        "no entry of the bibliography is “journal”; the list is empty",
    ),
    "PV090": Code(
        "warning", "entries that are in no list",
        "The bibliography has entries that the CV does not show anywhere, so that no output can contain them.",
        "Widen the expression in `items` of a list, or add a line `- @key`.",
        "doe2024 is in no list, so no output can show it",
    ),
    "PV091": Code(
        "warning", "a publication is in the CV and in the bibliography",
        "An item of the CV and an entry of the bibliography have the same DOI, or the same title, year and first "
        "author. Outputs can show the publication twice.",
        "Delete one of the two.",
        "this item is also the entry doe2024 of the bibliography: the same DOI",
    ),
    "PV092": Code(
        "warning", "the owner is not shown among the authors",
        "The list of authors is shortened, and the owner of the CV is one of those who are left out.",
        "Add `keep: own` to `authors` in the filter, or show all authors.",
        "“et al.” leaves the owner of the CV out: doe2024 and doe2025",
    ),
    "PV093": Code(
        "warning", "a preprint beside its published version",
        "The bibliography has a preprint and a publication with the same title and first author.",
        "Delete the preprint, or leave it out with `drop: preprint`.",
        "doe2024a is a preprint of doe2025",
    ),
    "PV094": Code(
        "warning", "an entry has two lines in one section",
        "A section has two lines `- @key` for the same entry. Only the first one is used.",
        "Merge the two lines.",
        "@doe2024 is listed twice in this section; the second line is not used",
    ),
    "PV095": Code(
        "warning", "a style shows nothing of an entry",
        "The citation style has no place for any field of the entry. Its title is shown instead.",
        "Add the fields that are missing, or use another style.",
        "the style “nature” shows nothing of doe2024; its title or key stands instead",
    ),
    "PV096": Code(
        "error", "the bibliography cannot be read",
        "A file that the front matter names in `bibliography` is missing, is not text, or is too large.",
        "Put the file beside the CV, or correct its name in the front matter.",
        "bibliography “publications.bib” not found",
    ),
    "PV097": Code(
        "error", "a key that is not in the bibliography",
        "A citation such as `[@doe2024]`, or a line `- @doe2024`, names an entry that no file of `bibliography` has.",
        "Correct the key, or add the entry to the bibliography.",
        "no entry “doe2024” in the bibliography",
    ),
    "PV098": Code(
        "error", "a citation style is missing",
        "The citation style is not found, or the parent that a dependent style refers to. Styles are never fetched from"
        " the internet.",
        "Put the `.csl` file beside the CV, or install the styles with `pip install \"polyvita[styles]\"`.",
        "style “apa” not found",
    ),
    "PV099": Code(
        "error", "a file is not a citation style",
        "The file is not a style in CSL, or it has no layout for lists.",
        "Download the style again, for example from zotero.org/styles.",
        "“own.csl” is not a CSL style: line 3, column 7 is not valid XML",
    ),
    # ------------------------------------------------------------ filters, themes, rule files
    "PV101": Code(
        "error", "an invalid expression",
        "An expression, for example in `select`, cannot be read. The caret shows where reading stopped.",
        "Build the expression from tags, comparisons such as `date >= 2020`, `and`, `or`, `not` and parentheses.",
        "a tag or a comparison is missing before the end of the expression",
    ),
    "PV110": Code(
        "error", "an unknown tag",
        "An expression names a tag that nothing in the CV has. Most often it is a typing error.",
        "Use the suggested name. If you plan to use the tag later, list it in the front matter under `tags`.",
        "no tag “cora” in this CV",
    ),
    "PV111": Code(
        "error", "an unknown key",
        "An expression or `sort` names a key that nothing in the CV has.",
        "Use the suggested name, or add the key to the content that needs it.",
        "no key “yeer” in this CV",
    ),
    "PV112": Code(
        "error", "a tag that the front matter does not list",
        "The front matter lists all allowed tags under `tags`, and this tag is not in the list.",
        "Use the suggested name, or add the tag to `tags` in the front matter.",
        "the front matter does not list the tag “cora”",
    ),
    "PV113": Code(
        "error", "an unknown section",
        "`order`, `titles` or `sections` names a section by an id that no heading has.",
        "Use the suggested id, or add `{#id}` to the heading.",
        "no section in this CV has the id “boi”",
    ),
    "PV114": Code(
        "warning", "a setting of a filter that matches nothing",
        "A `drop`, `limit` or `sort` matches no content of the CV, so it has no effect.",
        "Correct the expression, or delete the setting.",
        "“drop” matches nothing: no content in the CV is “patent and selected”",
    ),
    "PV115": Code(
        "error", "a filter that selects no content",
        "The filter leaves out the whole CV. An output without content is never intended.",
        "Correct `select` or `drop`. `polyvita explain NAME` shows why each line is left out.",
        "filter “short” selects no content",
    ),
    "PV116": Code(
        "warning", "an empty part in “sections”",
        "No selected content belongs to this part of `sections`, so its heading is not shown.",
        "Correct `from` or `items`, or delete the part.",
        "no content in the CV matches the part “Scientific Results”, so the output leaves it out",
    ),
    "PV117": Code(
        "warning", "selected content that no part of “sections” takes",
        "`select` keeps this content, but no part of `sections` takes it, so it is not shown.",
        "Add a part for it, or leave it out with `drop`.",
        "“sections” has no part for “Awards”, so the output leaves this content out",
    ),
    "PV120": Code(
        "error", "a filter file, theme or rule file cannot be read",
        "The file is missing, is a folder, cannot be opened, or its name does not end in `.yaml`.",
        "Correct the name or the permissions of the file.",
        "file not found",
    ),
    "PV121": Code(
        "error", "a filter file, theme or rule file is not UTF-8",
        "The file contains a byte that is not valid in UTF-8.",
        "Save the file in the encoding UTF-8.",
        "the byte 0xFC is not UTF-8",
    ),
    "PV122": Code(
        "error", "a filter file, theme or rule file is not valid YAML",
        "The file cannot be read as keys and values.",
        "Correct the line that the message names. Close all brackets and quotes. Share keys of filters with `extends`, "
        "not with YAML’s anchors and aliases.",
        "not valid YAML: the list that opens here has a missing comma or no closing “]”",
    ),
    "PV123": Code(
        "error", "a key that occurs twice",
        "The file has the same key twice, so one of the two values would be lost.",
        "Delete one of them.",
        "the key “title” occurs twice",
    ),
    "PV124": Code(
        "error", "an unknown key in a filter file, theme or rule file",
        "The file has a key that polyvita does not know. The key would have no effect.",
        "Use the suggested key. The pages [filter files](filters.md), [themes](themes.md) and [rule files](rules.md) "
        "list all keys.",
        "unknown key “selekt” in a filter file",
    ),
    "PV125": Code(
        "error", "an invalid value",
        "The value of a key has the wrong type, is not one of the allowed values, or contradicts another value.",
        "Write the value as the message describes.",
        "“numbering” must be restart, keep or reverse, not “reversed”",
    ),
    "PV126": Code(
        "error", "a missing key",
        "A group of keys lacks a required key.",
        "Add the key that the message names.",
        "“items” is missing in “limit”",
    ),
    "PV127": Code(
        "error", "a filter file, theme or rule file is too large",
        "The file is larger than any file of its kind. Most likely it is a different file.",
        "Name the right file, or check its content.",
        "the file is larger than 200 KB, the maximum size",
    ),
    "PV128": Code(
        "error", "“extends” names a filter that cannot be used",
        "`extends` names a filter that is not in the folder, or filters extend each other in a circle.",
        "Name another filter in the same folder.",
        "“extends” names the filter “base”, which does not exist",
    ),
    "PV129": Code(
        "error", "an unknown theme",
        "There is no theme with this name, either in `themes/` beside the CV or among the built-in themes.",
        "Use one of the suggested names, or create `themes/<name>.yaml`.",
        "theme “nice” not found",
    ),
    "PV130": Code(
        "error", "no filter files",
        "The folder `filters/` beside the CV is missing, or contains no file that ends in `.yaml`.",
        "Create a filter file. `polyvita init` creates some to start with.",
        "no filter file in this folder",
    ),
    "PV131": Code(
        "error", "an unknown filter",
        "The command names a filter that is not in the folder `filters/`.",
        "Use the suggested name, without `.yaml`.",
        "filter “ona” not found in filters",
    ),
    "PV132": Code(
        "error", "a missing file that a filter names",
        "The Word template in `reference`, or a program in `pandoc_filters`, does not exist.",
        "Put the file beside the filter file, or correct its name.",
        "Word template “form.docx” not found",
    ),
    "PV133": Code(
        "error", "a format that no filter writes",
        "The command asks for a format that is not in the `formats` of these filters. No output would be written.",
        "Add the format to `formats` of a filter, or ask for another format.",
        "none of these filters has the format pdf",
    ),
    "PV134": Code(
        "error", "an unknown format",
        "`formats` takes html, docx, pdf, txt and the names of Pandoc’s writers. This name is none of them.",
        "Use the suggested name.",
        "“dcox” is not a format",
    ),
    "PV135": Code(
        "error", "two outputs with the same file name",
        "Two filters write a file with the same name. One would overwrite the other.",
        "Change `filename` in one of them.",
        "filters “one” and “two” both write one.html",
    ),
    "PV136": Code(
        "error", "a folder that is in use",
        "`polyvita init` would overwrite an existing file, or its argument is a file and not a folder.",
        "Name a new folder or an empty folder.",
        "cv.md already exists",
    ),
    "PV137": Code(
        "error", "missing private data",
        "The filter has `private: true`, but there is no file with private data beside the CV.",
        "Create that file, or delete the line from the filter.",
        "the filter shows private data, but there is no cv.private.yaml beside the CV",
    ),
    "PV138": Code(
        "error", "an unknown rule set",
        "There is no rule set with this name, either in `rules/` beside the CV or among the built-in rule sets.",
        "Use one of the suggested names. The page [recipients](recipients/README.md) lists the built-in rule sets.",
        "rule set “drg” not found",
    ),
    "PV139": Code(
        "error", "a wrong command line",
        "The command or one of its options does not exist, or a value is missing or has the wrong form.",
        "Use the suggested name. `polyvita --help` lists all commands, and `polyvita COMMAND --help` all options.",
        "“biuld” is not a command; did you mean “build”?",
    ),
    "PV140": Code(
        "error", "a CV without a git history",
        "The folder of the CV is not in a git repository, so there is no earlier version to compare with.",
        "Create a repository with `git init`, and commit your changes. Two filters can be compared without git.",
        "cv is not in a git repository, so there is no earlier version to compare with",
    ),
    "PV141": Code(
        "error", "an unknown git revision",
        "The value of `--since` is not a commit, tag or branch of the repository of the CV.",
        "Use a revision that `git log --oneline` shows, or count back from the last commit: `HEAD~1`.",
        "revision “HEAD~100” not found in the git repository",
    ),
    "PV142": Code(
        "error", "a file that does not exist in a revision",
        "The CV, the filter, or a filter that it extends did not exist in that revision, or had another name.",
        "Name a later revision. If the filter had another name, give both names: `polyvita diff NEW OLD --since v1`.",
        "filters/short.yaml does not exist in “HEAD~3”",
    ),
    # ------------------------------------------------------------ counts
    "PV201": Code(
        "warning", "a number in the text that does not match a count",
        "The text gives another number than `count` computes. The outputs show the computed number.",
        "Write the computed number, or leave the brackets empty.",
        "the text says 93, but there are 94 items with “publication”",
    ),
    # ------------------------------------------------------------ proofreading
    "PV210": Code(
        "warning", "a tag that no filter uses",
        "The CV has a tag that no filter and no rule uses, so the tag has no effect. This is reported only if all "
        "filters are checked. Tags that the front matter lists are not reported.",
        "Correct the tag, use it in a filter, or list it with its meaning under `tags` in the front matter.",
        "no filter uses the tag “selcted”",
    ),
    "PV211": Code(
        "warning", "a tag that may have a typing error",
        "The tag occurs once, and differs in one letter from a tag that occurs often.",
        "Correct the tag. If it is right, list it in the front matter under `tags`.",
        "the tag “publicaton” occurs once, the similar tag “publication” 12 times",
    ),
    "PV212": Code(
        "warning", "a key that has no meaning",
        "No output shows the value of this key, because polyvita does not know the key and no filter uses it. Often "
        "the key has another name here: `org` instead of `organisation`, one `date` instead of `start` and `end`.",
        "Write the key in the hint. If the key is your own, use it in a filter, or list it in `keys` in the front "
        "matter.",
        "the key “dat” has no meaning; no output shows its value",
    ),
    "PV213": Code(
        "error", "an invalid date or priority",
        "The value cannot be read. Sorting, `since` and fitting ignore it.",
        "Write a date as `2018`, `2018-12` or `2018-12-19`, and an interval as `2012/2013` or `2021/..`. A priority is "
        "a number from 1 to 9.",
        "“2024-22” is not a date: there is no month 22",
    ),
    "PV214": Code(
        "warning", "a date that is out of order",
        "The dates of the neighbouring items or entries are in order, newest or oldest first, and this date breaks the "
        "order. Most often a digit is wrong.",
        "Correct the date, or move the item.",
        "2012 is out of order: the dates around it run newest first",
    ),
    "PV215": Code(
        "error", "an id that occurs twice",
        "Two parts of the CV have the same id. Links and filters that use the id find only the first part.",
        "Change one of the two ids.",
        "the id “talks” is already used in line 12",
    ),
    "PV216": Code(
        "warning", "a publication that occurs twice",
        "Two items have nearly the same title and share at least half of their authors. One may be the preprint of the "
        "other.",
        "Keep one of them.",
        "this publication looks like the one in line 20",
    ),
    "PV217": Code(
        "warning", "a gap in handwritten numbers",
        "The items of a list have increasing numbers, or begin with references such as [12]. One number is missing or "
        "occurs twice.",
        "Check if an item is missing, and correct the numbers.",
        "4. follows 2. in a list that is numbered by hand",
    ),
    "PV218": Code(
        "warning", "a link to an unknown id",
        "A link in the CV points to an id that nothing in the CV has.",
        "Use the suggested id, or add `{#id}` to the heading.",
        "this link leads to the id “tlaks”, which does not exist",
    ),
    "PV219": Code(
        "warning", "a broken address",
        "An address contains a space, is cut off, or is not closed. The link leads nowhere, or is not recognised "
        "as a link.",
        "Open the page in a browser, and copy the address again.",
        "the address https://doi.org/10.1234/ is cut off",
    ),
    "PV220": Code(
        "warning", "a skipped heading level",
        "A heading is two or more levels below the heading before it. Tables of contents and screen readers depend on "
        "the levels.",
        "Remove one `#` from this heading and from the headings beside it.",
        "a level 3 heading is directly below a level 1 heading",
    ),
    "PV221": Code(
        "warning", "a bold paragraph that looks like a heading",
        "A short paragraph is completely bold and has content below it. Filters, tables of contents and screen readers "
        "do not recognise it as a heading.",
        "Write it as a heading, with `#` signs.",
        "“Talks” looks like a heading, but is only bold text",
    ),
    "PV222": Code(
        "warning", "an unpaired quotation mark",
        "A quotation mark is opened and not closed in its block, or closed and not opened.",
        "Add the missing quotation mark.",
        "“ is opened but not closed",
    ),
    "PV223": Code(
        "warning", "an unpaired bracket",
        "A bracket is opened and not closed in its block, or closed and not opened.",
        "Add the missing bracket.",
        "( is opened but not closed",
    ),
    "PV224": Code(
        "warning", "an image that is too large",
        "The image is larger than 5 MB, or has more than 900 pixels per inch of its width on the page. Every output "
        "contains the whole image.",
        "Save a smaller copy of the image, and use that copy.",
        "the image me.jpg has 12.0 MB, more than the recommended 5 MB",
    ),
    # ------------------------------------------------------------ writing the outputs
    "PV301": Code(
        "error", "the disk or an external program failed",
        "An output could not be written, or a program such as Pandoc, Typst or git failed. The earlier file is "
        "unchanged.",
        "Follow the message: close the file in Word, free some disk space, or make the folder writable.",
        "out/one.html cannot be written: out is a file, not a folder",
    ),
    "PV302": Code(
        "error", "too many pages",
        "The PDF has more pages than `pages` allows.",
        "Select less content, or add `fit: drop`, which leaves out the least important content.",
        "short.pdf has 2 pages (maximum 1); it is 3 lines too long",
    ),
    "PV303": Code(
        "warning", "a missing font",
        "The font that the theme or filter names was not found. The PDF uses another font. The Word file still names "
        "the original one.",
        "Put the font files into a folder `fonts/` beside the CV, or install the font.",
        "font “Garamond” not found; the PDF uses Caladea instead",
    ),
    "PV304": Code(
        "error", "characters that no font contains",
        "No available font has these characters. The PDF would show empty boxes, so it is not written.",
        "Install a font that has them, or put its files into `fonts/` beside the CV. The PDF then uses it for them.",
        "no available font can show 蒲 (U+84B2)",
    ),
    "PV305": Code(
        "error", "an image that is not a file in the folder",
        "The address of the image is not a relative file path. Only files in the folder of the CV are used.",
        "Save the image beside the CV, and use that file.",
        "the image file:///me.png is not a relative file path; only files in the folder of the CV are used",
    ),
    "PV306": Code(
        "error", "an image outside the folder of the CV",
        "An image outside the folder is not copied with the CV, and may be confidential. The outputs show its text "
        "instead.",
        "Copy the image into the folder of the CV. If you trust the CV, allow the other folder: "
        "`polyvita build --allow-folder FOLDER`.",
        "the image ../me.png is outside the folder of the CV",
    ),
    "PV307": Code(
        "error", "a missing image",
        "The CV names an image file that does not exist. The outputs show the text of the image instead.",
        "Correct the name. It is relative to the folder of the CV.",
        "image me.png not found in the folder of the CV",
    ),
    "PV308": Code(
        "error", "an image in an unsupported format",
        "Some output formats cannot show the image, or its content does not match the ending of its name. The outputs "
        "show its text instead.",
        "Save the image in one of the formats that the message names.",
        "the image me.tiff has a format that not every output can show",
    ),
    "PV309": Code(
        "warning", "an image from the internet",
        "The image is a web address. polyvita downloads nothing, so that the same CV always gives the same output. The "
        "outputs show its text as a link to the image.",
        "Save the image beside the CV, and use that file.",
        "the image https://example.org/me.png is on the internet; its text is shown as a link",
    ),
    "PV310": Code(
        "error", "content that does not fit",
        "Even the priority-1 content alone is longer than `pages` or `words` allows. The output is not written.",
        "Give some content a lower priority (2 to 9), or raise the limit.",
        "the priority-1 content alone is 12 lines too long for 1 page",
    ),
    "PV311": Code(
        "error", "too many or too few words",
        "The content that `words` counts is longer or shorter than the limit. The output is still written.",
        "Shorten or lengthen the text, or add `fit: drop`.",
        "“bio” has 120 words (maximum 100)",
    ),
    "PV320": Code(
        "error", "private data in an output",
        "The finished file contains a value from `cv.private.yaml`, visible or hidden, but its filter does not have "
        "`private: true`. The output is not written, and the earlier file is unchanged.",
        "Remove the value from the line that the message names, or add `private: true` to the filter.",
        "one.html would show the private value of “mobile”; the file is not written",
    ),
    "PV321": Code(
        "error", "a comment in an output",
        "The finished file would show text from a comment in the CV. The output is not written, and the earlier file "
        "is unchanged.",
        "Add `-->` at the end of the comment. If it is there, check the programs in `pandoc_filters`.",
        "one.html would show this comment; the file is not written",
    ),
    "PV322": Code(
        "error", "text in an output that its filter leaves out",
        "The finished file would show a unit that the filter does not select, or that was left out to make the rest "
        "fit. The output is not written, and the earlier file is unchanged.",
        "Check the programs in `pandoc_filters`. Nothing else should cause this.",
        "one.html would show this text, which the filter leaves out; the file is not written",
    ),
    "PV323": Code(
        "warning", "a damaged manifest",
        "A build records what it wrote in `manifest.json` among the outputs. This file was changed or damaged. It is "
        "kept under another name. Without it, polyvita cannot know which outputs were edited by hand. So it also keeps "
        "each output that it has to replace.",
        "Delete the renamed files if you do not need them. All outputs and the manifest are built again.",
        "the build manifest is damaged; it is kept as “manifest (edited).json”; all outputs are rebuilt",
    ),
    "PV324": Code(
        "warning", "an output that was edited by hand",
        "A finished file was edited, and has to be built again. Your version is kept beside the new file, under "
        "another name. So is a file that was in the place of an output before the first build, or whose manifest was "
        "deleted.",
        "Make the change in the CV or the filter, and then delete the renamed file.",
        "cv.docx was edited by hand; your version is kept as “cv (edited).docx”",
    ),
    "PV325": Code(
        "warning", "an output that no filter produces",
        "A filter or one of its formats was removed, but its output is still there. It looks like the other outputs, "
        "but is no longer updated. This is reported once.",
        "Delete the file, or restore the filter or the format.",
        "no filter produces this file any more; it was left unchanged",
    ),
    # ------------------------------------------------------------ scripts and direction
    "PV327": Code(
        "error", "no entries to write",
        "A filter writes `bib`, `ris`, `csljson` or `coa`, but it shows no entries of a bibliography. A list of "
        "publications in Markdown is text without fields, so nothing can be written of it.",
        "Name a bibliography in the front matter, and show its entries in the CV.",
        "the filter shows no entries of a bibliography; bib is not written",
    ),
    "PV328": Code(
        "warning", "items that are no entries",
        "A filter writes `bib`, `ris` or `csljson`. In a list with entries of a bibliography there are also items in "
        "Markdown, which have no fields, so these files lack them.",
        "Add an entry for each publication to the bibliography, and delete the item in Markdown.",
        "publications.bib cannot contain 2 items of the CV that are beside entries but are text",
    ),
    "PV329": Code(
        "warning", "a project that SciENcv cannot take whole",
        "A filter writes `sciencv`. A text is longer than its field, a value has another form than SciENcv reads, or a "
        "project lacks facts that SciENcv asks for. The file is written: long texts are cut, and the other fields stay "
        "empty.",
        "Correct the project in the CV, or fill in the fields in SciENcv after the upload.",
        "some projects lack amount and effort, which SciENcv asks for (2 places: lines 41, 45)",
    ),
    "PV330": Code(
        "error", "private data that would not be read",
        "A file beside the CV looks like private data, but it is not the private file of this CV. It has another name, "
        "belongs to another CV, or is a folder or a broken link. polyvita cannot search outputs for its values, so it "
        "builds nothing.",
        "Rename, copy or move the file as the hint says.",
        "cv.private.yml is not read, so the outputs cannot be searched for its values",
    ),
    "PV331": Code(
        "warning", "an address that is not allowed",
        "The address of a link or an image starts with a scheme such as `javascript:` or `file:`. Such an address can "
        "run code, or open a file of the reader. Every output has only the text of the link.",
        "Use an address that starts with `https:`, `mailto:`, `tel:` or another of the schemes that the message "
        "lists. For a web page, write `https://` at its start.",
        "the address of this link starts with “javascript:”; only its text is kept",
    ),
    "PV332": Code(
        "warning", "raw HTML that is not allowed",
        "Raw HTML in the CV has an element or an attribute that is not on the list of harmless ones: `<script>`, "
        "`<iframe>`, `<form>`, `onclick`. It could run code or load something from elsewhere. Every output leaves it "
        "out and keeps the rest.",
        "Write it in Markdown. If you trust the CV, keep all of its HTML: `unsafe_html: true` in the filter.",
        "<script> is not allowed in raw HTML; every output leaves it out",
    ),
    "PV340": Code(
        "error", "an image is too large",
        "The image file has more than 50 MB, or the image has more than 64 million pixels. To show it, a program would "
        "need much memory for its pixels, however small the file is. No output with the image is written.",
        "Save a smaller copy of the image, and use that file.",
        "the image portrait.png has 100000 × 100000 pixels; at most 64 million can be shown",
    ),
    "PV341": Code(
        "error", "a file outside the folder of the CV",
        "A filter names a theme, a rule set, a Word template or a Pandoc filter that is outside the folder of the CV. "
        "Such a file is not read, because a filter may come from somebody else.",
        "Copy the file into the folder of the CV. If you trust the filter, allow the other folder: "
        "`polyvita build --allow-folder DIR`.",
        "“reference” names ../template.docx, which is outside the folder of the CV",
    ),
    "PV342": Code(
        "error", "a Word template that cannot be used",
        "The Word template is too large, is encrypted, or a part of it is damaged. Nothing is taken from it, and the "
        "output is not written.",
        "Open the template in Word, remove its password and large images, and save it again.",
        "the Word template letter.docx is encrypted",
    ),
    "PV343": Code(
        "error", "a regular expression takes too long",
        "A regular expression in a rule file did not finish in time for the text of the output. Expressions such as "
        "`(a+)+b` can take longer than the age of the universe.",
        "Simplify the expression: put no `+` or `*` around another one.",
        "own, no slang: a regular expression takes longer than 2 seconds",
    ),
    "PV344": Code(
        "error", "a file in the place of an output",
        "An output or a review copy would replace a file that polyvita did not write. This may be the CV, a file that "
        "the CV is built from, or another file beside it. Names that differ only in case count as the same. The output "
        "is not written, and the file stays as it is.",
        "Set another `filename` in the filter, or write to another folder: `polyvita build -o FOLDER`.",
        "cv.md is not written, because the CV is built from the file of that name",
    ),
    "PV350": Code(
        "warning", "text from right to left without its language",
        "Text in a script such as Arabic or Hebrew belongs to a part whose `lang` is a language of another script. "
        "Numbers, brackets and full stops in it can be in the wrong order, and screen readers read it wrongly.",
        "Add the language: `[محمد]{lang=ar}` for a few words, or `lang: ar` in the front matter for the whole CV.",
        "Arabic text is marked as “en” (3 places); signs and numbers in it can be in the wrong order",
    ),
    "PV351": Code(
        "info", "another font for a script",
        "The font of the PDF does not have the characters of a script. The PDF shows them in another font: one in "
        "`fonts/` beside the CV, or one that is installed. The rest of the text keeps its font.",
        "You do not have to do anything. For another font, put its files into `fonts/` beside the CV.",
        "“Caladea” has no Chinese characters; the PDF uses Noto Serif CJK SC",
    ),
    "PV352": Code(
        "warning", "a sign that no font has",
        "No available font has the sign, such as an emoji. Text can be read without it, so the PDF leaves it out. "
        "Other formats show it.",
        "Put an emoji font into `fonts/` beside the CV, or write the word in place of the sign.",
        "no available font can show 📧 (U+1F4E7); the PDF leaves this out",
    ),
    "PV390": Code(
        "error", "an error in polyvita itself",
        "polyvita failed in a way that its authors did not expect. `polyvita preview` and `polyvita build --watch` "
        "report this, and continue when you save the next change.",
        "Undo your last change. Then report the message to the authors, with a small CV that causes it.",
        "internal error: KeyError: 'x'",
    ),
    # ------------------------------------------------------------ the rules of recipients
    "PV401": Code(
        _RULE, "a wrong number of pages", "A file has more or fewer pages than the recipient allows.",
        "Add `pages: {most: …, fit: drop}` to the filter, or select less content.",
        "erc, pages: 5 pages, maximum 4 (erc.pdf)",
    ),
    "PV402": Code(
        _RULE, "a wrong number of words", "The text is longer or shorter than the recipient allows.",
        "Shorten the text, or add `words: {…, fit: drop}` to the filter.",
        "call, words: 1012 words, maximum 1000 (ukri.docx)",
    ),
    "PV403": Code(
        _RULE, "a wrong number of characters", "A field is longer or shorter than the form allows.",
        "Shorten the text. `counts: characters` in the filter shows the length of each field.",
        "nih, personal statement: 3600 characters, maximum 3500 (nih.txt)",
    ),
    "PV404": Code(
        _RULE, "a wrong number of items", "The output has more or fewer items of a kind than the recipient allows.",
        "Add `limit: {items: …, most: …}` to the filter, or select by tags.",
        "dfg, publications A: 11 items, maximum 10 (dfg.docx)",
    ),
    "PV405": Code(
        _RULE, "an item that is too old", "An item ended before the first day that the recipient counts.",
        "Add `since` to the filter.", "erc, outputs: 2012-05-01 is before 2016-01-01 (erc.docx)",
    ),
    "PV406": Code(
        _RULE, "items that are not sorted newest first", "The recipient requires the newest item first.",
        "Add `sort: {items: …, by: -date}` to the filter.", "snsf, order: newer than the item before it (snsf.docx)",
    ),
    "PV407": Code(
        _RULE, "a heading that is missing or out of order",
        "The output needs all headings of the form, in the order of the form.",
        "Add `sections` to the filter, with the headings of the form.",
        "dfg, headings: heading “Scientific Results” is missing (dfg.docx)",
    ),
    "PV408": Code(
        _RULE, "a font that is not allowed", "Some words are in a font that the recipient does not accept.",
        "Set `font` in the filter. If the font is not installed, put its files into `fonts/` beside the CV.",
        "dfg, typeface: Caladea in “Ada Example” on page 1 (dfg.pdf)",
    ),
    "PV409": Code(
        _RULE, "a font size that is too small", "Some words are smaller than the recipient allows.",
        "Set `font` in the filter to a larger size, or use `theme: form`.",
        "dfg, type size: 10 pt, minimum 11 pt, in “Ada Example” on page 1 (dfg.pdf)",
    ),
    "PV410": Code(
        _RULE, "a line spacing that is too small", "The lines are closer together than the recipient allows.",
        "Set `leading` in the filter.", "dfg, line spacing: 1.00, minimum 1.15 (dfg.pdf)",
    ),
    "PV411": Code(
        _RULE, "a margin that is too narrow", "The text is closer to an edge of the page than the recipient allows.",
        "Set `margins` in the filter.", "erc, margins: left 15 mm, minimum 20 mm (erc.pdf)",
    ),
    "PV412": Code(
        _RULE, "a wrong paper size", "The pages have a different size than the recipient requires.",
        "Set `paper` in the filter.", "erc, paper: letter instead of a4 (erc.pdf)",
    ),
    "PV413": Code(
        _RULE, "a wrong number of images", "The output has more or fewer images than the recipient allows.",
        "Give the image a tag, and use it in `select` or `drop`.", "dfg, photo: 1 picture, none allowed (dfg.pdf)",
    ),
    "PV414": Code(
        _RULE, "a page header or footer", "The recipient requires pages without a header or footer.",
        "Set `pages: {most: 1}` in the filter, or remove the header and footer from the Word template.",
        "form, footer: has a header or footer (form.pdf)",
    ),
    "PV415": Code(
        _RULE, "words that are not allowed", "The text has words that the recipient forbids, such as a journal metric.",
        "Give the passage a tag, and leave it out with `drop`.",
        "dfg, bibliometrics: “h-index” is not allowed (dfg.docx)",
    ),
    "PV416": Code(
        _RULE, "missing required content", "The text lacks something that the recipient requires, such as a DOI.",
        "Add it to the CV, in the line that the message names.", "nih, ORCID: does not contain an ORCID (nih.docx)",
    ),
    "PV417": Code(
        _RULE, "no output in an accepted format", "The filter writes none of the formats that the recipient accepts.",
        "Add an accepted format to `formats` in the filter.", "dfg, upload: html, txt; required: pdf (dfg.html)",
    ),
    "PV418": Code(
        _RULE, "a wrong file name", "The file name does not follow the recipient’s pattern.",
        "Set `filename` in the filter.", "dfg, file name: dfg instead of CV_PubList_Example (dfg.pdf)",
    ),
    "PV419": Code(
        _RULE, "a figure that is not wanted",
        "The text states how often work is cited, or how a journal, a person or a university is ranked.",
        "Give the passage a tag, and leave it out with `drop`.",
        "nwo-veni, metrics: “h-index” is not allowed (nwo-veni.docx)",
    ),
    "PV420": Code(
        _RULE, "items that are not sorted oldest first", "The recipient requires the oldest item first.",
        "Add `sort: {items: …, by: date}` to the filter.",
        "us-medical, order: older than the item before it (harvard.docx)",
    ),
    "PV421": Code(
        _RULE, "a wrong number of links",
        "The text has more or fewer links than the recipient allows. Addresses count, and targets behind words.",
        "Remove the address or the link, or give the passage a tag and leave it out with `drop`.",
        "nih, links in the statement: a link to https://doi.org/10.1234/one (nih.docx)",
    ),
    "PV422": Code(
        _RULE, "a page header or footer without a required text",
        "The recipient requires a text at the top or the bottom of the pages, such as your name.",
        "Add it to the header or footer of your Word template. Name the template with `reference` in the filter.",
        "frq, name: page 2 is without “Ada Example” (frq.pdf)",
    ),
    "PV423": Code(
        _RULE, "text in another colour", "The recipient requires black text. Some words have another colour.",
        "Set `ink`, `muted` and `accent` to `'#000000'` in the theme.",
        "tri-agency, colour: #1f4e79 in “Education” on page 1 (cv.pdf)",
    ),
    "PV424": Code(
        _RULE, "a file that is too large", "The file is larger than the recipient accepts.",
        "Use smaller pictures, or leave them out.", "dfg, size: 12.3 MB, maximum 10 MB (CV_PubList_Example.pdf)",
    ),
    "PV425": Code(
        _RULE, "a text in another language",
        "`lang` names a language that the recipient does not accept, or most words of the text are in one.",
        "Set `lang` in the filter, and write the text in this language.",
        "nwo-veni, language: most words are in “nl”; required: en (nwo-veni.docx)",
    ),
    "PV426": Code(
        _RULE, "a wrong number of tables", "The output has more or fewer tables than the recipient allows.",
        "Write the content of the table as a list or as text.", "nih-2021, tables: 1 table, none allowed (nih.docx)",
    ),
    "PV427": Code(
        _RULE, "a date that is not complete", "The recipient requires the day or the month of each date.",
        "Complete the date in the CV, for example `date=2021-03-15`.",
        "msca, dates: the start, 2021, has no day (msca.docx)",
    ),
    "PV428": Code(
        _RULE, "a document without a date of its own",
        "The recipient requires the day on which the document was written, and the document has none, or an older one.",
        "Write the day into the first section, for example “1 March 2026”.",
        "us-medical, date: the document has no date (us-medical.docx)",
    ),
    "PV429": Code(
        _RULE, "your name in another style",
        "The recipient requires that your own name in lists is bold, or that it is not.",
        "Write `own_name: bold` or `own_name: plain` in the filter.",
        "tri-agency, own name: your name is not plain (tri-agency.docx)",
    ),
    "PV430": Code(
        "error", "a setting that a rule set does not have",
        "The filter adds a setting to the name of a rule set, and the rule set does not have this setting.",
        "Remove the setting. The pages of the [recipients](recipients/README.md) name the settings of each rule set.",
        "rule set “dfg” has no setting “order”",
    ),
    "PV431": Code(
        "error", "a wrong name under “sections”",
        "`sections` in the front matter gives sections of the CV the names of the standard vocabulary. The"
        " name on the left is not in the vocabulary, or the CV has a section of this name, too.",
        "Use a name of the [standard vocabulary](vocabulary.md), or delete the line.",
        "“position” is not a section of the standard vocabulary",
    ),
    "PV432": Code(
        "info", "a section that is not written yet",
        "The section has only a comment, as `polyvita add` writes it. No output shows its heading.",
        "Write the text below the comment, or delete the section.",
        "the section “Personal Statement” is not written yet, so no output shows it",
    ),
    "PV433": Code(
        "error", "an unknown recipient",
        "`polyvita add` or `--for` names a recipient that the program does not know.",
        "Use the suggested name. `polyvita add` without a name prints all recipients.",
        "recipient “dgf” not found",
    ),
    "PV434": Code(
        "error", "a CV that ends inside a block",
        "`polyvita add` appends sections to the CV. Its end is inside a code block, a comment or HTML that is not"
        " closed, so the headings would not be headings.",
        "Close the block, and run the command again.",
        "no sections can be added, because the end of the CV is inside a code block, a comment or HTML",
    ),
    "PV435": Code(
        _RULE, "a wrong number of lines", "A text has more or fewer lines in the PDF than the recipient allows.",
        "Shorten the text.", "fapesp, lines of contributions: 7 lines, maximum 5 (fapesp.pdf)",
    ),
    # ------------------------------------------------------------ import
    "PV500": Code(
        "error", "words of the input are missing",
        "After an import, each word of the input is in `cv.md`, in `cv.private.yaml`, or on the list of what was left "
        "out on purpose. Some words are in none of them.",
        "Compare the CV with the input, add what is missing, and report this to the authors.",
        "2 words of the input are missing: “Berlin”, “2019”",
    ),
    "PV501": Code(
        "error", "the file to import is damaged",
        "The file looks like a document of a known format, but cannot be read to its end.",
        "Open the file in the program that wrote it, and save it again.",
        "the file is damaged: Pandoc could not read the file",
    ),
    "PV504": Code(
        "error", "structured file that cannot be read",
        "A file to import is damaged or unsafe: it ends too early, declares entities, is encrypted, or is too large "
        "when unpacked. Nothing is written.",
        "Download or save the file again.",
        "the file is not well-formed XML: mismatched tag",
    ),
    "PV505": Code(
        "error", "ORCID record of another version",
        "The record has version 1.2, 2.0 or 2.1 of ORCID’s format. Since 2018, ORCID writes version 3.0.",
        "Download the record again from `https://pub.orcid.org/v3.0/YOUR-ID/record`, or in the settings of ORCID.",
        "this ORCID record has version 2.0 or 2.1; only version 3.0 can be read",
    ),
    "PV506": Code(
        "warning", "content that JSON Resume cannot say",
        "The schema of JSON Resume has no place for this content, so the file lacks it. Other formats show it.",
        "Give readers another format as well, if they need this.",
        "JSON Resume has no place for the authors of publications (12)",
    ),
    "PV510": Code(
        "error", "the file to import is too large",
        "The file is larger than 100 MB, or unpacks to more than 150 MB. A few bytes can unpack to a very large file, "
        "so the size is checked before anything is read.",
        "Check that the file is a CV. Make large pictures smaller.",
        "old.docx is larger than 100 MB, the maximum size",
    ),
    "PV511": Code(
        "error", "the file to import is protected by a password",
        "The file is encrypted, so its text cannot be read.",
        "Open the file, and save it without a password.",
        "old.docx is protected by a password",
    ),
    "PV512": Code(
        "error", "a format that cannot be imported",
        "The file is empty, or of a format without text that can be imported. A PDF is only imported if it is from "
        "Europass, which attaches the data of the CV. Other PDFs have no headings and lists.",
        "Import the Word, LaTeX or other file that it was made from. Save a .doc of Word 97 to 2003 as .docx.",
        "old.doc is in the format of Word 97 to 2003 (.doc)",
    ),
    "PV513": Code(
        "error", "a Word or OpenDocument file with entities of XML",
        "The XML in the file declares entities. These can read other files of your computer, and no word processor "
        "writes them.",
        "Open the file in the program that wrote it, and save it again.",
        "the file declares entities of XML, which can read other files; it is not read",
    ),
    "PV514": Code(
        "error", "the file to import cannot be opened",
        "The file is missing, is a folder, or may not be read.",
        "Check the path of the file.",
        "old.docx not found",
    ),
    # ------------------------------------------------------------ many CVs at once
    "PV530": Code(
        "warning", "a photo without a text",
        "The front matter has a photo, but no `alt`. Readers who cannot see the photo learn nothing of it.",
        "Add `alt`, such as “Portrait of Ada Example”.",
        "the photo has no text for readers who cannot see it",
    ),
    "PV531": Code(
        "warning", "a filter shows a photo that the CV does not have",
        "The filter has `photo: true`, but the front matter has no `photo`.",
        "Add the photo to the front matter, or delete the line in the filter.",
        "the filter shows a photo, but the front matter has none",
    ),
    "PV532": Code(
        "info", "a photo that is left out",
        "The filter has `photo: true`, but one of its rule sets forbids pictures. The outputs have no photo.",
        "Nothing needs to be done. To be rid of the note, write `photo: false`.",
        "the photo is left out, because dfg allows no pictures",
    ),
    "PV533": Code(
        "info", "a large photo",
        "The file of the photo is as large as the camera wrote it. Outputs have a small copy, but each build has to "
        "read the large file.",
        "Save a smaller copy, and use that file.",
        "the photo has 6.1 MB, so that each build takes longer",
    ),
    "PV534": Code(
        "warning", "a feed without items",
        "A feed has the dated items of lists that the filter shows. This filter shows none.",
        "Select publications or news, and give the items a `date`.",
        "the feed is empty: no item of a list has a date",
    ),
    "PV535": Code(
        "warning", "items without a date in a feed",
        "A feed has an entry for each item with a date, because readers of feeds sort by dates. The feed leaves the "
        "other items out.",
        "Give the items a `date`, or leave them out with `drop`.",
        "the feed leaves out 3 items without a date",
    ),
    "PV540": Code(
        "error", "a batch without people",
        "The pattern under `people` matches no file, or the table of people has no rows.",
        "Correct the pattern. It is relative to the folder of `faculty.yaml`.",
        "“people/*/cv.md” matches no file",
    ),
    "PV541": Code(
        "error", "two people with one id",
        "The id names the folder of the outputs, so each person needs another one. The second person is left out.",
        "Change one of the two ids.",
        "the id “lovelace” is also that of people/ada/cv.md; this person is left out",
    ),
    "PV542": Code(
        "error", "a row of the table of people that cannot be used",
        "The table lacks a column or a value, or an id has characters that cannot be part of a file name.",
        "Correct the row. The table needs the columns `id` and `folder`.",
        "the row has no “id”; this person is left out",
    ),
    "PV543": Code(
        "error", "a person without a CV",
        "The folder of the person is missing, or has no `cv.md`.",
        "Correct the column `folder`, or delete the row.",
        "people/noether has no cv.md; this person is left out",
    ),
    "PV544": Code(
        "error", "a filter that fits no one",
        "No CV of the batch could be built with the filter. Most often, a name in the filter is misspelled.",
        "Correct the filter. The report lists the findings about each person.",
        "filter “grant” could be built for no one",
    ),
    "PV545": Code(
        "error", "a CV at which worker processes die",
        "Worker processes died while they built the CV, for example because the memory was full. After three attempts, "
        "the CV is left out.",
        "Build this CV alone with `polyvita build` to see the cause.",
        "3 worker processes died while they built this CV; it is left out",
    ),
    "PV546": Code(
        "warning", "items of an aggregate that may be the same work",
        "Two people have items with the same title and first author that differ in type, year or DOI, such as a "
        "preprint and its article. The aggregate shows both.",
        "Drop one of them with `drop` of the aggregate, or correct the CV.",
        "people/ada/cv.md:12 and people/bob/cv.md:40 may be the same work of ada and bob: the years are 2025 and 2026",
    ),
    "PV547": Code(
        "info", "items that an aggregate has merged",
        "Several people have the same publication. The aggregate shows it once; the report lists where it comes from.",
        "There is nothing to do, unless the items are different works. Then correct the DOI of one of them.",
        "the work in people/ada/cv.md:12 is shown once; it is also in people/bob/cv.md:40: the same DOI",
    ),
    "PV548": Code(
        "warning", "an aggregate without items",
        "No item of any person matches `items`, so no file is written.",
        "Correct the expression. Its tags and keys are those of the CVs.",
        "“publications-2026” matches no item of any person",
    ),
    "PV549": Code(
        "error", "an output that would show the private value of another person",
        "The output, the aggregate or the report contains a private value of somebody else. It is not written.",
        "Delete the value from the CV that contains it.",
        "full.html would show the private value of “mobile” of another person; the file is not written",
    ),
}  # fmt: skip
"""All codes in ascending order."""
