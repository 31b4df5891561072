"""Reports of the labs without a training: runs as a training leaves them, and for each step something of the type that its verb returns."""

from dataclasses import replace
from pathlib import Path

from linnaeus.classifier.card import Preprocessing
from linnaeus.delivery.answers import Predicted, Prediction
from linnaeus.finetuning.weights.describe import WeightsFacts
from linnaeus.labs import call as calls
from linnaeus.labs import lab_sheet
from linnaeus.labs import plan as labs
from linnaeus.labs.call import Call, Step
from linnaeus.record.measurements import DeviceTime, EpochTimes, NetworkFacts, SingleImages
from linnaeus.reporting import documents, subject
from linnaeus.reporting.blocks import Document
from linnaeus.reporting.words import words
from linnaeus.stats import published, seeds
from linnaeus.studies import plan as studies
from linnaeus.studies.estimate import StudyPlan
from linnaeus.studies.results import Prediction as Reckoned
from tests.record import made
from tests.reporting import synthetic
from tests.reporting.content.test_for_terminals import MEASURED
from tests.reporting.content.test_references import ONE
from tests.reporting.content.test_study import STUDY
from tests.reporting.test_shown import CAT, COMPARISON, DATA, EXAMINED, SCORE, SCORES

DENSE = replace(MEASURED.kinds[0], kind="Linear", share=0.1, macs=100_000)
LAYERS = replace(MEASURED, kinds=(*MEASURED.kinds, DENSE))
CPU = DeviceTime(device="cpu", precision="fp32", threads=2, setup_s=0.0, measured_s=5.1, epoch_s=60.0, whole_s=6000.0)
EPOCHS = EpochTimes(data="mnist", model="lenet", epochs=100, images=54_000, devices=(CPU,))
RECKONED = Reckoned(
    low_s=60.0, middle_s=120.0, high_s=240.0, jobs=2, trials=16, epochs=48, measured=3, precision="fp32"
)
WEIGHTS = WeightsFacts(
    source="bundled", nested="", model="mobilenet_v2(width=0.5)", tensors=3, weights=815_780, precision="float32",
    classes=("bed", "girl"), data="cifar100", split="test", card={"licence": "MIT"}, checksum="abc",
    preprocessing=Preprocessing(size=32, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.25,) * 3), score=SCORE,
)  # fmt: skip


def report(name: str, variant: int | None, folder: Path, language: str = "en") -> Document:
    """The report of a lab whose steps are all done, in `folder`."""
    plan = labs.load(name)
    values = {**labs.given(folder), "datasets": "data"}
    done = [calls.read(line) for line in plan.commands(variant, values=values)]
    steps = [Step(call=one, found=_found(one)) for one in done]
    scored = {
        run: {"val", *(one.options["split"] for one in done if one.verb == "evaluate" and one.positional == (run,))}
        for run in (one.run for one in done)
        if run is not None
    }
    runs = [subject.read(_run(folder, run, splits)) for run, splits in scored.items()]
    sheet = {**plan.told(variant, values=values), "command": f"linnaeus lab {name}", "student": "Ann Lee"}
    lines = [(" ".join(step.call.words), step) for step in steps]
    sheet["questions"] = [
        {**one, "steps": [step for line, step in lines if line.startswith(tuple(one["steps"]))]}
        for one in sheet["questions"]
    ]

    def compare(folders):
        return seeds.of_runs(folders, "val")

    return documents.of_lab(runs, lab_sheet.of(sheet, language), compare, words(language))


def _run(folder, name, splits):
    more = {"forgetting": {"test": synthetic.forgotten(split="test")}} if name.startswith("extended") else {}
    return synthetic.run(folder, name=name, splits=tuple(sorted(splits)), n=200, **more)


def _found(one: Call):
    """What the verb of a step might return."""
    made_up = {
        "audit": DATA, "compare": [COMPARISON], "env": made.ENVIRONMENT, "evaluate": SCORES, "inspect": EXAMINED, "weights": WEIGHTS,
        "predict": Predicted(predictions=(Prediction(name="a.png", labels=("030", "050"), probabilities=(0.9, 0.1)),), unread=()),
        "show": SingleImages(run="best", split="val", classes=("cat",), images=(CAT,)),
        "parts": NetworkFacts(model="lenet", channels=1, classes=10, sizes={28: made.MODEL}, faults={}),
    }  # fmt: skip
    if one.verb == "study":
        plan = studies.load(Path(str(one.positional[0])))
        if one.function.endswith("dry_run"):
            return StudyPlan(about=plan.about(), predicted=RECKONED, points=())
        return replace(STUDY, name=Path(str(one.positional[0])).stem)
    if one.verb == "bench":
        return EPOCHS if one.positional[0] == "epochs" else LAYERS
    if one.verb == "reference":
        return ONE if len(one.positional) > 1 else published.read(str(one.positional[0]))
    return made_up.get(one.verb)
