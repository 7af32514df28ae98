"""Runs the measurements: `python -m bench [module ...]`; each module of this folder with a `run()` is one."""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Callable, Iterable

import bench
from bench.quiet import quiet
from bench.results import Result


def measurements(names: Iterable[str]) -> list[tuple[str, Callable[[], Iterable[Result]]]]:
    """The modules that measure something, all of them or those named."""
    wanted = list(names) or [info.name for info in pkgutil.iter_modules(bench.__path__)]
    modules = ((name, importlib.import_module(f"bench.{name}")) for name in wanted if name != "__main__")
    return [(name, module.run) for name, module in modules if hasattr(module, "run")]


def show(results: Iterable[Result]) -> None:
    for result in results:
        print(f"  {result.name:<52} {result.figure:>12,.1f} {result.unit:<10} {result.ratio}", flush=True)


def main(names: list[str]) -> int:
    quiet()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, run in measurements(names):
        print(f"\n{name}", flush=True)
        show(run())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
