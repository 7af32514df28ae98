"""One target under a fuzzer that coverage leads; `python -m tests.fuzz TARGET SECONDS SEED FOLDER`."""

from __future__ import annotations

import random  # noqa: TID251 - seeded by the fuzzer
import sys
from pathlib import Path

import atheris

INPUT_SECONDS = 60
"""Far more than an input takes on a busy machine; one that never ends is what this finds."""
INPUT_BYTES_MAX = 1 << 17


def main(name: str, seconds: str, seed: str, folder: str) -> None:
    with atheris.instrument_imports(include=["counterfoil.foxpro"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented while it is imported

    target, place = TARGETS[name], Path(folder)
    corpus, work = place / "corpus", place / "work"
    for one in (corpus, work):
        one.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds()):
        (corpus / f"seed{number}").write_bytes(data)

    def run(data: bytes) -> None:
        target.run(data, work)

    def mutate(data: bytes, size_max: int, chance: int) -> bytes:
        return target.mutate(data, random.Random(chance))[:size_max]  # noqa: S311 - no secret

    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-timeout={INPUT_SECONDS}",
        f"-max_len={INPUT_BYTES_MAX}",
        f"-artifact_prefix={place}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], run, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
