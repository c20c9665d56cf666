"""Run every fuzz target on its kept inputs, without the fuzzer. `tests/fuzz/fuzz.py --keep` adds inputs."""

from __future__ import annotations

import pytest

from targets import CORPUS, TARGETS


def test_every_target_has_a_small_corpus() -> None:
    assert sorted(path.name for path in CORPUS.iterdir()) == sorted(TARGETS)
    sizes = {name: [path.stat().st_size for path in (CORPUS / name).iterdir()] for name in TARGETS}
    assert all(sizes.values()), "a corpus is empty"
    assert sum(map(sum, sizes.values())) < 300_000


@pytest.mark.parametrize("target", TARGETS)
def test_targets_accept_their_corpus(target: str) -> None:
    for path in sorted((CORPUS / target).iterdir()):
        try:
            TARGETS[target](path.read_bytes())
        except Exception as problem:
            raise AssertionError(f"{target}/{path.name}: {path.read_bytes()!r}") from problem
