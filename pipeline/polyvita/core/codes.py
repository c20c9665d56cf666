"""Every code that a finding can have: how grave it is, what it means, how to mend it, and what it looks like.

The page `docs/findings.md` is made from this table. A code keeps its meaning over versions; one that is given up is not
used again. PV0 is about the CV as it is read, PV1 about filters, themes and rule files, PV2 about the CV as a text: its
counts, and what proofreading finds; PV3 about making the outputs, PV4 about recipients' rules.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

CodeSeverity = Literal["error", "warning", "as the rule says"]


class Code(NamedTuple):
    """One code. `example` is a message as the program prints it, without its place."""

    severity: CodeSeverity
    title: str
    meaning: str
    fix: str
    example: str


_RULE: CodeSeverity = "as the rule says"

CODES: dict[str, Code] = {
    # ------------------------------------------------------------ the CV as it is read
    "PV001": Code(
        "error", "the CV cannot be read",
        "The file of the CV is missing, is a folder, or may not be opened.",
        "Go to the folder of the CV, or name the file: `polyvita build -s path/to/cv.md`.",
        "there is no such file",
    ),
    "PV002": Code(
        "error", "the CV is not UTF-8",
        "A byte in the file means no character in UTF-8. Most often the file was saved in an older encoding.",
        "Save the file in the encoding UTF-8; every editor can.",
        "the byte 0xFC is not UTF-8",
    ),
    "PV003": Code(
        "error", "the CV is empty",
        "There is nothing in the file but blank lines, or nothing but front matter and comments.",
        "Restore the file, or start with `polyvita init`.",
        "the file is empty",
    ),
    "PV004": Code(
        "error", "the front matter is not YAML",
        "What stands between the two lines `---` at the start cannot be read as keys and values.",
        "Mend the line that is named. A value with a colon and a space in it needs quotes.",
        "the front matter has no end",
    ),
    "PV005": Code(
        "error", "the front matter has a key that is not known",
        "The key is none of those that the front matter may have, so nothing would come of it.",
        "Take the name that is offered, or leave the key out.",
        "the front matter knows no key “affilation”",
    ),
    "PV006": Code(
        "error", "a value in the front matter is of the wrong kind",
        "A list stands where text is wanted, text where a list is, or a key is written twice.",
        "Write the value as the message says.",
        "“name” must be text",
    ),
    "PV007": Code(
        "error", "the CV is too large",
        "The file is larger than any CV: most likely it is another file, or images are written into it as text.",
        "Name the right file; put images beside the CV and name them in it.",
        "the file is larger than 5 MB, the most that is read",
    ),
    "PV008": Code(
        "warning", "a character that no document can hold",
        "A control character, which nobody sees, got into the text, often from a PDF that it was copied from. Word "
        "would not open a file that has it, so a mark stands in its place.",
        "Delete it; the place is named.",
        "the character U+0007 cannot be shown, and becomes �",
    ),
    "PV010": Code(
        "error", "a fenced div is not closed",
        "A line `::: {.tag}` opens a part, and no line `:::` ends it: all that follows would get its tags.",
        "Write `:::` on a line of its own where the part ends.",
        "the fenced div that opens here is not closed",
    ),
    "PV011": Code(
        "warning", "a fence closes a div that is not open",
        "A line `:::` ends nothing, and is shown as text.",
        "Take the line out, or write the line that opens the part.",
        "this fence closes a div that is not open, and stays text",
    ),
    "PV012": Code(
        "warning", "braces that look like attributes but are none",
        "Something in braces looks like tags or keys but cannot be read as such, so it is shown as text.",
        'Write `{#id .tag key=value key="a value"}`; where a brace is meant, write `\\{`.',
        "{core} looks like attributes but is none, and stays text",
    ),
    "PV013": Code(
        "warning", "attributes where nothing can carry them",
        "Attributes stand in the middle of a text, so it cannot be said what they are about. They are shown as text.",
        "Put them directly after a span, link, image or code, or at the end of the block.",
        "nothing here can carry the attributes {.core}, so they stay text",
    ),
    "PV014": Code(
        "warning", "a footnote that is not written",
        "The text refers to a footnote, and there is none of that name. The mark is shown as text.",
        "Write the footnote: `[^name]: …` on a line of its own.",
        "there is no footnote [^one]",
    ),
    "PV015": Code(
        "warning", "a footnote that nothing refers to",
        "The footnote is written, but no mark in the text leads to it. It is not shown.",
        "Put its mark `[^name]` into the text, or take the footnote out.",
        "nothing refers to the footnote [^one]",
    ),
    "PV016": Code(
        "warning", "a footnote in a footnote",
        "The text of a footnote refers to a footnote, itself or another. The inner mark is shown as text.",
        "Take the inner mark out, and write there what it leads to.",
        "[^one] stands in a footnote itself and stays text",
    ),
    "PV017": Code(
        "warning", "a footnote that is written twice",
        "Two footnotes have the same name. The first holds, and the second is not shown.",
        "Give one of them another name.",
        "the footnote [^one] is written twice; the first holds",
    ),
    "PV018": Code(
        "warning", "a cell beyond the last column",
        "A row of a table has more cells than the table has columns. What is beyond the last one is left out.",
        "Write `\\|` where the text of a cell has a bar, or add the column to the head of the table.",
        "a cell stands beyond the last column and is left out",
    ),
    "PV020": Code(
        "warning", "markup that only one format shows",
        "HTML in the CV is shown on the web page alone; Word, PDF and plain text leave it out. What is marked as "
        "another format’s markup (`{=latex}`) is shown by that alone.",
        "Write it in Markdown. A few tags, such as `<sup>` and `<br>`, and tables, are understood in all formats.",
        "<video> is shown by HTML alone; docx, pdf and txt leave it out",
    ),
    "PV021": Code(
        "warning", "an HTML tag without its other half",
        "A tag is opened and not closed, or closed and not opened.",
        "Write the other half, or take the tag out.",
        "<sup> is not closed",
    ),
    "PV022": Code(
        "warning", "a link without a target",
        "The parentheses behind the link are empty. It becomes its text.",
        "Write the address into the parentheses, or take the brackets away.",
        "a link without a target becomes its text",
    ),
    "PV023": Code(
        "warning", "a comment that is not closed",
        "A comment opens with `<!--` and has no `-->`. On a line of its own it hides all that follows; within a "
        "paragraph it has to end before the next blank line, or it is shown as text.",
        "Write `-->` where the comment ends.",
        "the comment that opens here is not closed, and hides all that follows",
    ),
    "PV024": Code(
        "warning", "markup that no output takes",
        "Markup of Typst or of Word’s own in the CV (`{=typst}`, `{=openxml}`) could run without end, or make a file "
        "that Word cannot open. It is left out.",
        "Write it in Markdown. What Markdown cannot say, one of the filter’s `pandoc_filters` can add.",
        "markup of typst reaches no output, and is left out",
    ),
    # ------------------------------------------------------------ filters, themes, rule files
    "PV101": Code(
        "error", "an expression that breaks off or makes no sense",
        "The sense of an expression, as in `select`, breaks at the caret.",
        "An expression is made of tags, comparisons such as `date >= 2020`, `and`, `or`, `not` and parentheses.",
        "a tag or a comparison is missing before the end of the expression",
    ),
    "PV110": Code(
        "error", "a tag that the CV does not have",
        "An expression names a tag that nothing in the CV carries. Most often it is mistyped.",
        "Take the name that is offered. A tag that is not used yet can be listed in the front matter, under `tags`.",
        "no tag “cora” in this CV",
    ),
    "PV111": Code(
        "error", "a key that the CV does not have",
        "An expression or `sort` names a key that nothing in the CV carries.",
        "Take the name that is offered, or give the key to what should have it.",
        "no key “yeer” in this CV",
    ),
    "PV112": Code(
        "error", "a tag that the front matter does not list",
        "The front matter lists the tags there are, and this one is not among them.",
        "Take the name that is offered, or list the tag in the front matter under `tags`.",
        "the tag “cora” is not among those that the front matter lists",
    ),
    "PV113": Code(
        "error", "a section that the CV does not have",
        "`order`, `titles` or `sections` names a section by an id that no heading has.",
        "Take the id that is offered, or write `{#id}` behind the heading.",
        "no section “boi” in this CV",
    ),
    "PV114": Code(
        "warning", "a part of a filter that meets nothing",
        "A `drop`, `limit` or `sort` is true of nothing in the CV, so it changes nothing.",
        "Correct the expression, or take that part out.",
        "“drop” meets nothing: nothing in the CV is “patent and selected”",
    ),
    "PV115": Code(
        "error", "a filter that keeps nothing",
        "All of the CV is left out, and an output without content is never what was meant.",
        "Correct `select` or `drop`; `polyvita explain NAME` says what left out each line.",
        "“short” keeps nothing of the CV",
    ),
    "PV116": Code(
        "warning", "an empty part of the outline",
        "Nothing of what the filter keeps comes into this part of `sections`, so its heading is not shown.",
        "Correct `from` or `items`, or take the part out.",
        "nothing of the CV comes into “Scientific Results”, so it is left out",
    ),
    "PV117": Code(
        "warning", "content that no part of the outline takes",
        "`select` keeps it, but no part of `sections` has a place for it, so it is not shown.",
        "Give it a part, or leave it out with `drop`.",
        "“sections” has no part for “Awards”, which the filter keeps",
    ),
    "PV120": Code(
        "error", "a filter file, theme or rule file that cannot be read",
        "The file is missing, is a folder, may not be opened, or has another ending than `.yaml`.",
        "Correct the name, or the rights of the file.",
        "there is no such file",
    ),
    "PV121": Code(
        "error", "a filter file, theme or rule file that is not UTF-8",
        "A byte in the file means no character in UTF-8.",
        "Save the file in the encoding UTF-8.",
        "the byte 0xFC is not UTF-8",
    ),
    "PV122": Code(
        "error", "a filter file, theme or rule file that is not YAML",
        "The file cannot be read as keys and values.",
        "Mend the line that is named. Brackets and quotes have to be closed.",
        "not YAML: the list that opens here lacks a comma or its “]”",
    ),
    "PV123": Code(
        "error", "a key that is written twice",
        "One of the two values would be lost.",
        "Take one of them out.",
        "“title” is written twice",
    ),
    "PV124": Code(
        "error", "a key that a file of this kind does not have",
        "The key is unknown, so nothing would come of it.",
        "Take the name that is offered. [Filter files](filters.md), [themes](themes.md) and [rule files](rules.md) "
        "list their keys.",
        "a filter file has no key “selekt”",
    ),
    "PV125": Code(
        "error", "a value that cannot be",
        "The value of a key is of the wrong kind, is none of those there are, or makes no sense with the others.",
        "Write the value as the message says.",
        "“numbering” is restart, keep or reverse, not “reversed”",
    ),
    "PV126": Code(
        "error", "a key that is missing",
        "A group of keys lacks one without which it means nothing.",
        "Add the key that is named.",
        "“items” is missing in “limit”",
    ),
    "PV127": Code(
        "error", "a filter file, theme or rule file that is too large",
        "The file is larger than any such file needs to be: most likely it is another one.",
        "Name the right file, or look at what stands in it.",
        "the file is larger than 200 KB, the most that is read",
    ),
    "PV128": Code(
        "error", "a filter to extend that is not there",
        "`extends` names a filter that is not in the folder, or filters extend each other in a circle.",
        "Name another filter of the same folder.",
        "there is no filter “base” to extend",
    ),
    "PV129": Code(
        "error", "a theme that is not there",
        "There is no theme of that name, neither in `themes/` beside the CV nor among those that ship.",
        "Take one of the names that are offered, or write `themes/<name>.yaml`.",
        "there is no theme “nice”",
    ),
    "PV130": Code(
        "error", "no filter files",
        "The folder `filters/` beside the CV is missing or has no file that ends in `.yaml`.",
        "Write one; `polyvita init` makes some to start from.",
        "there is no filter file here",
    ),
    "PV131": Code(
        "error", "a filter that is not there",
        "The command names a filter that is not in the folder `filters/`.",
        "Take the name that is offered, without `.yaml`.",
        "there is no filter “ona” in filters",
    ),
    "PV132": Code(
        "error", "a file that a filter names and that is not there",
        "The Word template of `reference`, or a program of `pandoc_filters`, is missing.",
        "Put the file beside the filter, or correct its name.",
        "there is no file “form.docx”",
    ),
    "PV133": Code(
        "error", "a format that no filter has",
        "The command asks for a format that none of the filters writes, so nothing would be done.",
        "Add the format to `formats` of a filter, or ask for another one.",
        "none of these filters has the format pdf",
    ),
    "PV134": Code(
        "error", "a format that does not exist",
        "`formats` names neither html, docx, pdf or txt nor a writer of Pandoc’s.",
        "Take the name that is offered.",
        "“dcox” is not a format",
    ),
    "PV135": Code(
        "error", "two outputs in one file",
        "Two filters write files of the same name: one would replace the other.",
        "Give one of them another `filename`.",
        "“one” and “two” both write one.html",
    ),
    "PV136": Code(
        "error", "a folder that is in use",
        "`polyvita init` would replace a file that is there already, or is given a file for a folder.",
        "Name a new folder, or an empty one.",
        "cv.md is there already",
    ),
    "PV137": Code(
        "error", "private data that are not there",
        "The filter says `private: true`, and no file with private data stands beside the CV.",
        "Write that file, or take the line out of the filter.",
        "the filter shows private data, but there is no cv.private.yaml beside the CV",
    ),
    "PV138": Code(
        "error", "a rule set that is not there",
        "There is none of that name, neither in `rules/` beside the CV nor among those that ship.",
        "Take one of the names that are offered; [recipients](recipients/README.md) lists them.",
        "there is no rule set “drg”",
    ),
    "PV140": Code(
        "error", "a CV without a history",
        "The folder of the CV is in no git repository, so that there is no earlier revision to compare with.",
        "Keep the folder in git: `git init`, then a commit now and then. Filters can be compared without it.",
        "cv is in no git repository, so that nothing is known of earlier",
    ),
    "PV141": Code(
        "error", "a revision that git does not know",
        "What stands behind `--since` is no commit, tag or branch of the repository that the CV is in.",
        "Take one of those that `git log --oneline` shows, or count back from the last: `HEAD~1`.",
        "git knows no revision “HEAD~100”",
    ),
    "PV142": Code(
        "error", "a file that was not there yet",
        "The CV, the filter, or a filter that it extends, was not in git in that revision, or had another name.",
        "Name a later revision; where the filter had another name, both names: `polyvita diff NEW OLD --since v1`.",
        "filters/short.yaml was not there in “HEAD~3”",
    ),
    # ------------------------------------------------------------ counts
    "PV201": Code(
        "warning", "a count that disagrees",
        "The text states a number that `count` computes otherwise. The computed one is shown.",
        "Write the computed number, or leave the brackets empty.",
        "the text says 93, but there are 94 items with “publication”",
    ),
    # ------------------------------------------------------------ proofreading
    "PV210": Code(
        "warning", "a tag that no filter uses",
        "Something in the CV carries a tag that no filter and no rule asks for, so the tag changes nothing. It is said "
        "only where all filters are checked, and not of tags that the front matter lists.",
        "Correct the tag, use it in a filter, or list it in the front matter under `tags`, with what it means.",
        "no filter uses the tag “selcted”",
    ),
    "PV211": Code(
        "warning", "a tag that looks mistyped",
        "The tag is there once, and one letter away from a tag that is there often.",
        "Correct it; or, where it is meant, list it in the front matter under `tags`.",
        "the tag “publicaton” is there once, “publication” 12 times",
    ),
    "PV212": Code(
        "warning", "a key that looks mistyped",
        "The key is there once, no filter uses it, and it is one letter away from a key that has a meaning.",
        "Correct it. [The language](language.md#keys) has the keys that mean something.",
        "the key “dat” means nothing, and is there once",
    ),
    "PV213": Code(
        "error", "a date or priority that cannot be",
        "It cannot be read, so sorting, windows in time and fitting go on as if it were not there.",
        "Dates are `2018`, `2018-12` or `2018-12-19`, intervals `2012/2013` or `2021/..`; a priority goes from 1 to 9.",
        "“2024-22” is no date: there is no month 22",
    ),
    "PV214": Code(
        "warning", "a date that is out of order",
        "The dates of the items or entries around it run one way, newest or oldest first, and this one breaks it: most "
        "often a figure is mistyped.",
        "Correct the date, or move the item.",
        "2012 is out of order: the dates around it run newest first",
    ),
    "PV215": Code(
        "error", "an id that is there twice",
        "Two parts of the CV have the same id. Links, and filters that name it, find the first one alone.",
        "Give one of them another id.",
        "the id “talks” is there already, in line 12",
    ),
    "PV216": Code(
        "warning", "a publication that is there twice",
        "Two items have the same title, but for slips, and at least half of their authors in common: perhaps a "
        "preprint that has been published since.",
        "Keep one of them.",
        "this looks like the publication in line 20",
    ),
    "PV217": Code(
        "warning", "a gap in numbers written by hand",
        "The items of a list are numbered on, or begin with references such as [12], and one number is missing or "
        "there twice.",
        "Look whether an item is missing, and number the rest anew.",
        "4. follows 2. in a list that is numbered by hand",
    ),
    "PV218": Code(
        "warning", "a link to a part that is not there",
        "The link leads to an id, and nothing in the CV has it.",
        "Take the id that is offered, or write `{#id}` behind the heading.",
        "nothing has the id “tlaks” to which this link leads",
    ),
    "PV219": Code(
        "warning", "an address that looks broken",
        "An address has a blank in it, is cut off, or was not closed, so that it leads nowhere or is no link at all.",
        "Open it, and copy it anew.",
        "the address https://doi.org/10.1234/ is cut off",
    ),
    "PV220": Code(
        "warning", "a heading that skips a level",
        "Right under a heading stands one that is two levels or more below it. Tables of contents and screen readers "
        "go by levels.",
        "Write one `#` less, here and in the headings beside it.",
        "a heading of level 3 stands right under one of level 1",
    ),
    "PV221": Code(
        "warning", "a bold paragraph that looks like a heading",
        "A short paragraph is bold alone and stands over something. Filters, tables of contents and screen readers do "
        "not know it as a heading.",
        "Write it as a heading, with `#` signs.",
        "“Talks” is bold and looks like a heading, but is none",
    ),
    "PV222": Code(
        "warning", "a quotation mark without its other half",
        "A quotation is opened and not closed in its block, or closed and not opened.",
        "Write the other half.",
        "“ is opened and not closed",
    ),
    "PV223": Code(
        "warning", "a bracket without its other half",
        "A bracket is opened and not closed in its block, or closed and not opened.",
        "Write the other half.",
        "( is opened and not closed",
    ),
    "PV224": Code(
        "warning", "an image that is larger than any output needs",
        "The image has more than 5 MB, or more than 900 pixels for each inch of its width on the page. All outputs "
        "carry it whole.",
        "Save a smaller copy, and name that one.",
        "the image me.jpg has 12 MB; 5 MB are the most that an output should carry",
    ),
    # ------------------------------------------------------------ making the outputs
    "PV301": Code(
        "error", "something outside failed",
        "An output could not be written, or Pandoc or Typst failed. The earlier file is still there, whole.",
        "Do as the message says: close the file in Word, free the disk, or give rights to the folder.",
        "out/one.html cannot be written: out is a file, not a folder",
    ),
    "PV302": Code(
        "error", "too many pages",
        "The PDF has more pages than `pages` allows.",
        "Select less, or add `fit: drop`, which leaves out what matters least.",
        "short.pdf has 2 pages, 1 at most is allowed: it is over by 3 lines",
    ),
    "PV303": Code(
        "warning", "a typeface that is not at hand",
        "The PDF is set in another typeface than the theme or filter names. The Word file names it all the same.",
        "Put the files of the typeface into a folder `fonts/` beside the CV, or install it.",
        "Garamond is not at hand: the PDF is set in Caladea",
    ),
    "PV304": Code(
        "error", "characters that no font can show",
        "The PDF would have empty boxes in their place, so it is not written.",
        "Put a font that has them into `fonts/` beside the CV, or name an installed one as the filter’s `font`.",
        "no font at hand can show 蒲 (U+84B2)",
    ),
    "PV305": Code(
        "error", "an image from elsewhere",
        "Nothing is fetched from the net, so that an output is the same tomorrow.",
        "Save the image beside the CV, and name that file.",
        "the image https://example.org/me.png is not a file",
    ),
    "PV306": Code(
        "error", "an image outside the folder of the CV",
        "What lies outside the folder does not travel with the CV, and may be meant for nobody else.",
        "Copy the image into the folder.",
        "the image ../me.png lies outside the folder of the CV",
    ),
    "PV307": Code(
        "error", "an image that is not there",
        "The CV names a file that does not exist.",
        "Correct the name; it is read from the folder of the CV.",
        "there is no image me.png beside the CV",
    ),
    "PV308": Code(
        "error", "an image of a kind that cannot be shown",
        "Not all formats can show it, or it is not what the ending of its name says.",
        "Save it as one of the kinds that are named.",
        "the image me.tiff is of no kind that all formats show",
    ),
    "PV310": Code(
        "error", "content that cannot be made to fit",
        "Even what has priority 1 alone is longer than `pages` or `words` allows. The output is not written.",
        "Give some of it a lower priority (2 to 9), or allow more.",
        "not even what has priority 1 fits 1 page: it is over by 12 lines",
    ),
    "PV311": Code(
        "error", "more or fewer words than the filter allows",
        "What `words` counts is longer or shorter than it says. The output is written all the same.",
        "Shorten or lengthen the text, or add `fit: drop`.",
        "“bio” has 120 words; 100 at most are allowed",
    ),
    "PV320": Code(
        "error", "private data in an output",
        "The finished file holds a value of `cv.private.yaml`, in its text or hidden, and its filter does not ask "
        "for it. The output is not written; the earlier file stays.",
        "Take the value out of the line that is named, or write `private: true` in the filter.",
        "one.html would show the private “mobile”, and is not written",
    ),
    "PV321": Code(
        "error", "a comment in an output",
        "What stands in a comment of the CV would be seen. The output is not written; the earlier file stays.",
        "Write `-->` where the comment ends. If it does end, look at what `pandoc_filters` bring in.",
        "one.html would show this comment, and is not written",
    ),
    "PV322": Code(
        "error", "text in an output that its filter leaves out",
        "A unit that the filter does not keep, or that was left out to make the rest fit, would be seen. The output is "
        "not written; the earlier file stays.",
        "Look at what `pandoc_filters` bring in: nothing else should.",
        "one.html would show this text, which its filter leaves out, and is not written",
    ),
    "PV323": Code(
        "warning", "the manifest of the outputs is damaged",
        "The file `manifest.json` among the outputs, in which a build notes what it made, is not as it was written.",
        "Nothing is to be done: all outputs are built again, and the manifest with them.",
        "what was built before cannot be told from this file any more, so all of it is built again",
    ),
    "PV324": Code(
        "warning", "an output was changed by hand",
        "Somebody changed a finished file, and it has to be built again. As it was, it stays beside the new one, under "
        "another name.",
        "Carry the change over into the CV or the filter, where it stays, and delete the file that was set aside.",
        "cv.docx was changed since it was built; as it was, it is now called cv (edited).docx",
    ),
    "PV325": Code(
        "warning", "an output belongs to no filter any more",
        "A filter, or one of its formats, was taken out, and what it made is still there: it looks like the others, "
        "and grows old. It is said once.",
        "Delete the file, or bring back the filter or the format.",
        "no filter makes this output any more, and it stays as it was built last",
    ),
    "PV390": Code(
        "error", "the program itself failed",
        "The program met what its authors did not think of. `polyvita preview` and `polyvita build --watch` say so, "
        "and go on with what you save next.",
        "Undo what you wrote last. Then tell the authors, with the message and a small CV that shows it.",
        "the program itself failed, with KeyError: 'x'",
    ),
    # ------------------------------------------------------------ recipients' rules
    "PV401": Code(
        _RULE, "too many or too few pages", "A file has another number of pages than the recipient asks for.",
        "Add `pages: {most: …, fit: drop}` to the filter, or select less.", "erc, pages: 5 of at most 4 (erc.pdf)",
    ),
    "PV402": Code(
        _RULE, "too many or too few words", "The text is longer or shorter than the recipient asks for.",
        "Shorten it, or add `words: {…, fit: drop}`.", "call, words: 1012 of at most 1000 (ukri.docx)",
    ),
    "PV403": Code(
        _RULE, "too many or too few characters", "A field is longer or shorter than the form allows.",
        "Shorten the text; `counts` in the filter shows how long each field is.",
        "nih, personal statement: 3600 of at most 3500 (nih.txt)",
    ),
    "PV404": Code(
        _RULE, "too many or too few items", "There are more, or fewer, items of a kind than the recipient asks for.",
        "Add `limit: {items: …, most: …}`, or choose by tags.", "dfg, publications A: 11 of at most 10 (dfg.docx)",
    ),
    "PV405": Code(
        _RULE, "an item that is too old", "An item ended before the day from which on the recipient counts.",
        "Add `since` to the filter.", "erc, outputs: 2012-05-01 is before 2016-01-01 (erc.docx)",
    ),
    "PV406": Code(
        _RULE, "items that are not in falling order of their dates", "The recipient wants the newest first.",
        "Add `sort: {items: …, by: -date}`.", "snsf, order: newer than the one before it (snsf.docx)",
    ),
    "PV407": Code(
        _RULE, "a heading that is missing or out of order", "The form’s headings have to be there, in its order.",
        "Add `sections` to the filter, with the form’s headings.",
        "dfg, headings: “Scientific Results” is missing (dfg.docx)",
    ),
    "PV408": Code(
        _RULE, "another typeface than is allowed", "Some words are in a typeface that the recipient does not accept.",
        "Set `font` in the filter, or put its files into `fonts/`.",
        "dfg, typeface: Caladea in “Ada Example” (dfg.pdf)",
    ),
    "PV409": Code(
        _RULE, "type that is too small", "Some words are smaller than the recipient accepts.",
        "Set `font` with a larger size, or `theme: form`.",
        "dfg, type size: 10 of at least 11 pt: “Ada Example” (dfg.pdf)",
    ),
    "PV410": Code(
        _RULE, "lines that stand too close", "The distance of lines is less than the recipient accepts.",
        "Set `leading` in the filter.", "dfg, line spacing: 1.00 of at least 1.15 (dfg.pdf)",
    ),
    "PV411": Code(
        _RULE, "a margin that is too narrow", "The text comes nearer to an edge than the recipient accepts.",
        "Set `margins` in the filter.", "erc, margins: left 15 of at least 20 mm (erc.pdf)",
    ),
    "PV412": Code(
        _RULE, "another paper size", "The pages have another size than the recipient asks for.",
        "Set `paper` in the filter.", "erc, paper: letter, not a4 (erc.pdf)",
    ),
    "PV413": Code(
        _RULE, "too many or too few pictures", "There are more, or fewer, pictures than the recipient asks for.",
        "Give the picture a tag, and choose by it.", "dfg, photo: 1, where none is allowed (dfg.pdf)",
    ),
    "PV414": Code(
        _RULE, "a page header or footer", "The recipient wants pages without words in their margins.",
        "Set `pages: {most: 1}`, or take the words out of the template.", "form, footer: there is one (form.pdf)",
    ),
    "PV415": Code(
        _RULE, "words that must not occur", "The recipient does not want to read of this, a journal metric for one.",
        "Tag the passage, and leave it out with `drop`.", "dfg, bibliometrics: “h-index” must not occur (dfg.docx)",
    ),
    "PV416": Code(
        _RULE, "something that has to occur", "Something that the recipient asks for, such as a DOI, is missing.",
        "Add it in the CV, in the line that is named.", "nih, ORCID: lacks an ORCID (nih.docx)",
    ),
    "PV417": Code(
        _RULE, "no output in a format that is accepted", "The recipient accepts none of the filter’s formats.",
        "Add the format to `formats`.", "dfg, upload: html, txt, not pdf (dfg.html)",
    ),
    "PV418": Code(
        _RULE, "another file name than is asked for", "The recipient prescribes how files are named.",
        "Set `filename` in the filter.", "dfg, file name: dfg.pdf, not CV_PubList_Example.pdf (dfg.pdf)",
    ),
}  # fmt: skip
"""By code, in order."""
