"""Reading TOML front matter, as Hugo writes it, into the same values as YAML."""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Any

from polyvita.config.yaml_loader import Value, YamlKind
from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location

_AT = re.compile(r"\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def parse_toml(text: str, name: str, kind: YamlKind) -> Value:
    """Return the content of a TOML text, a group of keys. Raises `InputError`.

    `tomllib` gives no positions, so the location of a key is the first line that assigns to it or opens its table.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = _AT.search(str(problem))
        line, column = (
            (int(found["line"]), int(found["column"])) if found and found["line"] else (text.count("\n") + 1, 1)
        )
        message = f"{kind.name} is not valid TOML: {_AT.sub('', str(problem)).strip().lower()}"
        raise InputError(error(kind.codes.not_yaml, message, Location(name, int(line), int(column)))) from None
    except RecursionError:
        message = f"{kind.name} is not valid TOML: lists and groups are nested too deeply"
        raise InputError(error(kind.codes.not_yaml, message, Location(name, 1))) from None
    return _Values(text.split("\n"), name).group(data, Location(name, 2))


class _Values:
    def __init__(self, lines: list[str], name: str) -> None:
        self.lines, self.name = lines, name

    def locate(self, key: str, above: Location) -> Location:
        pattern = re.compile(rf"""\s*(?:\[+\s*(?:[\w.-]+\.)?)?["']?(?P<key>{re.escape(key)})["']?\s*[=.\]]""")
        for number, line in enumerate(self.lines[above.line - 1 :], above.line):
            if found := pattern.match(line):
                return Location(self.name, number, found.start("key") + 1, len(key))
        return above

    def group(self, data: dict[str, Any], above: Location) -> Value:
        keys = {key: self.locate(key, above) for key in data}
        return Value({key: self.value(item, keys[key]) for key, item in data.items()}, above, "map", keys)

    def value(self, data: Any, location: Location) -> Value:
        match data:
            case dict():
                return self.group(data, location)
            case list():
                return Value([self.value(item, location) for item in data], location, "list")
            case bool():
                return Value(str(data).lower(), location, "bool")
            case datetime.datetime() | datetime.date() | datetime.time():
                return Value(data.isoformat(), location)
            case _:
                return Value(str(data), location)
