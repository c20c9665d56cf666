"""The front of a build: where nothing has changed since the last one, nothing is to be done, and nothing is loaded.

What else has changed is for `run_build` to find out, filter by filter and output by output.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from polyvita.builder.manifest import Manifest, from_record, of_run, of_settings, of_source, of_text
from polyvita.builder.result import BuildResult, FitSummary, OutputStatus, Progress
from polyvita.core.clock import BuildTime, build_time
from polyvita.core.diagnostics import Report
from polyvita.core.files import lock_folder


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
    processes: int | None = 1,
    progress: Progress | None = None,
) -> BuildResult:
    """Write every output of every filter (or of those named), but those that are there as they should be, and say what
    was found.

    `filters` are names of files in `filters/` beside the source; `formats` keeps the run to some formats;
    `outputs` is the folder to write to (default: `outputs/` beside the source). `timestamp`, in seconds since
    1970, stands for the moment of the build; where it is None, SOURCE_DATE_EPOCH does, or else the clock. With
    `word_pages`, LibreOffice counts the pages of Word files that rules limit, where it is there. `strict` is for files
    that are about to go out: every rule is judged, and a typeface which a rule wants has to be on this machine. With
    `force`, what has not changed is built again, too. So many `processes` share the work, this one included; with
    None, as many as the machine has room for. `progress` is called as outputs are done.

    Raises `InputError`, before anything is written, where the source or a filter is wrong. What fails for one
    output alone is in its result, and does not stop the others.
    """
    source, now = Path(source), build_time(timestamp)
    folder = Path(outputs) if outputs else source.parent / "outputs"
    manifest = Manifest.read(folder)
    given = str(now.seconds) if now.is_fixed else ""
    command = of_text(str(source), str(source.absolute()), str(folder), given, *filters, "with formats", *formats)
    if not (force or strict or word_pages) and (built := _as_it_was(manifest, command, source, folder, now)):
        return built
    from polyvita.builder.request import BuildRequest
    from polyvita.builder.workers import default_processes, helping

    request = BuildRequest(
        source, tuple(filters), tuple(formats), folder, now, command, word_pages=word_pages, strict=strict, force=force
    )  # fmt: skip
    alone = len(filters) == 1 or len(list(source.parent.glob("filters/[!.]*.yaml"))) == 1
    with (
        lock_folder(folder),
        helping(request, 1 if alone else default_processes() if processes is None else processes) as helpers,
    ):
        from polyvita.builder.run import run_build

        # Another build may have been at work there since.
        return run_build(request, Manifest.read(folder), helpers, progress or (lambda _done, _all: None))


def _as_it_was(manifest: Manifest, command: str, source: Path, folder: Path, now: BuildTime) -> BuildResult | None:
    """What the last build by the same command did, if all it read and all it wrote is as it was."""
    run = manifest.runs.get(command)
    if run is None or run["made_from"] != of_run(of_source(source), of_settings(source), run["more"], now.day):
        return None
    if not all(manifest.is_as_built(name) for _, name in run["outputs"]):
        return None
    results = tuple(
        OutputStatus(filter, folder / name, manifest.outputs[name]["pages"], unchanged=True)
        for filter, name in run["outputs"]
    )
    report = Report()
    report.add(*map(from_record, run["findings"]))
    fitted = {name: FitSummary(**chosen) for name, chosen in run["fitted"].items()}
    return BuildResult(results, report, notes=tuple(map(from_record, run["notes"])), fitted=fitted)
