"""Whose files are in the folder of the outputs: no build replaces a file that this program did not write.

The proof is the hash of the file in the manifest. A file without that proof is set aside, as an edited output is. It
stays where it is, and the output is not written, if the CV is built from it or if the folder also holds the CV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from polyvita.builder.job import Output
from polyvita.builder.manifest import INPUT_FOLDERS, Manifest
from polyvita.core.diagnostics import Finding, InputError, error, warning
from polyvita.core.files import exists, folded, is_link, is_same_content, real_path, same_named, set_aside
from polyvita.core.location import Location


class Ownership:
    """Decides which files in the folder of the manifest a build of the CV `source` may replace.

    `inputs` are the files outside the usual folders that the build has read.
    """

    def __init__(self, manifest: Manifest, source: Path, inputs: Iterable[Path]) -> None:
        self.manifest, self.source, self.inputs = manifest, source, tuple(inputs)
        self.folder = manifest.path.parent
        homes = (real_path(source.parent), real_path(source).parent)
        self.is_shared = any(home.is_relative_to(real_path(self.folder)) for home in homes)
        """Whether the folder holds the CV, too, so that other files in it are none of the program's business."""

    def check_manifest(self) -> Finding | None:
        """Set a damaged manifest aside, and return the finding about it.

        Raises `InputError` if the folder holds the CV: then the file may be something else.
        """
        path = self.manifest.path
        if not self.manifest.damaged or not exists(path):
            return None
        if self.is_shared:
            message = f"{path.name} is not the manifest of a build, and would be replaced by it"
            raise InputError(error("PV344", message, Location(str(path)), "name another folder with -o"))
        kept = "" if path.is_dir() else f"; it is kept as “{set_aside(path).name}”"
        return warning("PV323", f"the build manifest is damaged{kept}; all outputs are rebuilt", Location(str(path)))

    def check(self, output: Output) -> None:
        """Raise `InputError` if the output must not be written because of a file that is there."""
        if message := next(self._refusals(output.path), None):
            message = f"{output.path.name} is not written, because {message}"
            hint = "set another “filename” in the filter, or name another folder with -o"
            raise InputError(error("PV344", message, output.location, hint))

    def _refusals(self, path: Path) -> Iterator[str]:
        if folded(path) == folded(self.manifest.path):
            yield "the manifest of the build has that name"
        if not real_path(path.parent).is_relative_to(real_path(self.folder)):
            yield f"{path.parent.name} is a link that leads out of the folder of the outputs"
        same_names = same_named(path)
        if any(folded(real_path(other)) in self._input_paths for other in same_names):
            yield "the CV is built from the file of that name"
        if self.is_shared and any(not self.wrote(other) for other in same_names):
            yield "a file of that name, which polyvita did not write, is beside the CV"

    @cached_property
    def _input_paths(self) -> set[str]:
        """The files that the CV is built from."""
        home = self.source.parent
        settings = (path for name in INPUT_FOLDERS for path in (home / name).rglob("*"))
        files = (self.source, self.source.with_suffix(".private.yaml"), *self.inputs, *settings)
        return {folded(real_path(path)) for path in files}

    def wrote(self, path: Path) -> bool:
        """Return whether the manifest proves that `path` is as a build has written it."""
        if is_link(path):
            return False
        return self.manifest.is_own(path.relative_to(self.folder).as_posix())

    def make_room(self, output: Output, content: bytes) -> Finding | None:
        """Set aside a file in the place of the output, unless a build wrote it. Return the finding about that.

        Raises `ExternalError` if the file cannot be renamed.
        """
        path = output.path
        if not exists(path) or self.wrote(path):
            return None
        if not is_link(path) and (path.is_dir() or is_same_content(path, content)):  # Writing reports a folder.
            return None
        known = self.manifest.knows(path.relative_to(self.folder).as_posix())
        kept = f"your version is kept as “{set_aside(path).name}”"
        if known:
            hint = "make the change in the CV or in the filter, so that every build contains it"
            return warning("PV324", f"{path.name} was edited by hand; {kept}", output.location, hint)
        message = f"{path.name} was there before, and nothing proves that polyvita wrote it; {kept}"
        return warning("PV324", message, output.location, "delete that file if you do not need it")
