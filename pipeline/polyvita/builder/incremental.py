"""The entry point of a build. If nothing changed since the last build, it returns at once and loads nothing more.

If something changed, `run_build` finds out which filters and which outputs have to be built.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from polyvita.builder.manifest import (
    Manifest,
    hash_files,
    hash_run,
    hash_settings,
    hash_source,
    hash_text,
)
from polyvita.builder.result import BuildResult, OutputStatus, Progress
from polyvita.core.allowed import ALLOWED_FOLDERS
from polyvita.core.clock import BuildTime, build_time
from polyvita.core.diagnostics import InputError
from polyvita.core.source import CV, Source, read_source


def build(
    source: str | Path = "cv.md",
    filters: Sequence[str] = (),
    *,
    formats: Sequence[str] = (),
    outputs: str | Path | None = None,
    timestamp: int | None = None,
    word_pages: bool = False,
    strict: bool = False,
    force: bool = False,
    theme: str = "",
    processes: int | None = 1,
    progress: Progress | None = None,
) -> BuildResult:
    """Write the outputs of all filters, or of the named ones. Outputs that are up to date stay as they are.

    - `filters`: names of files in `filters/` beside the source.
    - `formats`: build only these formats.
    - `outputs`: the folder to write to (default: `outputs/` beside the source).
    - `timestamp`: the time of the build, in seconds since 1970 (default: SOURCE_DATE_EPOCH, or else the clock).
    - `word_pages`: let LibreOffice, if it is installed, count the pages of Word files that rules limit.
    - `strict`: for files that are about to be sent. Check every rule again; report a missing typeface that a rule
      requires as an error.
    - `force`: rebuild outputs even if nothing changed.
    - `theme`: the theme of all outputs, instead of those that the filters name.
    - `processes`: the number of processes, including this one (None: as many as the machine has room for).
    - `progress`: called as outputs are finished.

    A filter with errors is in `broken` of the result, and its outputs stay as they are. A problem of one output is in
    the status of that output. Neither stops the others. Raises `InputError`, before any file is written, if the source
    is wrong or no filter can be built. A script that sets `processes` must run under `if __name__ == "__main__":`.
    """
    source, now = Path(source), build_time(timestamp)
    folder = Path(outputs) if outputs else source.parent / "outputs"
    manifest = Manifest.read(folder, source)
    fixed_time = str(now.seconds) if now.is_fixed else ""
    allowed = os.environ.get(ALLOWED_FOLDERS, "")
    command_hash = hash_text(
        str(source),
        str(source.absolute()),
        str(folder),
        fixed_time,
        allowed,
        *filters,
        "with formats",
        *formats,
        *(("with theme", theme) if theme else ()),
    )
    file = read_source(source, kind=CV)
    if not (force or strict or word_pages) and (result := _last_result(manifest, command_hash, file, folder, now)):
        return result
    from polyvita.builder.request import BuildRequest
    from polyvita.builder.workers import default_processes, start_workers

    request = BuildRequest(
        source=source,
        filters=tuple(filters),
        formats=tuple(formats),
        output_folder=folder,
        now=now,
        command_hash=command_hash,
        word_pages=word_pages,
        strict=strict,
        force=force,
        theme=theme,
    )
    has_one_filter = len(filters) == 1 or len(list(source.parent.glob("filters/[!.]*.yaml"))) == 1
    count = 1 if has_one_filter else default_processes() if processes is None else processes
    with start_workers(request, count) as workers:
        from polyvita.builder.run import run_build

        return run_build(request, file, workers, progress or (lambda _done, _total: None))


def _last_result(
    manifest: Manifest, command_hash: str, source: Source, folder: Path, now: BuildTime
) -> BuildResult | None:
    """Return the result of the last build by the same command, if none of its inputs and outputs changed since."""
    run = manifest.runs.get(command_hash)
    if run is None:
        return None
    extra_hash = hash_files(map(Path, run.extra_files))
    if run.input_hash != hash_run(hash_source(source), hash_settings(source.path), extra_hash, now.day):
        return None
    for name, hash in run.outputs.items():
        if not manifest.is_unmodified(name) or manifest.outputs[name].hash != hash:  # Another command has written it.
            return None
    entries = [(folder / name, manifest.outputs[name]) for name in run.outputs]
    statuses = tuple(OutputStatus(entry.filter, path, entry.pages, unchanged=True) for path, entry in entries)
    named = {finding.location.file for finding in (*run.findings, *run.notes) if finding.location.line}
    for name in named - {source.name}:
        with suppress(InputError):
            read_source(Path(name))  # Findings are shown with the lines that were read.
    return BuildResult(statuses, run.findings, run.notes, fitted=run.fitted)
