"""An exported file answers as the classifier does, and one that does not is found out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus import files
from linnaeus.api import exporting
from linnaeus.classifier.classifier import Classifier
from linnaeus.delivery import export, onnx_model, parity, passport, pixel_graph
from linnaeus.delivery.predictor import Predictor
from linnaeus.errors import DataError, LinnaeusError, RunError
from linnaeus.events import Watcher, nobody
from linnaeus.parts.heads.knn import Vote
from tests.delivery import exported

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")


def write_compared(
    file: Path, content: bytes, one: Classifier, pictures: parity.Pictures, tolerance: float, watch: Watcher
) -> parity.Parity:
    """As `linnaeus.export` does."""
    found = exporting.compared(file, content, one, pictures, tolerance, watch)
    files.write_whole(file, content)
    return found


def written(one: Classifier, file: Path, pictures: parity.Pictures) -> parity.Parity:
    content = export.model(one, exported.passport(one))
    return write_compared(file, content, one, pictures, 1e-4, nobody)


@pytest.mark.parametrize(
    ("model", "channels", "size", "resize"),
    [
        ("resnet(depth=8)", 3, 32, "crop"),
        ("lenet", 1, 28, "pad"),
        ("mobilenet_v2(width=0.25)", 3, 32, "stretch"),
        ("resnet(depth=8)", 4, 32, "pad"),
    ],
)
def test_every_picture_is_answered_alike(model: str, channels: int, size: int, resize: str, tmp_path: Path) -> None:
    one, pictures = (
        exported.classifier(model, 3 if channels == 4 else channels, size, resize),
        exported.pictures(tmp_path),
    )
    if channels == 4:
        one = with_opacity(model, size, resize)
    found = written(one, tmp_path / "model.onnx", pictures)
    assert (found.n, found.different) == (len(pictures), ())
    answers = Predictor.load(tmp_path / "model.onnx").predict([path for _, path in pictures], top=2)
    wanted = Predictor(model=one).predict([path for _, path in pictures], top=2)
    assert [answer.labels for answer in answers] == [answer.labels for answer in wanted]
    np.testing.assert_allclose([a.probabilities for a in answers], [w.probabilities for w in wanted], atol=1e-4)
    assert len({answer.labels[0] for answer in answers}) > 1  # the pictures do tell classes apart


def with_opacity(model: str, size: int, resize: str) -> Classifier:
    from linnaeus.classifier.classifier import build_module
    from linnaeus.recipe.spec import parse

    torch.manual_seed(1)
    module = build_module(parse(model), 4, len(exported.CLASSES), size).eval()
    with torch.no_grad():
        module.head.weight.mul_(40)
    like = exported.classifier(model, 3, size, resize)
    wanted = replace(like.preprocessing, channels=4, mean=(0.5, 0.4, 0.3, 0.5), std=(0.2, 0.2, 0.2, 0.3))
    return replace(like, module=module, preprocessing=wanted)


def test_the_file_holds_none_of_the_operators_that_engines_get_wrong() -> None:
    """Resize (onnxruntime 1.32 breaks it behind a Transpose, others have no antialias), Abs of whole numbers (OpenVINO leaves their
    sign), what is not ai.onnx; and no constant that nobody reads, of which runtimes warn."""
    onnx = pytest.importorskip("onnx")
    for channels, resize in ((3, "crop"), (1, "pad"), (4, "stretch")):
        one = exported.classifier("lenet", channels, 32, resize) if channels < 4 else with_opacity("lenet", 32, resize)
        model = onnx.load_from_string(export.model(one, exported.passport(one)))
        assert [(one.domain, one.version) for one in model.opset_import] == [("", 20)]
        assert model.ir_version == 10
        graphs = [model.graph, *(a.g for node in model.graph.node for a in node.attribute if a.HasField("g"))]
        nodes = [node for graph in graphs for node in graph.node]
        assert {node.domain for node in nodes} == {""}
        assert "Resize" not in {node.op_type for node in nodes}
        read = {name for node in nodes for name in node.input}
        assert {weight.name for graph in graphs for weight in graph.initializer} <= read
        made = {node.output[0]: node for node in nodes}
        assert all(made[node.input[0]].op_type == "Mul" for node in nodes if node.op_type == "Abs")  # of doubles
        assert channels == 4 or len(nodes) > 40


def test_on_openvino_every_picture_is_fitted_to_two_levels(tmp_path: Path) -> None:
    """It computes in float32. One side that is right already is where it went wrong, see above."""
    openvino = pytest.importorskip("openvino")
    one = exported.classifier("lenet", 3, 32, "stretch")
    (tmp_path / "m.onnx").write_bytes(export.model(one, exported.passport(one)))
    here = onnx_model.load(tmp_path / "m.onnx")
    core, draws = openvino.Core(), np.random.default_rng(0)
    there = core.compile_model(core.read_model(tmp_path / "m.onnx"), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    # Its first answer may be of memory that the graph's If has not filled.
    there({"images": np.zeros((1, 9, 9, 3), np.uint8)})
    for height, width in ((4, 32), (32, 4), (32, 90), (90, 32), (32, 32), (31, 33), (61, 140)):
        image = draws.integers(0, 256, (1, height, width, 3), dtype=np.uint8)
        found, wanted = there({"images": image})["probabilities"], here.answers(image)
        assert np.abs(found - wanted).max() < 0.01, (height, width)


def test_a_head_of_neighbours_goes_along(tmp_path: Path) -> None:
    one, pictures = exported.classifier(), exported.pictures(tmp_path)
    torch.manual_seed(2)
    images_BCHW = torch.randint(0, 256, (50, 3, 32, 32), dtype=torch.uint8)
    with torch.no_grad():
        bank_ND = torch.nn.functional.normalize(one.module.features(images_BCHW.float() / 255))
    one.module.head = Vote(bank_ND, torch.nn.functional.one_hot(torch.arange(50) % 5, 5).float(), 5, 0.07)
    assert written(one, tmp_path / "model.onnx", pictures).different == ()


def other_mean(one: Classifier, monkeypatch: pytest.MonkeyPatch) -> bytes:
    wrong = replace(one, preprocessing=replace(one.preprocessing, mean=(0.45, 0.4, 0.3)))
    return export.model(wrong, exported.passport(one))


def swapped_channels(one: Classifier, monkeypatch: pytest.MonkeyPatch) -> bytes:
    right = pixel_graph.fitted

    def wrong(nodes: pixel_graph.Nodes, wanted: object) -> str:
        return nodes.add("Gather", right(nodes, wanted), nodes.ints(2, 1, 0), axis=1)  # type: ignore[arg-type]

    monkeypatch.setattr(pixel_graph, "fitted", wrong)
    return export.model(one, exported.passport(one))


def swapped_classes(one: Classifier, monkeypatch: pytest.MonkeyPatch) -> bytes:
    return export.model(one, replace(exported.passport(one), classes=("dog", "cat", *one.classes[2:])))


def no_antialias(one: Classifier, monkeypatch: pytest.MonkeyPatch) -> bytes:
    class Plain(pixel_graph.Nodes):
        def add(self, operator: str, *inputs: str, output: str = "", **attributes: object) -> str:
            if operator == "Max" and inputs[1] == self.constant([1]):  # the filter is never wider than a pixel
                return self.constant([1])
            return super().add(operator, *inputs, output=output, **attributes)

    monkeypatch.setattr(export, "Nodes", Plain)
    monkeypatch.setattr(pixel_graph, "Nodes", Plain)
    return export.model(one, exported.passport(one))


@pytest.mark.parametrize("fault", [other_mean, swapped_channels, swapped_classes, no_antialias])
def test_a_planted_fault_is_found_and_no_file_is_left(
    fault: Callable[[Classifier, pytest.MonkeyPatch], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, (pictures_in, out) = exported.classifier(), (tmp_path / "in", tmp_path / "out")
    pictures_in.mkdir()
    pictures, content = exported.pictures(pictures_in), fault(one, monkeypatch)
    with pytest.raises(LinnaeusError, match=r"was not written: the exported model answers \d+ of 40") as caught:
        write_compared(out / "model.onnx", content, one, pictures, 1e-4, nobody)
    assert len(str(caught.value).splitlines()) == 6
    assert not out.exists()


def test_a_run_in_mixed_precision_is_compared_with_its_float32_twin(tmp_path: Path) -> None:
    pictures = exported.pictures(tmp_path)
    found = written(replace(exported.classifier(), precision="bf16"), tmp_path / "model.onnx", pictures)
    assert found.different == ()
    assert found.from_bf16 is not None and 1e-5 < found.from_bf16 < 0.3


def test_what_is_no_export_of_ours_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    with pytest.raises(RunError, match="cannot be read: No such file"):
        onnx_model.load(file)
    file.write_bytes(b"no graph")
    with pytest.raises(RunError, match="no model that ONNX Runtime can run"):
        onnx_model.load(file)
    with pytest.raises(RunError, match="was not exported by Linnaeus"):
        passport.read(None, "x.onnx")
    with pytest.raises(RunError, match="format 9"):
        passport.read('{"format": 9}', "x.onnx")
    with pytest.raises(RunError, match="damaged"):
        passport.read('{"format": 1, "classes": 3}', "x.onnx")


def test_no_other_file_is_opened_on_behalf_of_a_model(tmp_path: Path) -> None:
    """Weights may lie beside a model, in a file that it names: any file of the machine. One without such is opened by its name."""
    onnx = pytest.importorskip("onnx")
    own, graph = tmp_path / "own.onnx", tmp_path / "model.onnx"
    one = exported.classifier()
    own.write_bytes(export.model(one, exported.passport(one)))
    assert onnx_model._to_open(own) == str(own)
    odd = own.rename(tmp_path / "two\nlines.onnx")
    assert onnx_model._to_open(odd) == odd.read_bytes()
    assert onnx_model.load(odd).classes == exported.passport(one).classes

    model = onnx.load(str(odd))
    weights = model.graph.initializer[0]
    (tmp_path / "beside").write_bytes(weights.raw_data)
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="beside")
    graph.write_bytes(model.SerializeToString())
    assert onnx_model._to_open(graph) == graph.read_bytes()
    with pytest.raises(RunError, match="no model that ONNX Runtime can run"):
        onnx_model.load(graph)


def test_the_passport_comes_back_as_it_was() -> None:
    told = replace(exported.passport(exported.classifier()), origin={"run": "</script>", "score": None})
    assert passport.read(told.to_json(), "x.onnx") == told


def test_pictures_that_cannot_be_read_prove_nothing(tmp_path: Path) -> None:
    one = exported.classifier()
    content = export.model(one, exported.passport(one))
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(DataError, match="none of the pictures"):
        write_compared(tmp_path / "m.onnx", content, one, [("a", tmp_path / "a.png")], 1e-4, nobody)


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = exported.classifier()
    content = export.model(one, exported.passport(one))

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(RunError, match="free some space"):
        write_compared(tmp_path / "out" / "m.onnx", content, one, exported.pictures(tmp_path), 1e-4, nobody)
    assert list((tmp_path / "out").iterdir()) == []
