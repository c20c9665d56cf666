"""`polyvita themes`: the themes that a CV can use, and a web page with its first page in each of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from msgspec import Struct

from polyvita.builder.job import Job, with_theme
from polyvita.builder.plan import Plan, make_plan
from polyvita.config.theme import Theme, theme_names, theme_summary
from polyvita.core.diagnostics import InputError, error
from polyvita.core.seal import seal

PIXELS_PER_INCH = 100


class ThemeEntry(Struct, frozen=True):
    """A theme: its name, what it looks like in one sentence, and whether its file is beside the CV."""

    name: str
    about: str
    own: bool


def list_themes(folder: Path) -> tuple[ThemeEntry, ...]:
    """Return the themes for a CV in `folder`."""
    own = folder / "themes"
    names = theme_names(own)
    return tuple(ThemeEntry(name, theme_summary(name, own), (own / f"{name}.yaml").is_file()) for name in names)


def render_gallery(source: Path, filters: Sequence[str], timestamp: int) -> bytes:
    """Return a page with the first page of one filter in each theme: the named one, or the first without private data.

    Raises `InputError` as `make_plan` does.
    """
    plan = make_plan(source, filters=filters, timestamp=timestamp, skip_broken=not filters)
    job = next((job for job in plan.jobs if filters or not job.filter.private), None)
    if job is None:
        message = "all filters show private data"
        raise InputError(error("PV139", message, hint="name one of them: polyvita themes FILTER --html FILE"))
    return seal(_page(job, list(_figures(plan, job))))


def _figures(plan: Plan, job: Job) -> Iterator[str]:
    for entry in list_themes(plan.folder):
        picture = base64.b64encode(_draw(plan, job, entry.name)).decode()
        text = f"{escape(job.filter.name)} in the theme {escape(entry.name)}: the first page"
        yield (
            f'<section id="{escape(entry.name)}">\n<h2>{escape(entry.name)}</h2>\n<p>{escape(entry.about)}.</p>\n'
            f"<p><code>theme: {escape(entry.name)}</code></p>\n"
            f'<img src="data:image/png;base64,{picture}" alt="{text}">\n</section>'
        )


def _draw(plan: Plan, job: Job, name: str) -> bytes:
    """Return the first page of the job in a theme as a PNG."""
    from polyvita.builder.steps import apply_filter
    from polyvita.writers import WriterOptions
    from polyvita.writers.pdf import draw_first_page
    from polyvita.writers.prepare import prepare
    from polyvita.writers.to_pandoc import to_pandoc

    dressed = with_theme(job, name, plan.folder)
    document = apply_filter(dressed, plan.folder).document
    prepared = prepare(to_pandoc(document, split_words=False), split_words=False)
    return draw_first_page(prepared, WriterOptions(dressed.theme, dressed.info, plan.folder), PIXELS_PER_INCH)


def _page(job: Job, figures: list[str]) -> bytes:
    from polyvita.writers.html import POLICY, stylesheet

    names = [figure.partition('id="')[2].partition('"')[0] for figure in figures]
    links = "".join(f'<li><a href="#{name}">{name}</a></li>\n' for name in names)
    title = f"Themes for {escape(job.info.author)}"
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{POLICY}<title>{title}</title>
<style>
{stylesheet(Theme())}{_STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>The first page of “{escape(job.filter.name)}” in each theme. To use one, write its line into the filter file.</p>
</header>
<nav>
<ul>
{links}</ul>
</nav>
<main>
{chr(10).join(figures)}
</main>
</body>
</html>
""".encode()


_STYLE = """
body { max-width: 84rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin: 1rem 0 0; padding: 0; list-style-type: ""; }
nav li { margin: 0; padding: 0; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 0 2rem; }
img { display: block; inline-size: 100%; border: 1px solid var(--muted); background: #ffffff; }
"""
