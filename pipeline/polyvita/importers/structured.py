"""Find out which structured format a file has, from its content, and read it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location
from polyvita.importers import europass, json_resume, linkedin, orcid, rendercv
from polyvita.importers.fields import Fields
from polyvita.importers.model import ImportedCv
from polyvita.importers.xml_fields import read_xml

MAX_UNPACKED = 100_000_000
"""The largest size of the files in an archive together, in bytes. An archive with 5000 works has about 30 MB."""
MAX_FILES = 20_000
_UNPACKED_FILE = 20_000_000


def import_structured(data: bytes, name: str) -> ImportedCv | None:
    """Return a structured file as a CV, or None if it is of no format that is known here.

    The formats are those of ORCID, JSON Resume, YAMLResume, RenderCV, Europass and LinkedIn. `name` is what findings
    call the file. Raises `InputError` if the file is of one of these formats and cannot be read.
    """
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"PK\x03\x04"):
        return _import_zip(data, name)
    if data.startswith(b"%PDF"):
        return _import_pdf(data, name)
    if start.startswith(b"<?xml") or re.match(
        rb"<(?:\w+:)?(?:SkillsPassport|Candidate|record|activities|works?)\b", start
    ):
        return _import_xml([(name, data)], name)
    if start.startswith((b"{", b"[")):
        return _import_json(data, name)
    text = _decoded(data)
    if text is None:
        return None
    if linkedin.is_linkedin([name]) and name.lower().endswith(".csv"):
        return linkedin.import_linkedin({name: text})
    if re.search(r"^(?:cv|content|basics|resume)\s*:", text, re.MULTILINE) and not text.startswith("---\n#"):
        return _import_yaml(text, name)
    return None


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# ---------------------------------------------------------------- JSON and YAML


def _import_json(data: bytes, name: str) -> ImportedCv | None:
    try:
        value = json.loads(data)
    except json.JSONDecodeError as problem:
        message = f"the file is not valid JSON: {problem.msg}"
        raise InputError(
            error("PV504", message, Location(name, problem.lineno, problem.colno), "download or save it again")
        ) from None
    except (UnicodeDecodeError, RecursionError) as problem:
        raise InputError(error("PV504", f"the file is not valid JSON: {problem}", Location(name))) from None
    return _import_data(value, name)


def _import_yaml(text: str, name: str) -> ImportedCv | None:
    from polyvita.config.yaml_loader import Codes, YamlKind, parse_yaml

    kind = YamlKind("the file", "cv:", codes=Codes(*["PV504"] * 7))
    return _import_data(_plain(parse_yaml(text, name, kind)), name)


def _plain(value: Any) -> Any:
    """Return a YAML value as plain data in which all single values are text."""
    match value.data:
        case list():
            return [_plain(part) for part in value.data]
        case dict():
            return {key: _plain(part) for key, part in value.data.items()}
        case _:
            return None if value.kind == "null" else value.data


def _import_data(value: Any, name: str) -> ImportedCv | None:
    if isinstance(value, dict) and isinstance(value.get("resume"), dict) and len(value) == 1:
        value = value["resume"]
    if not isinstance(value, dict):
        return None
    if json_resume.is_yaml_resume(value):
        return json_resume.import_yaml_resume(value)
    if rendercv.is_rendercv(value):
        return rendercv.import_rendercv(value)
    if json_resume.is_json_resume(value):
        return json_resume.import_json_resume(value)
    if (record := orcid.record_of(value, name)) is not None:
        return orcid.import_orcid(record)
    return None


# ---------------------------------------------------------------- XML, PDF and archives


def _import_xml(files: list[tuple[str, bytes]], name: str) -> ImportedCv | None:
    roots: list[tuple[Fields, str]] = []
    for path, data in files:
        root, namespace = read_xml(data, path)
        if europass.is_europass(root):
            return europass.import_europass(root)
        roots.append((root, namespace))
    record = orcid.record_of_xml(roots, name)
    return orcid.import_orcid(record) if record is not None else None


def _import_pdf(data: bytes, name: str) -> ImportedCv | None:
    """Read the XML that Europass attaches to its PDF."""
    from polyvita.importers.pdf_attachments import xml_attachments

    for path, attached in xml_attachments(data, name):
        root, _ = read_xml(attached, f"{name}/{path}")
        if europass.is_europass(root):
            return europass.import_europass(root)
    return None


def _import_zip(data: bytes, name: str) -> ImportedCv | None:
    """Read the archive of LinkedIn or of ORCID. Archives of other programs, such as Word, are left to others."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError) as problem:
        if b"[Content_Types].xml" in data[:4000] or b"mimetype" in data[:100]:
            return None
        message = f"the ZIP file is damaged: {str(problem)[:100]}"
        raise InputError(error("PV504", message, Location(name), "download it again")) from None
    if "[Content_Types].xml" in names or "mimetype" in names:
        return None
    if linkedin.is_linkedin(names):
        files = {path: _decoded(content) or "" for path, content in _unpacked(archive, name, ".csv")}
        return linkedin.import_linkedin(files)
    if any(re.search(r"(?:^|/)(?:person\.xml|works?/|\d{4}-\d{4}-\d{4}-\d{3}[\dX])", path) for path in names):
        return _import_xml(list(_unpacked(archive, name, ".xml")), name)
    return None


def _unpacked(archive: zipfile.ZipFile, name: str, suffix: str) -> list[tuple[str, bytes]]:
    """Return the files of an archive with this suffix. Sizes are checked while they are unpacked."""
    infos = [info for info in archive.infolist() if info.filename.lower().endswith(suffix) and not info.is_dir()]
    if len(infos) > MAX_FILES:
        raise _too_large(name, f"{len(infos)} files; the maximum is {MAX_FILES}")
    files, total = [], 0
    for info in sorted(infos, key=lambda info: info.filename):
        if linkedin.is_not_read(info.filename):
            files.append((info.filename, b""))
            continue
        try:
            with archive.open(info) as file:
                content = file.read(_UNPACKED_FILE + 1)
        except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, NotImplementedError, ValueError) as problem:
            reason = "it is encrypted" if info.flag_bits & 1 else str(problem)[:100]
            message = f"“{info.filename}” in the ZIP file cannot be read: {reason}"
            raise InputError(error("PV504", message, Location(name), "download the file again")) from None
        total += len(content)
        if len(content) > _UNPACKED_FILE or total > MAX_UNPACKED:
            raise _too_large(
                name, f"more than {(_UNPACKED_FILE if len(content) > _UNPACKED_FILE else MAX_UNPACKED) // 1_000_000} MB"
            )
        files.append((info.filename, content))
    return files


def _too_large(name: str, what: str) -> InputError:
    message = f"the ZIP file contains {what}, when unpacked"
    return InputError(error("PV504", message, Location(name), "check that this is the right file"))
