"""Files as they were in a git revision, read with git itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from polyvita.core.diagnostics import ExternalError, InputError, error
from polyvita.core.location import Location

TIMEOUT = 60.0
"""So many seconds may git take for one answer."""


class Revision(NamedTuple):
    """A revision of the files in `folder`, under the name that the user has for it, and as the commit that is meant."""

    folder: Path
    name: str
    commit: str

    @classmethod
    def resolve(cls, folder: Path, name: str) -> Revision:
        """The revision that git knows by `name`.

        Raises `InputError` where there is none, or no repository, and `ExternalError` where git is missing or fails.
        """
        inside = _git(folder, "rev-parse", "--git-dir")
        if inside.returncode and b"not a git repository" in inside.stderr:
            message = f"{folder.absolute().name or folder} is in no git repository, so that nothing is known of earlier"
            raise InputError(error("PV140", message, hint="git init begins one"))
        if inside.returncode:
            raise ExternalError(f"git does not answer: {inside.stderr.decode(errors='replace').strip()}")
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found.returncode:
            hint = "git log --oneline shows those there are"
            raise InputError(error("PV141", f"git knows no revision “{name}”", hint=hint))
        return cls(folder, name, found.stdout.decode().strip())

    def label(self, path: Path) -> str:
        """What findings call the file as it was: `HEAD~1:filters/short.yaml`."""
        return f"{self.name}:{self._below(path)}"

    def read_text(self, path: Path) -> str:
        """The text of a file in or below the folder, as it was. Raises `InputError` where it was not there."""
        called = self.label(path)
        file = _git(self.folder, "cat-file", "blob", f"{self.commit}:./{self._below(path)}")
        if file.returncode:
            message = f"{self._below(path)} was not there in “{self.name}”"
            hint = "name a later revision; git log --oneline FILE shows those that have a file"
            raise InputError(error("PV142", message, hint=hint))
        try:
            return file.stdout.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            code = "PV121" if path.suffix == ".yaml" else "PV002"
            raise InputError(
                error(code, f"not UTF-8: byte {problem.start + 1} cannot be read", Location(called))
            ) from None

    def _below(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise ExternalError("git was not found, and it alone knows what was earlier", "install it from git-scm.com")
    try:
        return subprocess.run(  # noqa: S603 - no shell; what the user wrote stands behind --end-of-options
            [program, *words],
            cwd=folder,
            env=os.environ | {"LC_ALL": "C"},
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise ExternalError(f"git had not answered after {TIMEOUT:g} seconds, and was stopped") from None
