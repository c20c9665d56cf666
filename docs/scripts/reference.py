"""Generate the pages of the documentation that come from the code: `python docs/scripts/reference.py` writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from msgspec import NODEFAULT

from polyvita.checks.rules import ruleset
from polyvita.checks.rules.registry import KINDS
from polyvita.checks.rules.ruleset import Rule, RuleSet
from polyvita.config import faculty, filter_file, front_matter, theme
from polyvita.config.faculty import Faculty
from polyvita.config.filter import Filter
from polyvita.config.settings import Key, Settings, ValueType, keys_of
from polyvita.config.theme import Mm, Pt, Theme
from polyvita.core.codes import CODES, Code
from polyvita.core.vocabulary import HAND_TAGS, SECTIONS, TAGS
from recipient_pages import recipient_pages

_NAMES = {
    **{"Selector": "expression", "Since": "date", "Mm": "length", "Pt": "size", "Colour": "colour", "SortKey": "key"},
    "FileSize": "size of a file",
    "OutputPattern": "path",
}
_PLAIN = {str: "text", int: "number", float: "number", bool: "true or false"}

FILTERS = """# Filter files

Choose what one output shows. Each file in `filters/` makes one version of the CV. In a folder made by `polyvita init`,
write this file:

```yaml
# filters/grant.yaml
title: Curriculum vitae for funding bodies
formats: [docx, pdf]
select: core or (publication and selected)
drop: award
order: [positions, education, publications]
sort: {items: publication, by: -date}
limit: {items: publication, most: 10}
pages: {most: 2}
```

`polyvita build grant` then writes `outputs/grant.docx` and `outputs/grant.pdf`. `polyvita build` writes the outputs of
all filters.

