"""Each rule of the house is seen to fail on a planted source, and to let an innocent one be."""

import pytest

from tests.house import rules, sentences
from tests.house.source import Source

FINE = Source("data/fine.py", '"""Fine."""\n\nfrom linnaeus.recipe.spec import Spec\n\nSIZE = 3\n')
# What the planted sources import must be there to be imported.
HOUSE = [
    FINE,
    *(
        Source(path, '"""Here."""\n')
        for path in (
            "__init__.py",
            "_version.py",
            "errors.py",
            "files.py",
            "recipe/spec.py",
            "recipe/read.py",
            "data/dataset.py",
            "training/loop.py",
            "api/__init__.py",
            "studies/space.py",
            "finetuning/freeze.py",
            "stats/score.py",
            "reporting/words.py",
            "parts/models/resnet.py",
            "parts/models/_stages.py",
            "parts/losses/_smooth.py",
        )
    ),
]
PARAMETERS = ", ".join(f"p{number}" for number in range(9))
LOOPS = "def f(x):\n" + "    for y in x: print(y if y else x)\n" * 7


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (rules.upward_imports, "recipe/x.py", "from linnaeus.data import dataset"),
        (rules.upward_imports, "record/x.py", "def f():\n    import linnaeus.training.loop"),
        (rules.upward_imports, "data/x.py", "from linnaeus import api"),
        (rules.upward_imports, "data/x.py", "from ..training import loop"),
        (rules.upward_imports, "data/x.py", "from linnaeus import __version__"),
        (rules.upward_imports, "data/x.py", "from linnaeus.studies.space import Point"),  # on the same floor
        (rules.upward_imports, "stats/x.py", "import linnaeus.finetuning.freeze as freeze"),
        (rules.upward_imports, "errors.py", "from linnaeus import files"),
        (rules.upward_imports, "data/x.py", "if TYPE_CHECKING:\n    from linnaeus.training.loop import run"),
        (rules.upward_imports, "attic/x.py", "SIZE = 3"),
        (rules.circles, "recipe/spec.py", "from linnaeus.data import fine"),
        (rules.torch_where_none_belongs, "cli/x.py", "def f():\n    import torch.nn"),
        (rules.torch_where_none_belongs, "recipe/x.py", "from torchvision import io"),
        (rules.torch_where_none_belongs, "stats/x.py", "import torch"),
        (rules.torch_where_none_belongs, "classifier/card.py", "import timm"),
        (rules.torch_where_none_belongs, "data/images/x.py", "from torch import nn"),
        (rules.torch_where_none_belongs, "reporting/render/x.py", "from safetensors.torch import load_file"),
        (rules.ours_in_parts, "parts/models/x.py", "from linnaeus.errors import DataError"),
        (rules.ours_in_parts, "parts/models/x.py", "from linnaeus.parts.models.resnet import build"),
        (rules.ours_in_parts, "parts/models/x.py", "from linnaeus.parts.losses._smooth import smooth"),
        (rules.ours_in_parts, "parts/models/x.py", "from . import resnet"),
        (rules.long_files, "data/x.py", "SIZE = 3\n" * 401),
        (rules.long_functions, "data/x.py", "def f():\n" + "    x = 3\n" * 60),
        (rules.long_functions, "data/x.py", "class C:\n    def f(self):\n" + "        x = 3\n" * 60),
        (rules.branchy_functions, "api/x.py", LOOPS),
        (rules.branchy_functions, "data/x.py", "def f(x):\n" + "    if x: pass\n    elif not x: pass\n" * 7),
        (rules.crowded_signatures, "data/x.py", f"def f({PARAMETERS}): ..."),
        (rules.crowded_signatures, "data/x.py", f"class C:\n    async def f(self, a, *, {PARAMETERS}): ..."),
        (rules.crowded_signatures, "cli/screen.py", f"def f({PARAMETERS}): ..."),
        (rules.files_for_anything, "data/utils.py", "SIZE = 3"),
        (rules.names_twice, "record/fine.py", "SIZE = 3"),
        (rules.undocumented, "data/x.py", "SIZE = 3"),
        (rules.undocumented, "data/x.py", '"""X."""\ndef f(): ...'),
        (rules.undocumented, "parts/models/x.py", '"""X."""\ndef build(): ...\ndef translate(): ...'),
        (sentences.english_sentences, "cli/x.py", 'print("the run is not finished")'),
        (sentences.english_sentences, "record/x.py", 'text = f"{n} images were left out"'),
        (sentences.english_sentences, "api/x.py", 'note(what="more images would be needed")'),
        (sentences.english_sentences, "data/x.py", 'tell(note("said", text="some images were left out"))'),
        (sentences.english_sentences, "stats/x.py", 'NAMES = {"a": "the mean over all classes"}'),
        (sentences.formatted_scores, "cli/x.py", 'print(f"{score:.1%}")'),
        (sentences.formatted_scores, "record/x.py", 'text = f"{100 * score:.1f} % of n {n}"'),
        (sentences.formatted_scores, "record/x.py", 'text = f"{100 * score:.1f}\\u202f%"'),
    ],
)
def test_each_rule_can_fail(rule, path, text):
    assert rule(HOUSE) == []
    assert len(rule([*(one for one in HOUSE if one.path != path), Source(path, text)])) == 1


