"""Importing a part of ours without torch's compiler, which timm and torchvision bring along for two names that they may never use."""

import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

COMPILER, ASKED = "torch._dynamo", "torch._dynamo.utils"


def light(name: str) -> ModuleType:
    """A module by its name, imported without the compiler; with it where something beneath needs more of it than a name."""
    try:
        with _without_compiler():
            return importlib.import_module(name)
    except ImportError:
        return importlib.import_module(name)


class _Later(ModuleType):
    """Stands for a module until something of it is used; then the module itself is imported in its place."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_itself(self.__name__), name)


@contextmanager
def _without_compiler() -> Iterator[None]:
    """What is imported within does not import `torch._dynamo` for a name that it may never call.

    `torchvision.ops.roi_align` takes `is_compile_supported` from it (0.26 to 0.29), and a network of timm's keeps a function out of it by
    `torch.compiler.disable` (1.0.31), so that `import timm` brought along SymPy and pandas, 880 modules, 140 MB, and cost
    2.9 s of the processor in place of 0.9 (AMD EPYC; three each, in turn).
    """
    if COMPILER in sys.modules:
        yield
        return
    compiler, utils = _Later(COMPILER), _Later(ASKED)
    compiler.__path__ = []  # a package
    compiler.disable, utils.is_compile_supported = _disable, _is_compile_supported  # type: ignore[attr-defined]
    sys.modules |= {COMPILER: compiler, ASKED: utils}
    try:
        yield
    finally:
        _give_way()


def _is_compile_supported(device_type: Any) -> Any:
    return _itself(ASKED).is_compile_supported(device_type)


def _disable(fn: Callable[..., Any] | None = None, *given: Any, **options: Any) -> Callable[..., Any]:
    if fn is None:
        return lambda fn: _disable(fn, *given, **options)

    @functools.wraps(fn)
    def kept_out(*args: Any, **kwargs: Any) -> Any:
        return _itself(COMPILER).disable(fn, *given, **options)(*args, **kwargs)

    return kept_out


def _itself(name: str) -> Any:
    _give_way()
    return importlib.import_module(name)


def _give_way() -> None:
    for name in (COMPILER, ASKED):
        if isinstance(sys.modules.get(name), _Later):
            del sys.modules[name]
