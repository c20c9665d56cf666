"""A small CV with a section for each kind of rule."""

from __future__ import annotations

CV = """\
# Letters {#letters}

Dear *h*-index. {.plain}

# Works {#works dates=hidden}

1. Alpha, 2019. {.work date=2019}
   - part one {.piece}
   - part two {.piece}
2. Beta, [2021](https://doi.org/10.1/b). {.work date=2021}
3. Gamma, 2024.[^1] {.work date=2024}

[^1]: Noted.

# Roles {#roles}

## Head {#head date=2021/..}

Leads many people.

## Scholar {#scholar date=2025}

Reads.
"""
