"""Write files that belong to no single CV, such as the report, and the outputs that came from another machine.

As in a build, no file is replaced that this program did not write, and each is written whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path

from polyvita.builder.manifest import Manifest, OutputEntry, hash_file
from polyvita.core.diagnostics import ExternalError, Finding, InputError, findings_of
from polyvita.core.files import is_same_content, lock_folder, make_private, write_atomically
from polyvita.core.location import Location
from polyvita.core.source import hash_bytes


def publish(
    folder: Path,
    home: Path,
    files: Mapping[str, bytes],
    *,
    label: str,
    location: Location,
    private: Set[str] = frozenset(),
) -> tuple[set[str], list[Finding]]:
    """Write `files` by their name into a folder. Return the names that were written or up to date, and the findings.

    `home` is the CV or the file of the batch that the files are made from, and `label` the name of what has made them.
    Only the owner may read the `private` files.
    """
    from polyvita.builder.job import Output
    from polyvita.builder.ownership import Ownership

    findings: list[Finding] = []
    done: set[str] = set()
    with lock_folder(folder):
        manifest = Manifest.read(folder, home)
        ownership = Ownership(manifest, home, ())
        if damage := ownership.check_manifest():
            findings.append(damage)
        for name, content in files.items():
            manifest.outputs[name] = manifest.outputs.get(name, OutputEntry(label, ""))._replace(
                next_hash=hash_bytes(content), private=name in private
            )
        if any(hash_file(folder / name) != hash_bytes(content) for name, content in files.items()):
            manifest.write()  # If the batch is killed now, the next one knows that the new files are its own.
        for name, content in files.items():
            output = Output("", folder / name, location)
            try:
                ownership.check(output)
                if moved := ownership.make_room(output, content):
                    findings.append(moved)
                if not is_same_content(output.path, content):
                    write_atomically(output.path, content, private=name in private)
                elif name in private:
                    make_private(output.path)
            except (InputError, ExternalError) as problem:
                findings += findings_of(problem)
                continue
            done.add(name)
            manifest.outputs[name] = OutputEntry(label, hash_bytes(content), private=name in private)
        manifest.write()
    return done, findings
