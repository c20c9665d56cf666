"""What the processes of a batch send to each other: the settings, the tasks, and the results of the people.

All of it can be pickled. Results can also be written as JSON, so that the next batch finds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from polyvita.config.faculty import Aggregate
from polyvita.config.filter import Selector
from polyvita.core.bibliography import BibEntry
from polyvita.core.clock import BuildTime
from polyvita.core.diagnostics import Finding
from polyvita.core.document import ListItem
from polyvita.core.location import NOWHERE, Location

if TYPE_CHECKING:
    from polyvita.checks.other_people import OtherValues


class BatchSettings(NamedTuple):
    """What is the same for all people of a batch.

    - `root`: the folder of the file of the batch, as an absolute path, and `shown_root` its start in messages.
    - `filters`: the folder of the filters, relative to `root`, and `names` those that the user has named.
    - `own`, `filename`: as in `SharedSettings`.
    - `counted`, `aggregates`: what is counted and collected in each CV.
    - `others`: the private values of all people.
    - `now`: the time of the batch, if the user has set it.
    - `allowed`: the folders of `--allow-folder`.
    - `files`: the shared files by their path, if the workers do not share the folder.
    """

    root: str
    shown_root: str
    filters: str
    names: tuple[str, ...]
    own: bool
    filename: str
    counted: tuple[Selector, ...]
    aggregates: tuple[Aggregate, ...]
    others: OtherValues
    now: BuildTime
    allowed: str
    files: Mapping[str, bytes] | None


class Task(NamedTuple):
    """One CV to build: paths are relative to the root. `files` are those of the person, if they have to travel.

    `location` is where the user has named the person.
    """

    id: str
    source: str
    outputs: str
    location: Location = NOWHERE
    files: Mapping[str, bytes] | None = None


class OutputRow(Struct, frozen=True):
    """One output of one person. `name` is its path in the folder of the outputs, and `hash` that of the file."""

    filter: str
    name: str
    pages: int | None = None
    unchanged: bool = False
    failed: bool = False
    hash: str = ""
    private: bool = False


class Work(Struct, frozen=True):
    """What identifies a publication: letters of title and of the first author's family name, year, DOI and type."""

    title: str = ""
    family: str = ""
    year: str = ""
    doi: str = ""
    kind: str = ""


class Item(Struct, frozen=True):
    """An item of an aggregate, as a list item with all of its tags and keys, and the entry that it shows."""

    node: ListItem
    keys: dict[str, str]
    location: Location
    work: Work = Work()
    entry: BibEntry | None = None


class PersonResult(Struct, frozen=True):
    """What a batch found about one person.

    - `outputs`: one row for each output; `findings` by filter, and those about the CV itself under "".
    - `broken`: the filters that could not be built.
    - `counts`: for each expression that is counted, the number of items by year.
    - `items`: for each aggregate, the items of this person, as compressed JSON.
    - `names`: the names of the person, to be marked among authors.
    - `settled`: whether the next batch would find the same, if no input changes. `inputs` are the files that were read
      or looked for, apart from those beside the CV; `input_hash` is the hash of all of them, from the main process.
    - `state`: the size and the time of the CV.
    - `contents`: the outputs by name, if the worker does not share the folder.
    """

    id: str
    name: str = ""
    affiliation: str = ""
    outputs: tuple[OutputRow, ...] = ()
    findings: dict[str, tuple[Finding, ...]] = {}
    broken: tuple[str, ...] = ()
    counts: tuple[dict[str, int], ...] = ()
    items: tuple[bytes, ...] = ()
    names: tuple[str, ...] = ()
    seconds: float = 0.0
    exit_status: int = 0
    settled: bool = False
    input_hash: str = ""
    inputs: tuple[str, ...] = ()
    state: str = ""
    contents: dict[str, bytes] = {}