def test_busy_files_are_found():
    others = [Source(f"recipe/x{number}.py", "") for number in range(13)]
    imports = "\n".join(f"from linnaeus.recipe import x{number}" for number in range(13))
    assert len(rules.busy_files([*others, Source("data/x.py", imports)])) == 1
    assert rules.busy_files([*others, Source("data/x.py", imports.rpartition("\n")[0])]) == []
    assert rules.busy_files([*others, Source("cli/app.py", imports)]) == []


def test_a_circle_around_three_files_is_found_once():
    three = [
        Source("data/a.py", "import linnaeus.data.b"),
        Source("data/b.py", "from linnaeus.data.c import x"),
        Source("data/c.py", "def f():\n    from linnaeus.data import a"),
    ]
    assert [found.what for found in rules.circles(three)] == ["data/a.py ↔ data/b.py ↔ data/c.py"]
    assert rules.circles(three[:2]) == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (rules.upward_imports, "cli/x.py", "from linnaeus import api\nfrom linnaeus._version import __version__"),
        (rules.upward_imports, "data/x.py", "from linnaeus.errors import DataError\nfrom linnaeus.data import dataset"),
        (rules.upward_imports, "files.py", "from linnaeus.errors import RunError"),
        (rules.upward_imports, "reporting/x.py", "from linnaeus.stats.score import accuracy"),
        (rules.circles, "data/x.py", "from linnaeus.data import fine\nimport linnaeus.data.dataset"),
        (rules.torch_where_none_belongs, "training/x.py", "import torch"),
        (rules.torch_where_none_belongs, "classifier/classifier.py", "import torch"),
        (rules.torch_where_none_belongs, "delivery/export.py", "import torch"),
        (rules.torch_where_none_belongs, "recipe/x.py", "from safetensors.numpy import load_file\nimport torchlike"),
        (rules.ours_in_parts, "parts/models/x.py", "import torch"),
        (rules.ours_in_parts, "parts/models/x.py", "from linnaeus.parts.models._stages import stage"),
        (rules.ours_in_parts, "parts/models/x.py", "from . import _stages"),
        (rules.long_files, "data/x.py", "SIZE = 3\n" * 400),
        (rules.long_functions, "data/x.py", "def f():\n" + "    x = 3\n" * 59),
        (rules.long_functions, "parts/models/x.py", "def build():\n" + "    x = 3\n" * 90),
        (rules.long_functions, "cli/x.py", "def x():\n" + "    x = 3\n" * 90),
        (rules.branchy_functions, "parts/models/x.py", LOOPS),
        (rules.branchy_functions, "data/x.py", LOOPS.rpartition("    for")[0]),
        (rules.crowded_signatures, "parts/models/x.py", f"def build({PARAMETERS}): ..."),
        (rules.crowded_signatures, "cli/train.py", f"def train({PARAMETERS}): ..."),
        (rules.crowded_signatures, "data/x.py", "class C:\n    def f(self, a, b, c, d, e, f, g, h): ..."),
        (rules.files_for_anything, "data/futures.py", "SIZE = 3"),
        (rules.names_twice, "api/fine.py", "SIZE = 3"),
        (rules.names_twice, "reporting/content/fine.py", "SIZE = 3"),
        (rules.undocumented, "parts/models/x.py", '"""X."""\ndef build(): ...\ndef _inner(): ...'),
        (sentences.english_sentences, "data/x.py", '"""What a file says of itself."""\nX = 3\n"""And of a field."""'),
        (
            sentences.english_sentences,
            "data/x.py",
            'raise DataError(f"{n} images are not there" if n else "no images at all")',
        ),
        (sentences.english_sentences, "data/x.py", 'error = DataError("there are no images here")'),
        (sentences.english_sentences, "cli/x.py", 'Option(help="how many images at once")'),
        (sentences.english_sentences, "data/x.py", 'print("linnaeus evaluate last --split test")'),
        (sentences.english_sentences, "reporting/words.py", 'print("the run is not finished")'),
        (sentences.formatted_scores, "reporting/words.py", 'print(f"{score:.1%}")'),
        (sentences.formatted_scores, "data/x.py", 'raise DataError(f"only {share:.1%} of them")'),
        (sentences.formatted_scores, "data/x.py", 'print(f"{loss:.4f}", f"{width}%")'),
    ],
)
def test_no_rule_is_too_strict(rule, path, text):
    assert rule([*(one for one in HOUSE if one.path != path), Source(path, text)]) == []
