"""The English words that a document has beyond those of the page."""

from linnaeus.report.document_lab_english import LAB
from linnaeus.report.document_parts_english import PARTS
from linnaeus.report.english import Forms

DOCUMENT: dict[str, Forms] = (
    LAB
    | PARTS
    | {
        # numbering
        "caption.figure": "Figure",
        "caption.table": "Table",
        "caption.after": ". ",
        "ref.figure": "Figure&nbsp;{number}",
        "ref.table": "Table&nbsp;{number}",
        "and.more": ("and {n} more class", "and {n} more classes"),
        # head
        "document.title": "Training of an image classifier",
        "document.several": "Image classifiers compared",
        "document.run": "<code>{model}</code> · <code>{data}</code> · run {run}, {status}",
        "document.foot": "Written by Linnaeus {version} from the records of the runs alone.",
        "aim": "Aim",
        "aim.run": (
            "To train a network <code>{model}</code> on the data set <code>{data}</code>, and to measure on images that it was "
            "not trained on how often it names them rightly."
        ),
        "aim.several": (
            "To tell of {n} run what it was and what it attained.",
            "To compare {n} runs: what each was, what it attained, and which of the differences are more than chance.",
        ),
        # data
        "data.none": "The run was cut off before its data were described.",
        "data.table": "{table} counts them by class and split.",
        "data.same": "The data are those described above (fingerprint <code>{fingerprint}</code>).",
        "data.samples": "{figure} shows some training images as the network gets them, before augmentation.",
        "data.samples.caption": "Examples of training images",
        "data.samples.alt": ("A training image under its class", "{n} training images, each under its class"),
        "data.audit": "The audit of the data before training found:",
        "data.notes.are": "Worth knowing of these data:",
        # network
        "network.none": "The network is <code>{model}</code>; the run was cut off before it was measured.",
        "network.table": "{table} lists its layers; shapes, weights and multiply-accumulates (MACs) are for one image.",
        "network.same": "Its layers are those of run {run}, listed above.",
        "network.left_out": "Layers that multiply nothing (norms, activations, pooling) are left out of it; the sum holds them.",
        "network.caption": "Layers of the network",
        # training
        "training": "Training",
        "method.weights": "It begins with the weights of <code>{weights}</code>.",
        "method.weights.new": "Its first weights were drawn at random.",
        "method.train.all": "All weights are trained.",
        "method.train.head": "Only the head is trained; the body is frozen, its normalisation statistics too.",
        "method.train.head-then-all": "First the head alone is trained, then all weights.",
        "method.train.last": "The head and the last blocks are trained; what comes before is frozen.",
        "method.train.gradual": "Training begins with the head and takes in the blocks before it one after another.",
        "method.head": "What is fitted to the features of the frozen body is {head}.",
        "method.loss": "The loss is {loss}; it is minimised by {optimizer}.",
        "method.schedule": "Schedule of the learning rate: {schedule}.",
        "method.epochs": ("Training lasts {n} epoch", "Training lasts {n} epochs"),
        "method.batch": (
            ", one image at a time.",
            ", in batches of {n} images.",
        ),
        "method.augment": "Training images are changed at random, anew in each epoch: {augment}.",
        "method.augment.none": "Training images are not augmented.",
        "method.choose.best": (
            "The weights that were kept are those of epoch {epoch}, which had the least validation loss. The validation score "
            "therefore flatters a little."
        ),
        "method.choose.last": "The weights that were kept are those at the end of training; no epoch was chosen by its score.",
        "method.no_val": "No images were held out for validation.",
        "method.test": (
            "The test split takes no part in training or in any choice; it is opened by a command of its own, and each opening is "
            "counted."
        ),
        "method.intervals": "Each score is given with the number of images n and a 95&nbsp;% interval.",
        "recipe.table": "{table} lists every field of the recipe as it was resolved.",
        "recipe.differs": "{table} lists the fields of the recipe that differ from those of run {run}; all others are the same.",
        "recipe.same": "The recipe is that of run {run}.",
        "recipe.caption": "The recipe",
        "column.field": "field",
        "column.value": "value",
        "column.meaning": "meaning",
        "column.what": "what",
        # scores
        "scores.table": "{table} gives all metrics.",
        "scores.caption": "Scores by split",
        "column.metric": "metric",
        # curves
        "axis.epoch": "epoch",
        "axis.accuracy": "accuracy, %, with the 95 % interval",
        "axis.confidence": "probability that was given to the answer, %",
        "axis.right": "answers that were right, %",
        "curves.text": "{accuracy} and {loss} show accuracy and loss by epoch, {rate} the learning rate.",
        "curves.bands": "Grey is training: the median over the batches of the epoch, as augmented, between its quartiles.",
        "curves.val": "Red is validation; the band about its accuracy is the 95&nbsp;% interval.",
        "curves.kept": "The upright line marks epoch {epoch}, whose weights were kept.",
        "curves.began": "The dotted line marks where this run begins; before it stand the epochs of {run} that led to its first weights.",
        "curves.accuracy.caption": "Accuracy by epoch, run {run}",
        "curves.loss.caption": "Loss by epoch, run {run}",
        "curves.rate.caption": "Learning rate by epoch, run {run}",
        "curves.alt": ("{what}: a curve over one epoch", "{what}: a curve over {n} epochs"),
        # confusions
        "confusion.text": "{figure} is the confusion matrix ({split}).",
        "confusion.caption": "Confusion matrix, {split}, {images}",
        "confusion.alt": "Confusion matrix of {classes} classes; {right} of {n} images lie on its diagonal.",
        "confusion.pairs.caption": "Commonest mistakes, {split}",
        "column.true": "true class",
        "column.answer": "answer",
        "column.mistakes": "mistakes",
        "per_class.text": "{table} gives the scores by class ({split}).",
        "per_class.caption": ("Scores of the class, {split}", "Scores by class, {split}"),
        "per_class.caption.weakest": (
            "The class with the lowest recall, {split}",
            "The {n} classes with the lowest recall, {split}",
        ),
        # examples
        "examples": "Examples of answers",
        "examples.text": (
            "{table} shows what was answered to some images. They stand at equal distances in the split, so nobody picked them; "
            "wrong answers are bold."
        ),
        "examples.caption": "Answers to images at equal distances, {split}",
        "mistakes.text": (
            "{figure} shows the wrong answers that the classifier was surest of ({split}): the true class, then the answer with its "
            "probability. Some may be wrong labels."
        ),
        "mistakes.caption": "The surest wrong answers, {split}",
        "mistakes.alt": (
            "An image with its true class and the answer",
            "{n} images, each with its true class and the answer",
        ),
        "column.image": "image",
        "column.chance": "probability",
        "column.second": "second answer",
        # forgetting
        "forgetting.text": (
            "A class was added to a trained network. {table} sets its answers before beside those after, on the same images; the "
            "change is a paired comparison (Tango’s interval).",
            "{n} classes were added to a trained network. {table} sets its answers before beside those after, on the same images; "
            "the change is a paired comparison (Tango’s interval).",
        ),
        "forgetting.caption": "Accuracy on old and new classes before and after",
        "column.split": "split",
        "column.group": "classes",
        # several runs
        "runs": "The runs compared",
        "runs.text": "{runs} says what the runs were, {scores} what they scored.",
        "runs.caption": "The runs",
        "runs.scores.caption": "Accuracy of the runs",
        "runs.figure": "{figure} shows the accuracies with their intervals ({split}).",
        "runs.figure.caption": "Accuracy and 95&nbsp;% interval of each run, {split}",
        "runs.same_recipe": "Their recipes are the same.",
        "runs.fields": "{table} shows the fields of the recipe in which they differ; all others are the same.",
        "runs.fields.caption": "Fields of the recipes that differ",
        "column.run": "run",
        "column.network": "network",
        "column.data": "data",
        "column.epochs": "epochs",
        "column.time": "training",
        "column.accuracy": "accuracy",
        "column.pair": "pair",
        "column.points": "points",
        "column.only_first": "only first right",
        "column.only_second": "only second right",
        "column.p": "p",
        "compare.none": "The runs cannot be compared image by image: their predictions for the same images were not kept.",
        "compare.text": (
            "{table} compares the answers image by image: McNemar’s mid-p test, and Tango’s 95&nbsp;% interval of the difference in "
            "percentage points."
        ),
        "compare.seeds": (
            "Repeats over seeds are one side together: the errors of images and of seeds are added, and the test is Student’s."
        ),
        "compare.holm": "The p-values are corrected for the number of comparisons (Holm).",
        "compare.caption": "Paired comparisons, {split}",
        # calibration
        "calibration": "Calibration of the probabilities",
        "calibration.text": (
            "A classifier is calibrated if of the answers that it gives with probability p the share p is right. The expected "
            "calibration error (ECE) is the mean gap between the two."
        ),
        "calibration.see": "See {figure} and {table}.",
        "calibration.figure.caption": "Reliability diagram with 95&nbsp;% intervals, {split}",
        "calibration.caption": "Quality of the probabilities with 95&nbsp;% intervals, {split}, {images}",
        "calibration.raw": "of the network",
        "calibration.after": "after temperature scaling",
        "column.probabilities": "probabilities",
        "column.ece": "ECE",
        "column.log_loss": "log loss, nats",
        "column.brier": "Brier score",
        "sets.text": "{table} gives prediction sets: as many classes as it takes to hold the right one with the chosen probability.",
        "sets.caption": "Prediction sets with 95&nbsp;% intervals, {split}",
        "column.level": "level",
        "column.set_size": "classes in a set, mean",
        "column.cover": "sets that hold the right class",
        # examination
        "examination": "A closer look at the mistakes",
        "examination.text": "Wrong answers ({split}, n = {n}): {errors}.",
        "examination.file": "All of them are listed in <code>{file}</code> in the run’s folder.",
        "turned.text": "{table} says how many of the images that are named rightly keep their answer when they are mirrored or turned.",
        "turned.caption": "Answers to mirrored and turned images, {split}",
        "turned.mirror": "mirrored left to right",
        "turned.upside_down": "mirrored top to bottom",
        "turned.half_turn": "turned by 180°",
        "turned.quarter_turn": "turned by 90°",
        "column.turned": "change",
        "column.same": "same answer",
        "column.moves": "classes that become another",
        "suspects.text": (
            "{n} of {of} labels is doubtful, {share}, by probabilities of a model that was fitted without it ({folds} folds).",
            "{n} of {of} labels are doubtful, {share}, by probabilities of models that were fitted without them ({folds} folds).",
        ),
        "suspects.accuracy": "These models agree with {accuracy} of the labels: the fewer, the more of the doubtful are only hard.",
        "suspects.seen": "The features were trained on these very labels, so a wrong label that the network knows by heart does not show.",
        "suspects.table": "{table} begins with the most doubtful.",
        "suspects.caption": "The most doubtful labels",
        "column.given": "label",
        "column.suggested": "suggested",
        # fit
        "fit": "Fit",
        "fit.none": "Neither over-fitting nor under-fitting, instability or too short a training shows in the curves beyond noise.",
        "fit.few": "Of so few epochs, or without validation images, nothing can be said of the fit.",
        # references
        "references": "Published numbers",
        "references.differences": "{table} says in what they differ.",
        "references.caption": "Differences from {row} of {card}",
        "column.fact": "fact",
        "column.published": "published",
        "column.here": "this run",
        "fact.data": "data",
        "fact.image_size": "side of the images",
        "fact.held_out": "training images held out",
        "fact.model": "network",
        "fact.depth": "depth",
        "fact.activation": "activation",
        "fact.weights": "weights",
        "fact.epochs": "epochs",
        "fact.batch": "batch",
        "fact.augment": "augmentation",
        "fact.optimizer": "optimizer",
        "fact.optimizer.lr": "learning rate",
        "fact.progressive": "side of the first training images, as a share of the full side",
        "fact.schedule": "schedule",
        # machine
        "machine.text": "{table} says what was measured, and on what.",
        "machine.caption": "Time and machine",
    }
)
