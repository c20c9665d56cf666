"""A small CV with a bibliography, as the source of a web page, a part of one, and a feed."""

from __future__ import annotations

from pathlib import Path

from turned_photo import JPEG

_ENTRIES = r"""
@article{one, author={Example, Ada and Other, Bob}, title={On the {DNA} of Examples \& More}, journal={Examples},
  year=2024, doi={10.1000/1}, abstract={We show that $1 < 2$ \& more.}, note={a remark}, license={CC-BY 4.0}}
@inproceedings{two, author={Example, Ada}, title={Second}, booktitle={Proceedings}, year=2023, doi={10.1000/2}}
@misc{three, author={Example, Ada}, title={A Preprint}, year=2022, eprint={2201.00001}, eprinttype={arxiv}}
@book{four, author={Example, Ada}, title={The Book}, publisher={Example Press}, year=2021}
@article{five, author={Example, Ada and Müller, Zoë}, title={Älteres}, journal={Zeitschrift}, year=2021}
@article{six, author={Example, Ada}, title={Sixth}, journal={Examples}, year=2020}
@article{seven, author={Example, Ada}, title={Seventh}, journal={Examples}, year=2019}
"""
_CV = """\
---
name: Ada Example
email: ada@example.org
photo: {file: me.jpg, alt: Portrait of Ada Example}
bibliography: refs.bib
---

## Publications {#publications}

### Articles {#articles}

::: {.bibliography items="journal"}
:::

### Other {#other}

::: {.bibliography items="not journal"}
:::

## News {#news .news}

- I moved to [Example University](https://example.org/?a=1&b=2). It is great. {date=2025-03}
- I saw [Example University](https://example.org/?a=1&b=2). {date=2018}
- This has no date.
"""
_FILTERS = {
    "web": "title: Curriculum vitae\nformats: [html, txt]\ntheme: profile\nphoto: true\n",
    "few": "formats: [html]\ntheme: profile\nselect: not journal and not news\n",
    "part": "formats: [html-fragment]\ntheme: profile\ndrop: news\n",
    "feed": "title: News of Ada Example\nformats: [atom]\n",
}


def write_web_project(folder: Path) -> Path:
    """Write the project into `folder`, and return it."""
    folder.joinpath("filters").mkdir()
    folder.joinpath("refs.bib").write_text(_ENTRIES, encoding="utf-8")
    folder.joinpath("cv.md").write_text(_CV, encoding="utf-8")
    folder.joinpath("me.jpg").write_bytes(JPEG)
    for name, text in _FILTERS.items():
        folder.joinpath(f"filters/{name}.yaml").write_text(text, encoding="utf-8")
    return folder
