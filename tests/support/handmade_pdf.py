"""Small PDF files, written by hand: exact glyphs at exact positions, for tests of what is read from a PDF."""

from __future__ import annotations


def numbered(bodies: list[bytes]) -> bytes:
    """Return a PDF with these objects, of which the first is the root."""
    out, locations = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        locations.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, b"".join(locations))
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, len(out))


def stream(head: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(content), content)


def letters(width: int) -> bytes:
    """Return the characters of the glyphs 1 to 5 of a font: a, b, space, · and -. A glyph number has `width` bytes."""
    codes = b" ".join(b"<%0*x> <%04x>" % (2 * width, glyph, ord(char)) for glyph, char in enumerate("ab ·-", 1))
    span = b"<%s> <%s>" % (b"00" * width, b"ff" * width)
    return stream(b"", b"1 begincodespacerange %s endcodespacerange 5 beginbfchar %s endbfchar" % (span, codes))


# Object 5 is the font, object 6 its characters, objects 7 and 8 its parts.
NARROW = [  # a Type 3 font, as for emoji: its glyphs are drawings; the last two have no widths
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 500 500]/FontMatrix[.002 0 0 .002 0 0]/FirstChar 1/LastChar 3"
    b"/Widths[100 200 300]/Encoding<</Differences[1/p/p/p/p/p]>>/CharProcs<</p 7 0 R>>/ToUnicode 6 0 R>>",
    letters(1),
    stream(b"", b"200 0 0 0 90 400 d1 0 0 90 400 re f"),
    b"null",
]

WIDE = [  # each glyph is as wide as the font size
    b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+LiberationSans-Bold/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 6 0 R>>",
    letters(2),
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+LiberationSans-Bold/FontDescriptor 8 0 R"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    b"<</Type/FontDescriptor/FontName/ABCDEF+LiberationSans-Bold/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0"
    b"/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
]

USED = b"/Resources<</Font<</f 5 0 R>>/XObject<</x 9 0 R>>>>"

FORM = stream(b"/Type/XObject/Subtype/Form/BBox[0 0 400 400]" + USED, b"BT /f 5 Tf 10 10 Td <0102> Tj ET")

LINK = b"[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/there)>>>>]"


def pdf_of(content: str, font: list[bytes] = NARROW) -> bytes:
    """Return a PDF with one page of 500 × 800 pt, a link, two bookmarks, and a form `x` that contains words."""
    return numbered(
        [
            b"<</Type/Catalog/Pages 2 0 R/Outlines 10 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 800]/Contents 4 0 R/Annots%s%s>>" % (LINK, USED),
            stream(b"", content.encode()),
            *font,
            FORM,
            b"<</First 11 0 R/Last 11 0 R>>",
            b"<</Title(One)/Parent 10 0 R/Dest[3 0 R/XYZ 0 720 0]/First 12 0 R/Last 12 0 R>>",
            b"<</Title(Two)/Parent 11 0 R/Dest[3 0 R/XYZ 0 600 0]>>",
        ]
    )


def words(glyphs: str, mark: str = "/P BMC", at: str = "10 10") -> str:
    """Return the operators that draw these glyphs in 5 pt, in marked content."""
    return f"{mark} BT /f 5 Tf {at} Td [{glyphs}] TJ ET EMC\n"
