"""Read XML as fields, without its namespaces.

Document type declarations are refused. With them go external entities, which would read other files, and entities that
multiply a small text.
"""

from __future__ import annotations

from xml.parsers import expat

from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location
from polyvita.importers.fields import Fields

MAX_NESTING = 100
"""The maximum depth of elements inside each other."""
_NOT_CONTENT = ("http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace")


def read_xml(data: bytes, name: str) -> tuple[Fields, str]:
    """Return the root element of an XML file as fields, one for each element and attribute, and its namespace.

    Raises `InputError`, with the location in the file `name`, if the file is not well-formed or declares entities.
    """
    # The namespace is separated from the local name by a blank, which neither can contain.
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    root = Fields()
    stack = [root]
    namespaces: list[str] = []

    def problem(message: str, hint: str = "") -> InputError:
        return InputError(error("PV504", message, Location(name, parser.CurrentLineNumber), hint))

    def refuse(*_: object) -> None:
        raise problem(
            "the XML file declares a document type or entities; files of ORCID and Europass never do",
            "download the file again",
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_NESTING:
            raise problem(f"the XML file has more than {MAX_NESTING} levels")
        if not namespaces:
            namespaces.append(tag.rpartition(" ")[0])
        node = Fields(_local(tag))
        for key, value in attributes.items():
            if not key.startswith(_NOT_CONTENT):
                node.inside.append(Fields(_local(key), value))
        stack[-1].inside.append(node)
        stack.append(node)

    def end(_tag: str) -> None:
        node = stack.pop()
        node.text = node.text.strip()

    def text(data: str) -> None:
        stack[-1].text += data

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as found:
        reason = expat.ErrorString(found.code)
        location = Location(name, found.lineno, found.offset + 1)
        raise InputError(
            error("PV504", f"the file is not well-formed XML: {reason}", location, "download the file again")
        ) from None
    return root.inside[0], namespaces[0]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
