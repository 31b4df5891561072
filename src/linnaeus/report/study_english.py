"""What the page of a study says, in English."""

from linnaeus.report.english import Forms

STUDY: dict[str, Forms] = {
    "study.title": "Study {name}",
    "study.lead": "Best: {point}. <strong>{score}</strong> of the validation images ({interval}, {of}).",
    "study.none": "No point has finished yet.",
    "study.of.seeds": ("{n} seed", "over {n} seeds"),
    "study.of.images": ("{n} image, one seed", "{n} images, one seed"),
    "study.foot": "Written by Linnaeus from the study {name}. Nothing here was chosen by test images.",
    "study.points": "Points",
    "study.points.note": "Each point of the space, the best first. Intervals are 95 %: of the mean over seeds, on these "
    "validation images; "
    "with one seed, over images.",
    "study.seeds": "seeds",
    "study.more": ("{n} more point", "{n} more points"),
    "study.then": "{score} when it was stopped",
    "study.alike": (
        "{n} other point cannot be told apart from the best one.",
        "{n} other points cannot be told apart from the best one.",
    ),
    "study.alone": "All other points are worse than the best one, as far as 95 % intervals tell.",
    "study.state.finished": "finished",
    "study.state.stopped": "stopped early",
    "study.state.failed": "failed",
    "study.state.waiting": "not finished",
    "study.state.running": "not finished",
    "study.effects": "What mattered",
    "study.effects.note": "Least squares over all trials. A share of the spread is of the space that was tried: another range would give "
    "another. Differences are of the best level to the worst, with Tukey's intervals for all pairs at once; p by F-tests, corrected "
    "by Holm.",
    "study.effects.few": "There are too few trials for effects to be told from chance: more points, or more seeds, would tell.",
    "study.factor": "factor",
    "study.interaction": "together",
    "study.share": "share of the spread",
    "study.difference": "from worst to best, points",
    "study.matters": "<strong>{factor}</strong> mattered: {to} is {points} points above {below}.",
    "study.cannot_tell": "{factor}: no difference can be told; {to} was {points} points above {below}.",
    "study.importances": "By a forest fitted to the trials (fANOVA), which also sees bends and jumps: {listed}. These are "
    "shares of what the "
    "forest explains, without intervals.",
    "study.basis": (
        "From {n} trial; what is left over has a deviation of {sd} points ({df} degrees of freedom).",
        "From {n} trials; what is left over has a deviation of {sd} points ({df} degrees of freedom).",
    ),
    "study.at": (
        "All scores are those after {n} epoch, which all points have come to: later the order may be another.",
        "All scores are those after {n} epochs, which all points have come to: later the order may be another.",
    ),
    "study.slices": "Slices",
    "study.slices.note": "Each dot is a point of the space; grey ones were stopped early, and show the score they had then. "
    "Lines join the "
    "means of the model, with 95 % intervals.",
    "study.slice": "Validation accuracy, %, by {factor}",
    "study.parallel": "Each line is a point of the space through its values; the best quarter is coloured",
    "study.fronts": "What it costs",
    "study.fronts.note": "Points on the line are beaten by none that costs no more. Times are of this machine, with all jobs at work.",
    "study.front.train_s": "Validation accuracy, %, by seconds of training",
    "study.front.parameters": "Validation accuracy, %, by weights",
    "study.trials": "Trials",
    "study.trials.note": "How the study went, and how far what was said before it began was right.",
    "study.counts": "Trials: {counts}.",
    "study.spent": "It took {time}, up to {jobs} at once.",
    "study.predicted": "Said before it began, from a few steps of {measured} trials: {middle} ({low} to {high}).",
    "study.stop": "Hopeless trials were stopped by {stop}: at each rung the best part goes on. A recipe that begins "
    "slowly can be lost by it.",
    "study.status.budget": "The budget was spent before all trials were over.",
    "study.status.stopped": "The study is not finished; the same command goes on.",
    "study.status.running": "The study is under way.",
    "study.failed": "Point {number} failed: {reason}",
    "study.recommended": "Recommended recipe",
    "study.chosen": "Chosen by its validation score, which is too high for that, the more so the more points were tried. "
    "The test images, "
    "opened once, tell what it is worth.",
}
