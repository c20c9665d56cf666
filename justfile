# The commands of a developer. They use the active virtual environment. `just` lists them.

[private]
default:
    @just --list

# install polyvita in editable mode, with all development tools
install:
    python -m pip install -e '.[dev]'

# run all tests, on all cores
test *options:
    pytest -n auto {{ options }}

# run the fast tests, in less than a minute
fast *options:
    pytest -n auto -m "not slow and not browser and not office" {{ options }}

# check style, types and imports; change nothing
lint:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

# write the generated pages of the documentation, and the outputs of this repository's CV
build:
    python docs/scripts/reference.py
    polyvita build
