"""What the reader has to say: its codes, each with one meaning."""

CODES = {
    "PV001": "the source cannot be read: it is missing, a folder, or not open to us",
    "PV002": "the source is not UTF-8",
    "PV003": "the source is empty",
    "PV004": "the front matter is not YAML",
    "PV005": "the front matter has a key that is not known",
    "PV006": "a value in the front matter is of the wrong kind",
    "PV010": "a fenced div is not closed",
    "PV011": "a fence closes a div that is not open",
    "PV012": "braces look like attributes but are none, and stay text",
    "PV013": "attributes stand where nothing can carry them, and stay text",
    "PV014": "a footnote is referred to but not written",
    "PV015": "a footnote is written but not referred to",
    "PV016": "a footnote stands in a footnote, and stays text",
    "PV017": "a footnote is written twice",
    "PV018": "a row of a table has more cells than the table has columns",
    "PV020": "raw HTML that only HTML shows",
    "PV021": "an HTML tag that is not closed, or not opened",
    "PV022": "a link without a target, which becomes its text",
    "PV023": "a comment that is not closed",
}