[The language](language.md#selecting) explains expressions and the rules of selection. The table below has all keys. An
unknown key is an error, and the hint suggests the most similar key. A value of the wrong kind is an error too. Both
show file, line and column.

## Help from your editor

If the file begins with this line, an editor that knows YAML completes the keys, explains them and underlines errors:

```yaml
# yaml-language-server: $schema=schema/filter.json
```

`polyvita init` writes this line and the schema. In VS Code, the extension “YAML” by Red Hat reads both. For filters in
an existing folder, create the folder `filters/schema`. Then run `polyvita schema > filters/schema/filter.json`.

`polyvita schema --rules` prints the schema of rule files. `--themes` and `--front-matter` print those of themes and of
`cv.private.yaml`.

## An outline for a form

Some forms prescribe the headings. Then `sections` gives the output an outline, and each part of it takes content from
anywhere in the CV:

```yaml
# filters/form.yaml
title: Curriculum vitae
formats: [docx, pdf]
sections:
  - {title: Qualifications and Career, from: [positions, education]} # two sections under one heading
  - title: Scientific Results
    sections:
      - {id: a, title: Category A, items: publication and selected} # items of several lists in one list
      - {id: b, title: Category B, items: publication}
  - awards # a section as it is
sort: {items: position or degree, by: -date}
```

- Nothing is shown twice. If two parts ask for the same content, the first part gets it, and the second part gets the
  rest.
- Content that moves keeps the tags and keys that it inherited.
- A part without content is left out, with a warning.
- Without `select`, the outline decides what is shown. With `select`, a warning names content that no part takes.
- `titles` and `order` use the ids of the parts. So a second filter can extend the first and translate its headings.

## Keys

"""
THEMES = """# Themes

Choose how your CV looks. Write the name of a theme into a filter file, and HTML, Word and PDF follow it:

```yaml
# filters/full.yaml
title: Curriculum vitae
theme: timeline
vocabulary: standard
```

| | | |
| --- | --- | --- |
| ![The first page in the theme classic](pictures/theme-classic.png) | ![The first page in the theme timeline](pictures/theme-timeline.png) | ![The first page in the theme scholar](pictures/theme-scholar.png) |
| `classic`: sober and dense; the theme of filters that name no other | `timeline`: dates in a column at the left | `scholar`: centred, with years beside the publications |
| ![The first page in the theme compact](pictures/theme-compact.png) | ![The first page in the theme profile](pictures/theme-profile.png) | ![The first page in the theme form](pictures/theme-form.png) |
| `compact`: entries on one line, at 10 pt | `profile`: for the web, with a band, icons and links to the sections | `form`: for forms that prescribe a font |

- `polyvita themes` lists the themes.
- `polyvita themes --html themes.html` writes a page with the first page of your own CV in each of them.
- `polyvita build --theme scholar` tries one without a change of files. So does the list “Theme” in the preview.

## In three formats

| | PDF | Word | web page |
| --- | --- | --- | --- |
| `classic` | ![PDF in the theme classic](pictures/theme-classic.png) | ![Word in the theme classic](pictures/theme-classic-word.png) | ![The web page in the theme classic](pictures/theme-classic-web.png) |
| `timeline` | ![PDF in the theme timeline](pictures/theme-timeline.png) | ![Word in the theme timeline](pictures/theme-timeline-word.png) | ![The web page in the theme timeline](pictures/theme-timeline-web.png) |
| `scholar` | ![PDF in the theme scholar](pictures/theme-scholar.png) | ![Word in the theme scholar](pictures/theme-scholar-word.png) | ![The web page in the theme scholar](pictures/theme-scholar-web.png) |
| `compact` | ![PDF in the theme compact](pictures/theme-compact.png) | ![Word in the theme compact](pictures/theme-compact-word.png) | ![The web page in the theme compact](pictures/theme-compact-web.png) |
| `profile` | ![PDF in the theme profile](pictures/theme-profile.png) | ![Word in the theme profile](pictures/theme-profile-word.png) | ![The web page in the theme profile](pictures/theme-profile-web.png) |
| `form` | ![PDF in the theme form](pictures/theme-form.png) | ![Word in the theme form](pictures/theme-form-word.png) | ![The web page in the theme form](pictures/theme-form-web.png) |

[Applicant systems](applicant-systems.md) shows what programs read in these files, and [Looks, before and
after](flaws.md) what was wrong with them.

## A theme of your own

A theme is a file in the folder `themes/` beside the CV. It starts from another one, and changes what you like:

```yaml
# themes/mine.yaml
extends: timeline
accent: "#7a1f3d"
size: 10pt
margins: {left: 25mm, right: 25mm}
header: centred
section: small-caps
dates: right
publications: year
font_heading: Georgia
```

Then add the line `theme: mine` to `filters/full.yaml` and run `polyvita build full`.

The CSS, the Typst preamble and the Word styles are all made from the theme: each value works in HTML, Word and PDF.
Plain text follows `contact`, `entry` and `publications`. Values that a theme and the one it extends leave out are those
of `classic`. A filter file can override four values itself: `font`, `leading`, `paper` and `margins`. With a Word
template of your own, the dates stay at the right, because the styles of the template have no column for them.

With `dates: right`, the date of an item is beside its first line. Word can set two texts side by side only in a table or
a text box, which programs read badly. So in Word files the date of a long item is at the right of its last line. An
indent that keeps the column free of text, as in a table of contents, hides the dates in LibreOffice. If you want all
dates beside the first line, choose `dates: left`.

There is no sidebar, because Word can hold one only in a table or in a text box. Then screen readers and the systems
that read applications get the text in a wrong order. There are no bars for skills either, and no icon fonts, whose
signs would become part of the text. The icons are pictures that are marked as decoration.

The fonts of the PDF come with polyvita; [Licences](licences.md) lists them. Word and browsers use fonts of the reader’s
machine: for Source Sans 3, Word uses Calibri.

## Values

"""
RULES = """# Rule files

Check an output against what its recipient requires. A rule set lists the requirements of one recipient. The program
has rule sets for [these recipients](recipients/README.md), and you can write your own. In a folder made by `polyvita
init`, write this file:

```yaml
# rules/example.yaml
title: Curriculum vitae
recipient: The Example Foundation
form: Guide for applicants, 2026
kind: upload
rules:
  - name: publications
    items: {items: publication, most: 5}
    level: error
    source: Guide for applicants, 2026, section 3
    sure: high
    checked: 2026-11-22
    hint: choose five, with “limit” or by their tags
```

Then add the line `rules: example` to `filters/funding.yaml` and run `polyvita check funding`. The report shows for each
rule whether the output keeps it, with the measured value and the limit. For a broken rule it also shows the line in the
source and how to fix it.

A filter file can name several rule sets, and can add the limits of the call itself:

```yaml
rules: {use: ukri, words: 1000}
```

- `polyvita build` prints only the broken rules. The exit status is 1 if a rule of level `error` is broken.
- `polyvita check --json` prints the whole report for other programs.
- A file in `rules/` replaces the built-in rule set of the same name.
- An unknown key is an error. `polyvita schema --rules` prints the JSON Schema of rule files.

## What is measured

The check measures the finished files. Page layout is read from the PDF and from the styles of the Word file. Words,
headings and items are read from the text of the most exact file: Word first, then plain text, HTML and PDF. If no file
allows a rule to be checked, the report gives the reason. [How words are
counted](language.md#how-words-are-counted) is the same in rules and in filters.

The number of pages of a Word file depends on the version of Word. The report uses the PDF’s number and calls it an
estimate. With `polyvita check --word-pages`, LibreOffice counts the pages.

## Keys

"""


VOCABULARY = """# The standard vocabulary

Give your sections the names that imports write and the filters of recipients use. Then `polyvita add dfg` fits your CV
at once. In a folder made by `polyvita init`, this section is in the vocabulary:

```markdown
# Appointments {#positions .position .core}

## Head of Examples {date=2021/.. org="Institute of Examples" place="Berlin, Germany"}
```

The text of the heading is free. The id after `#` names the section, and the tags describe its content. Inside a section,
each position and each degree is an entry, and everything else is a list of items with `date`.

## Other names

A CV with other ids maps them once in the front matter. The standard name is on the left:

```yaml
sections: {positions: experience, publications: papers}
```

Filters then find the section `experience` as `positions`, and it gets the tags of `positions`.

## Filters for many CVs

The filters of recipients have the line `vocabulary: standard`. With it, a filter may use every name on this page. If
your CV does not use a name, the name matches nothing, and this is not reported. In all other filters, an unknown name
is an error.
"""
BATCH = """# Many CVs at once

Build the CVs of a whole faculty in one format, with a list of the year’s publications and a report on who breaks which
rule. Put each CV into a folder of its own, and write a file beside the folder `people`:

```yaml
# faculty.yaml
people: people/*/cv.md
filters: filters/
outputs: outputs/{id}/{filter}.{format}
aggregate:
  - {name: publications-2026, items: publication and date >= 2026, by: -date, formats: [html, docx, bib]}
report: {by: unit, count: [publication, talk, project]}
```

Then run `polyvita batch faculty.yaml`. It writes the outputs of all filters for each person, the list of publications,
and `report.html`, `report.csv` and `report.json` in the folder `outputs`.

| command | what it does |
| --- | --- |
| `polyvita batch faculty.yaml` | build all CVs on all cores of this machine |
| `polyvita batch faculty.yaml full` | build only the filter `full` |
| `polyvita batch faculty.yaml --workers 4` | start four processes |
| `polyvita batch faculty.yaml --resume` | go on after a batch that was interrupted |
| `polyvita batch faculty.yaml --json` | print the report as JSON |
| `polyvita batch faculty.yaml --scheduler ADDRESS` | build on [a cluster](#on-a-cluster) |

- An error in one CV stops no other. The exit status is then 1, and the report names the file and the line.
- An output is byte for byte what `polyvita build` writes for this CV with these filters.
- Each CV has a manifest of its own. A second run compares hashes, and builds only what has changed. After an
  interruption, `--resume` does not even compare the CVs that are finished.
- Ctrl-C ends all processes. Every file is either old or new, never half written.
- A process that dies is started again. A CV at which three processes have died is reported and left out.
- If the scheduler of a cluster dies, the command reports it and ends with status 3. `--resume` goes on with another one,
  or on this machine.

## The people

The pattern under `people` is relative to the file. The id of the person is what its last `*` matches. The
unit of a person is the `affiliation` in the CV. For other ids, units and groups, name a table instead:

```csv
id,folder,name,unit,rank
lovelace,people/ada,Ada Lovelace,Mathematics,full
noether,people/emmy,Emmy Noether,Mathematics,associate
```

The columns `id` and `folder` are required. A folder may also be the path of a CV. `report: {by: rank}` then groups the
counts by the column `rank`. Tables from Excel with semicolons can be read, too.

## The filters

All people share the filters in the folder `filters`, and the themes and rules in `themes/` and `rules/` beside it. With
`own: true`, a filter of the same name in `filters/` beside a CV replaces the shared one. `{filter}` in `outputs` is the
name that the filter gives to its outputs with `filename`. Typefaces are those of the machine, and those in `fonts/`
beside a CV.

Not every CV has every section. Write `vocabulary: standard` in a shared filter, so that a standard tag or section that
a CV lacks is not an error.

## The report

The report shows for each person and filter what was written, the number of pages, all findings, and the rules that are
broken. It counts the items of `count` by group and year, and lists the CVs that took longest. The page can be sorted
and filtered, and needs neither a network nor its script. The table opens in Excel.

## Lists of items of all people

An aggregate collects the items of all CVs that its expression selects, as in a filter. Names of the faculty among the
authors are bold. Publications of several people are shown once:

| two items have | what happens |
| --- | --- |
| the same DOI | they are merged |
| the same title, year and first author, and no different DOIs | they are merged |
| the same title and first author, and another year, DOI or type | both are shown, with a warning |
| the same title, and one is a preprint | both are shown, with a warning |

Case and accents make no difference. The report lists the sources of each merged work. The list itself ends with the
pairs that may be the same work. Only publications are merged: two people may have the same degree.

## Private data

No output, list or report may show the telephone numbers, addresses and day of birth in `cv.private.yaml` of anybody
else. A file that would show one is not written. A value that both people have in their own CVs is not a secret of one
of them. A day of birth counts only together with the family name.

## On a cluster

Install the extra with `pip install 'polyvita[cluster]'` on each machine, with the same version of polyvita. It contains
[Dask](https://docs.dask.org). `--scheduler local` starts a scheduler and its workers on this machine. If the package
`bokeh` is installed, the command prints the address of a dashboard. For other machines, start them first:

```sh
dask scheduler                                      # on one machine
dask worker tcp://10.0.0.1:8786 --nthreads 1        # on each machine, once for each core
polyvita batch faculty.yaml --scheduler tcp://10.0.0.1:8786
```

The workers read and write in the folder of `faculty.yaml`, under the same path. If they have no common folder, add
`--no-shared`: the CVs then travel with the tasks, and the outputs come back. Files above 50 MB and hidden files do not
travel. Anybody who can reach the scheduler can run programs on the workers, so keep it in a closed network, or [set up
TLS](https://distributed.dask.org/en/stable/tls.html).

### SLURM

`pip install dask-jobqueue` adds workers as jobs. They use the Python and the folder of the login node, so both must be
on a common file system. Save this as `slurm.py` beside `faculty.yaml`, adapt the names, and run `python slurm.py` on a
login node:

```python
import subprocess
import sys

from dask_jobqueue import SLURMCluster

if __name__ == "__main__":
    cluster = SLURMCluster(
        queue="compute",
        account="faculty",
        cores=16,
        processes=16,  # one process for each core
        memory="16GB",
        walltime="01:00:00",
        local_directory="/tmp",
    )
    cluster.scale(jobs=4)
    cluster.wait_for_workers(1)  # until the first job leaves the queue
    command = ["polyvita", "batch", "faculty.yaml", "--scheduler", cluster.scheduler_address, "--resume"]
    status = subprocess.run(command).returncode
    cluster.close()
    sys.exit(status)
```

### Kubernetes

Install the [Dask operator](https://kubernetes.dask.org). Make an image from the folder of polyvita with this
`Dockerfile`, and push it to your registry:

```dockerfile
FROM python:3.13-slim
COPY . /polyvita
RUN pip install --no-cache-dir '/polyvita[cluster]'
```

Save the following as `batch.yaml`, and run `kubectl apply -f batch.yaml`. The volume `faculty` holds `faculty.yaml`, the
CVs and the outputs. If its pods run on several nodes, it needs the access mode `ReadWriteMany`. The command is repeated
after status 3, for example while the scheduler starts.

```yaml
apiVersion: kubernetes.dask.org/v1
kind: DaskJob
metadata:
  name: polyvita-batch
spec:
  job:
    spec:
      restartPolicy: Never
      volumes: [{name: faculty, persistentVolumeClaim: {claimName: faculty}}]
      containers:
        - name: job
          image: registry.example.org/polyvita:latest
          workingDir: /faculty
          volumeMounts: [{name: faculty, mountPath: /faculty}]
          command:
            - sh
            - -c
            - |
              for attempt in 1 2 3 4 5 6 7 8 9 10; do
                polyvita batch faculty.yaml --scheduler "$DASK_SCHEDULER_ADDRESS" --resume
                status=$?
                [ $status -eq 3 ] || break
              done
              exit $status
  cluster:
    spec:
      worker:
        replicas: 16
        spec:
          volumes: [{name: faculty, persistentVolumeClaim: {claimName: faculty}}]
          containers:
            - name: worker
              image: registry.example.org/polyvita:latest
              args: [dask, worker, --name, $(DASK_WORKER_NAME), --nthreads, "1"]
              volumeMounts: [{name: faculty, mountPath: /faculty}]
              resources:
                requests: {cpu: "1", memory: 1Gi}
                limits: {cpu: "1", memory: 1Gi}
      scheduler:
        spec:
          containers:
            - name: scheduler
              image: registry.example.org/polyvita:latest
              args: [dask, scheduler]
              ports:
                - {name: tcp-comm, containerPort: 8786, protocol: TCP}
                - {name: http-dashboard, containerPort: 8787, protocol: TCP}
              readinessProbe: {httpGet: {port: http-dashboard, path: /health}, initialDelaySeconds: 5, periodSeconds: 10}
              livenessProbe: {httpGet: {port: http-dashboard, path: /health}, initialDelaySeconds: 15, periodSeconds: 20}
        service:
          type: ClusterIP
          selector:
            dask.org/cluster-name: polyvita-batch
            dask.org/component: scheduler
          ports:
            - {name: tcp-comm, protocol: TCP, port: 8786, targetPort: tcp-comm}
            - {name: http-dashboard, protocol: TCP, port: 8787, targetPort: http-dashboard}
```

[Scale](scale.md) estimates what ten thousand, a million and twenty million CVs take.

## Keys

"""


FINDINGS = """# Findings

Look up what a message of polyvita means and how to fix its cause. Every finding has a code, a severity, a location, a
message and often a hint. The codes keep their meaning in later versions. For example:

```
filters/grant.yaml:4:18: error[PV110]: no tag “publicaton” in this CV
  4 | select: core or (publicaton and selected)
    |                  ^^^^^^^^^^
  hint: did you mean “publication”?
```

An error makes the exit status 1. Some errors stop the build: the exit status is then 2, or 3 if something outside the
program failed. A warning is most often a slip, and the outputs are written. `--json` prints findings for other
programs.

| codes | subject |
| --- | --- |
| PV0 | reading the CV |
| PV1 | filters, themes and rule files |
| PV2 | the text of the CV: its counts and its proofreading |
| PV3 | writing the outputs |
| PV4 | recipients’ rules; each rule sets its own severity |
| PV5 | imports, pictures and many CVs at once |
"""


def pages() -> dict[str, str]:
    """Return the generated pages: their text by file name in `docs/`."""
    return {
        "filters.md": FILTERS + _table(Filter, "example") + _group_tables(Filter),
        "themes.md": THEMES + _table(Theme, "default") + _group_tables(Theme),
        "rules.md": RULES + _table(RuleSet, "example") + _group_tables(RuleSet) + _group_tables(Rule) + _kinds_table(),
        "vocabulary.md": VOCABULARY + _vocabulary_tables(),
        "batch.md": BATCH + _table(Faculty, "example") + _group_tables(Faculty),
        "findings.md": FINDINGS + "".join(_code_entry(code, entry) for code, entry in CODES.items()),
        **{f"recipients/{name}": text for name, text in recipient_pages().items()},
        **{f"schema/{name}.json": json.dumps(data, ensure_ascii=False, indent=2) + "\n" for name, data in _schemas()},
    }


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and content of the schemas that `polyvita schema` prints."""
    yield "filter", filter_file.schema()
    yield "rules", ruleset.schema()
    yield "theme", theme.schema()
    yield "front-matter", front_matter.schema()
    yield "faculty", faculty.schema()


def _table(cls: Any, last_column: Literal["example", "default"]) -> str:
    """Return the table of all keys of a settings class."""
    rows = (
        f"| `{name}` | {_type_name(key.types[0])} | {_escape_bars(key.description)}"
        f" | {_escape_bars(_sample_value(key, last_column))} |\n"
        for name, key in keys_of(cls).items()
    )
    return f"| key | value | meaning | {last_column} |\n| --- | --- | --- | --- |\n{''.join(rows)}"


def _escape_bars(text: str) -> str:
    return text.replace("|", "\\|")


def _sample_value(key: Key, column: Literal["example", "default"]) -> str:
    """Return the example or the default of a key as code, empty if there is none."""
    value = key.example if column == "example" else key.default
    if isinstance(value, tuple):
        value = f"[{', '.join(str(_with_unit(part)) for part in value)}]"
    if isinstance(value, Settings):  # The keys of a group have a table with their own values.
        return ""
    value = _with_unit(value)
    return f"`{value}`" if value not in ("", None, NODEFAULT) else ""


def _with_unit(value: Any) -> Any:
    match value:
        case Pt():
            return f"{value:g}pt"
        case Mm():
            return f"{value:g}mm"
        case bool():
            return str(value).lower()
        case _:
            return value


def _group_tables(cls: Any) -> str:
    """Return a table for each key of a settings class that takes a group of keys."""
    types = {name: _item_type(key.types[0]) for name, key in keys_of(cls).items()}
    groups = {name: kind.type for name, kind in types.items() if kind.shape is dict and not kind.items}
    return "".join(f"\n## Inside `{name}`\n\n{_table(group, 'example')}" for name, group in groups.items())


def _kinds_table() -> str:
    rows = (f"| {kind.code} | `{name}` | {kind.meaning} | {kind.measure} |\n" for name, kind in KINDS.items())
    head = "| code | kind | what breaks it | how it is measured |\n| --- | --- | --- | --- |\n"
    return f"\n## Kinds of rule\n\n{head}{''.join(rows)}"


def _vocabulary_tables() -> str:
    head = "\n## Sections\n\n| id | tags | content |\n| --- | --- | --- |\n"
    inside = {section.id: f"; in `{section.parent}`" for section in SECTIONS.values() if section.parent}
    rows = (
        f"| `{section.id}` | {', '.join(f'`{tag}`' for tag in section.tags)} | {section.about}{inside.get(id_, '')} |\n"
        for id_, section in SECTIONS.items()
    )
    tags = (f"| `{tag}` | {meaning}{' (by hand)' * (tag in HAND_TAGS)} |\n" for tag, meaning in TAGS.items())
    return f"{head}{''.join(rows)}\n## Tags\n\n| tag | content |\n| --- | --- |\n{''.join(tags)}"


def _code_entry(code: str, entry: Code) -> str:
    """Return the section on one code. Its heading is the code alone, so that links to it are short."""
    severity = entry.severity if entry.severity != "as the rule says" else "error, warning or info"
    example = f"```\n{severity.partition(',')[0]}[{code}]: {entry.example}\n```"
    title = f"**{entry.title[0].upper()}{entry.title[1:]}** ({severity})."
    return f"\n## {code}\n\n{title} {entry.meaning}\n\n{example}\n\n{entry.fix}\n"


def _item_type(kind: ValueType) -> ValueType:
    """Return the type of the items of a list; for any other type, return this type."""
    return kind.items[0] if kind.shape is list else kind


def _type_name(kind: ValueType) -> str:
    """Return what the table calls a type."""
    item = _item_type(kind)
    prefix = "one or a list: " if kind.shape is list else ""
    if item.choices:
        return prefix + " \\| ".join(f"`{name}`" for name in item.choices)
    if item.shape is dict:
        return prefix + "group of keys"
    name = item.type.__name__
    return prefix + (_PLAIN.get(item.type) or _NAMES.get(name, name.lower()))


def main(folder: Path) -> None:
    """Write the generated pages into `folder`."""
    for name, text in pages().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
