"""Values of themes and filters that would end a style sheet, a text of Typst or an attribute in Word."""

from __future__ import annotations

import pytest

from attack_runner import Attack, write_project

BREAKING = [
    "x</style><script>window.__ran=1</script>",
    'x", serif; } body { background: url(https://evil.example/a) } :root { --a: "',
    "x;color:red",
    "url(https://evil.example/a)",
    "x\\\\22",
    "x{}",
    "x@import",
    'x" + read("/etc/passwd") + "',
    "x#eval",
    "x<y",
    "x\\n}",
    "x/*",
]


@pytest.mark.parametrize("value", BREAKING)
@pytest.mark.parametrize("key", ["font_web", "font_word", "font_pdf"])
def test_fonts_of_a_theme(attack: Attack, key: str, value: str) -> None:
    quoted = value.replace('"', '\\"')
    filter = "theme: own\nformats: [html, docx, pdf]\n"
    write_project(attack.folder, filters__all_yaml=filter, themes__own_yaml=f'size: 11pt\n{key}: "{quoted}"\n')
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV125"})
    assert "themes/own.yaml:2:" in run.err


@pytest.mark.parametrize("value", BREAKING)
def test_the_font_of_a_filter(attack: Attack, value: str) -> None:
    quoted = value.replace('"', '\\"')
    write_project(attack.folder, filters__all_yaml=f'formats: [html, docx, pdf]\nfont: "{quoted} 11pt"\n')
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV125"})
    assert "filters/all.yaml:2:" in run.err


GOOD = ["Arial", "Noto Serif", "Source Sans 3", "B&M+ O'Neill_x-y.z", "游ゴシック", "Überschrift"]


@pytest.mark.parametrize("name", GOOD)
def test_names_of_fonts_that_exist(attack: Attack, name: str) -> None:
    theme = f'font_word: "{name}"\nfont_web: "\\"{name}\\", Georgia, serif"\n'
    write_project(attack.folder, filters__all_yaml="theme: own\nformats: html\n", themes__own_yaml=theme)
    assert attack.run().status == 0
