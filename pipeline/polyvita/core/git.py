"""Reading files from an earlier git revision with the program git."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from polyvita.core.diagnostics import ExternalError, InputError, error
from polyvita.core.source import Source, check_size, source_of

TIMEOUT = 60.0
"""Seconds that one git command may take."""


class Revision(NamedTuple):
    """A revision of the files in `folder`: its `name` as the user writes it, and the id of its `commit`."""

    folder: Path
    name: str
    commit: str

    @classmethod
    def resolve(cls, folder: Path, name: str) -> Revision:
        """Return the revision that git finds by `name`.

        Raises `InputError` if there is no such revision or no repository. Raises `ExternalError` if git is missing or
        fails.
        """
        inside = _git(folder, "rev-parse", "--git-dir")
        if inside.returncode and b"not a git repository" in inside.stderr:
            shown = folder.absolute().name or folder
            message = f"{shown} is not in a git repository, so there is no earlier version to compare with"
            raise InputError(error("PV140", message, hint="create a repository with “git init”"))
        if inside.returncode:
            raise ExternalError(f"git failed: {inside.stderr.decode(errors='replace').strip()}")
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found.returncode:
            hint = "use a revision from “git log --oneline”"
            raise InputError(error("PV141", f"revision “{name}” not found in the git repository", hint=hint))
        return cls(folder, name, found.stdout.decode().strip())

    def label(self, path: Path) -> str:
        """Return the name of a file in this revision for findings: `HEAD~1:filters/short.yaml`."""
        return f"{self.name}:{self._relative(path)}"

    def read_source(self, path: Path) -> Source:
        """Return a file as it was in this revision. Raises `InputError` if it did not exist, or was not text."""
        blob = f"{self.commit}:./{self._relative(path)}"
        size = _git(self.folder, "cat-file", "-s", blob)
        if not size.returncode:
            check_size(path, self.label(path), int(size.stdout))
        file = _git(self.folder, "cat-file", "blob", blob)
        if file.returncode:
            message = f"{self._relative(path)} does not exist in “{self.name}”"
            hint = "name a later revision; “git log --oneline FILE” lists the revisions of a file"
            raise InputError(error("PV142", message, hint=hint))
        return source_of(path, self.label(path), file.stdout)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise ExternalError("git was not found, so earlier versions cannot be read", "install git from git-scm.com")
    try:
        return subprocess.run(  # noqa: S603 - no shell; the user's text follows --end-of-options
            [program, *words],
            cwd=folder,
            env=os.environ | {"LC_ALL": "C"},
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise ExternalError(f"git did not finish within {TIMEOUT:g} seconds and was stopped") from None
