"""Our parts import timm and torchvision without torch's compiler, which is there in full for whoever uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch._dynamo", "sympy", "pandas")
LIGHT = f"""
import sys
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
module = catalog.build("models", parse("timm('tf_efficientnet_lite0')"), 3, 2)
assert not [name for name in {HEAVY} if name in sys.modules]
import torch
"""


def told(code: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_kept_from_importing_works_when_it_is_used(tmp_path: Path) -> None:
    said = told(
        LIGHT
        + """
import torchvision
boxes = [torch.tensor([[0.0, 0.0, 8.0, 8.0]])]
print(tuple(torchvision.ops.roi_align(torch.rand(1, 3, 16, 16), boxes, 4).shape))
compiled = torch.compile(torch.nn.Linear(2, 2), backend="eager")
print(tuple(compiled(torch.rand(1, 2)).shape))
assert torch._dynamo.utils.is_compile_supported("cpu") in (True, False)
assert torch._dynamo.__file__ and torch._dynamo.config.__file__
from timm.models.naflexvit import NaFlexRopeIterator
print(callable(NaFlexRopeIterator.__next__))
""",
        tmp_path,
    )
    assert said.split("\n")[:3] == ["(1, 3, 4, 4)", "(1, 2)", "True"]


@pytest.mark.parametrize(
    "body",
    [
        "import torch._dynamo\nused = torch._dynamo.config.verbose",  # an attribute of it
        "import torch\nused = torch.compiler.disable()(lambda number: number + 1)(1)",
        "import torch._dynamo.config\nused = torch._dynamo.config.verbose",  # a module of it
    ],
)
def test_a_module_that_uses_the_compiler_gets_it(body: str, tmp_path: Path) -> None:
    (tmp_path / "asking.py").write_text(body)
    code = """
import sys
from linnaeus.recipe import imports
module = imports.light("asking")
import torch
assert not isinstance(sys.modules.get("torch._dynamo"), imports._Later)
print(module.used, torch._dynamo.config.__name__)
"""
    assert told(code, tmp_path).split()[1] == "torch._dynamo.config"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "asking.py").write_text("import nothing_of_the_kind")
    code = """
from linnaeus.recipe import imports
try:
    imports.light("asking")
except ImportError as error:
    print(error.name)
"""
    assert told(code, tmp_path).strip() == "nothing_of_the_kind"
