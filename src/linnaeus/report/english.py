"""The English words of a report."""

Forms = str | tuple[str, ...]  # a text, or its forms: for one and for many, as many as the language has

ENGLISH: dict[str, Forms] = {
    # units of time
    "unit.second": "s",
    "unit.minute": "min",
    "unit.hour": "h",
    # splits, as they stand in headings and in sentences
    "split.train": "training",
    "split.val": "validation",
    "split.test": "test",
    "split.views": "{split}, mean of views ({views})",
    "images": ("{n} image", "{n} images"),
    "classes": ("{n} class", "{n} classes"),
    # head
    "status.running": "running, or cut off",
    "status.stopped": "stopped",
    "status.finished": "finished",
    "continues": "goes on from {run}",
    "verdict": "The classifier names <strong>{percent}</strong> of {n} {split} images rightly.",
    "verdict.interval": "On images like these, expect {low} to {high} (95&nbsp;%&nbsp;interval).",
    "verdict.baseline": "Always to answer with the commonest class would be right in {percent}.",
    "verdict.chosen": (
        "The kept weights are those of the epoch that did best on these very images, so this number flatters a little."
    ),
    "verdict.weakest": "The weakest class is <b>{name}</b>: {correct} of {n} right",
    "verdict.taken": ", most often taken for <b>{name}</b>",
    "verdict.none": "There is no score: no images were held out for validation (<code>val = 0</code>), and no split was evaluated.",
    "verdict.unfinished": "There is no score yet: {n} of {of} epochs are done.",
    "verdict.resume": "To go on exactly where it was: <code>{command}</code>",
    "test.scored": "Test: <strong>{percent}</strong> of {n} images ({low} to {high}).",
    "test.sealed": "The test split ({n} images) is sealed: it has never been opened.",
    "test.opened": (
        "The test split was opened once.",
        "The test split was opened {n} times. What is changed after a look at it is no longer tested by it.",
    ),
    "test.absent": "There is no test split.",
    "axis.baseline": "commonest class",
    "axis.label": "{percent}, 95 % interval {interval}",
    # scores
    "scores": "Scores",
    "scores.note": "Each with its 95 % interval: Wilson for shares of images, bootstrap over images for the rest.",
    "metric.accuracy": "accuracy",
    "metric.top(k=5)": "top-5 accuracy",
    "metric.macro_precision": "precision, mean over classes",
    "metric.macro_recall": "recall, mean over classes",
    "metric.macro_f1": "F1, mean over classes",
    "metric.weighted_precision": "precision, weighted by class size",
    "metric.weighted_recall": "recall, weighted by class size",
    "metric.weighted_f1": "F1, weighted by class size",
    "metric.log_loss": "log loss, nats",
    # what was forgotten
    "forgetting": "What was forgotten, what was won",
    "forgetting.note": (
        "Classes were added to a trained network. The same images, as it answered before and as it answers now, each with "
        "the 95&nbsp;% interval; the ring marks before, the dot now. The change is a paired comparison (Tango)."
    ),
    "forgetting.lost": "Old classes: <strong>{after}</strong> now, {before} before: {points} points lost ({low}–{high}).",
    "forgetting.gained": "Old classes: <strong>{after}</strong> now, {before} before: {points} points won ({low}–{high}).",
    "forgetting.same": (
        "Old classes: <strong>{after}</strong> now, {before} before: no forgetting can be told with {n} images "
        "(the change lies from {low} to {high} points)."
    ),
    "forgetting.no_old": "Of the old classes there are no images here, so what was forgotten cannot be told.",
    "forgetting.old": "old classes",
    "forgetting.new": "new classes",
    "forgetting.is_new": "new",
    "forgetting.new_for_old": "New classes taken for old ones",
    "forgetting.old_for_new": "Old classes taken for new ones",
    "forgetting.by_class": "By class: images named rightly",
    "forgetting.worst": ("The old class", "The {n} old classes that lost most, the worst first"),
    "column.before": "before",
    "column.after": "now",
    # curves
    "learning": "Learning",
    "learning.note": "By epoch. Bands show spread, so that a wiggle is not taken for progress.",
    "learning.none": "No epoch has ended yet.",
    "loss": "Loss",
    "loss.log": "Loss, logarithmic scale",
    "accuracy": "Accuracy, %",
    "rate": "Learning rate",
    "key.train": "training: median and quartiles over the batches of the epoch, as augmented",
    "key.val": "validation; its accuracy with the 95&nbsp;% interval",
    "key.kept": "epoch whose weights were kept",
    "key.began": "where this run begins; before it: the epochs of <b>{run}</b> that led to its first weights",
    # confusion
    "confusion": "Confusions",
    "confusion.note": (
        "Rows are the true classes, columns what was answered. Grey is right, colour is a mistake, darker is a larger "
        "share of the row."
    ),
    "confusion.true": "true",
    "confusion.answered": "answered",
    "confusion.pairs": "Commonest mistakes",
    "confusion.pair": "<b>{name}</b> taken for <b>{taken_for}</b>",
    "confusion.of": "{n} of {of}",
    "confusion.none": "Not one mistake.",
    "confusion.picture": "Confusion matrix of {n} classes",
    "confusion.total": "images",
    # classes
    "per_class": "By class",
    "per_class.note": (
        "Recall: share of a class that is found. Precision: share of the answers with that class that are right. "
        "F1: their harmonic mean."
    ),
    "column.class": "class",
    "column.precision": "precision",
    "column.recall": "recall",
    "column.interval": "95 % interval",
    "column.f1": "F1",
    "column.support": "images",
    "column.taken_for": "mostly taken for",
    "per_class.absent": "no images",
    "per_class.weakest": "The {n} classes with the lowest recall",
    "per_class.all": "All {n} classes",
    # mistakes
    "mistakes": "Surest mistakes",
    "mistakes.note": (
        "The wrong answers that the classifier was surest of: the true class, then the answer, each with the "
        "probability it was given. Some may be wrong labels."
    ),
    "mistakes.none": "Not one mistake.",
    "mistakes.label": "{name}: {label}, taken for {predicted}",
    # data
    "data": "Data",
    "data.note": "Pictures as the network gets them, before augmentation.",
    "data.facts": "{images} of {classes}, {size} × {size} pixels, {channels}, from <code>{source}</code>.",
    "channels.1": "grey",
    "channels.3": "colour",
    "channels.4": "colour and transparency",
    "data.balance": "Classes have from {low} to {high} training images.",
    "data.balanced": "Each class has {n} training images.",
    "data.counts": "Images by class",
    "data.total": "all",
    "data.notes": "Worth knowing",
    "data.skipped": ("{n} file could not be read, and was left out", "{n} files could not be read, and were left out"),
    "data.more": "and {n} more, in <code>record.json</code>",
    "data.sample": "a picture of class {name}",
    # network
    "network": "Network",
    "network.note": "Shapes, weights and multiply-accumulates (MACs) are for one image.",
    "network.facts": "<code>{model}</code>: {n} weights, of which {trainable} train; {macs} MACs.",
    "network.facts.all": "<code>{model}</code>: {n} weights, all of which train; {macs} MACs.",
    "network.layers": "All {n} layers",
    "column.layer": "layer",
    "column.kind": "kind",
    "column.output": "output",
    "column.weights": "weights",
    "column.macs": "MACs",
    "column.trains": "trains",
    "trains.yes": "yes",
    "trains.no": "frozen",
    # recipe
    "recipe": "Recipe",
    "recipe.note": "Every field, as it was resolved. <code>--set name=value</code> changes one.",
    "room.data": "Data",
    "room.training": "Training",
    "room.machine": "Machine",
    "room.other": "Other",
    "recipe.off": "off",
    # machine
    "machine": "Time and machine",
    "time.train": "training",
    "time.epoch": "an epoch, median",
    "time.speed": "images a second",
    "time.total": "with scoring",
    "time.none": "Nothing has been timed yet.",
    "machine.device": "device",
    "machine.cpu": "processor",
    "machine.cores": "cores",
    "machine.threads": "threads used",
    "machine.precision": "precision",
    "machine.compiled": "compiled",
    "machine.memory_gb": "memory, GiB",
    "machine.disk_gb": "disk, GiB",
    "machine.gpu": "graphics processor",
    "machine.system": "system",
    "machine.python": "Python",
    "machine.torch": "torch",
    "machine.linnaeus": "Linnaeus",
    "yes": "yes",
    "no": "no",
    # repeat
    "repeat": "To repeat it",
    "repeat.note": "Equal data, versions, device, precision and thread count give equal weights on a CPU, bit for bit.",
    "repeat.train": "train it again, with the arithmetic that was used",
    "repeat.evaluate": "score it again",
    "repeat.test": "open the sealed test split, which is counted",
    "repeat.predict": "name new pictures",
    "repeat.resume": "go on where it stopped",
    "repeat.toml": "The recipe as a file, <code>recipe.toml</code>",
    "repeat.fingerprint": "fingerprint of the data",
    "foot": "Written by Linnaeus {version} from the records of the runs alone. This page asks no network for anything.",
}

# What the curves of a run say of its fit, and what to try next: the keys are those of record.fit; plain text, no tags.
FIT: dict[str, str] = {
    "over_fitting.loss": (
        "Over-fitting: the validation loss has risen since epoch {since} of {epochs}, from {val_loss_then} to {val_loss_now}, "
        "while the training loss fell from {train_loss_then} to {train_loss_now}; validation accuracy went from {val_then} to "
        "{val_now} (n {n})."
    ),
    "over_fitting.gap": (
        "Over-fitting: {train} of the training images are named rightly, {val} of the {n} validation images: a gap of {gap} points "
        "({low} to {high}), after a third of the epochs it was {gap_then}."
    ),
    "under_fitting": (
        "Under-fitting: {train} of the training images are named rightly and {val} of the {n} validation images, and neither has "
        "risen in the last {over} of {epochs} epochs."
    ),
    "under_fitting.chance": (
        "Nothing was learnt: {val} of {n} validation images are named rightly ({low} to {high}); always to answer with their "
        "commonest class would be right in {chance}."
    ),
    "too_short": (
        "Too short: validation accuracy still rose when training ended, by {slope} points an epoch over the last {over} "
        "({rise} in all, {low} to {high}, n {n})."
    ),
    "too_short.annealed": (
        "Too short: validation accuracy rose to the end, by {rise} points ({low} to {high}, n {n}) in the last {over} epochs, and "
        "{train} of the training images are named rightly: more is left to learn than the {gap} points that validation lies below."
    ),
    "unstable.loss": (
        "Unstable: in epoch {epoch} of {epochs} the training loss leapt from {before} to {loss}, at learning rate {rate}."
    ),
    "unstable.swings": (
        "Unstable: in epoch {epoch} of {epochs} validation accuracy fell by {drop} points ({low} to {high}, n {n}), at learning "
        "rate {rate}."
    ),
    "early_plateau": (
        "Early plateau: from epoch {since} to the last, {epochs}, validation accuracy went from {val_then} to {val_now}: a change of "
        "{gain} points ({low} to {high}, n {n})."
    ),
    "advice.stop_earlier": "Stop earlier, after about {epochs} epochs, or keep the best: --set choose=best",
    "advice.erase": 'Augment more: --set "augment={augment}"',
    "advice.more_images": "More images, or a smaller network.",
    "advice.larger": "A larger network, or less augmentation and weight decay.",
    "advice.continue": "linnaeus continue {run} --epochs {epochs}",
    "advice.lower_rate": "A lower learning rate: --set optimizer.lr={rate}; linnaeus rates finds one.",
    "advice.fewer_epochs": "About {epochs} epochs would do as well.",
    "advice.anneal": "Let the learning rate fall: linnaeus continue {run} --epochs {epochs} --set optimizer.lr={rate}",
}

FIELDS: dict[str, str] = {
    "data": "data set",
    "image_size": "side of the square that the network sees, in pixels",
    "channels": "1 grey, 3 colour, 4 colour and transparency",
    "resize": "how a picture becomes square",
    "val": "share of the images held out for validation",
    "test": "share sealed for the test, where the data bring none",
    "split_seed": "which images fall into which split",
    "strict": "stop at an image that cannot be read",
    "drop_leaks": "leave training images out that are in another split too",
    "loading": "all images in memory, or decoded as needed",
    "model": "network",
    "weights": "what the network begins with; off: drawn anew",
    "normalise": "means and deviations of the pixels; auto: those of the weights, else of the images",
    "rows": "rows of the head for classes that the weights know",
    "train": "what of the network is trained",
    "head": "what is fitted to the features of a frozen body",
    "views": "augmented views whose features are kept",
    "body_rate": "learning rate of the body, as a share of the head's",
    "depth_decay": "factor on the learning rate from each block to the one before",
    "share": "share of the training images of each class that is used",
    "replay": "training images used of each class that the weights know; -1: all",
    "adjust": "logit adjustment for classes of unequal size",
    "distill": "weight of the loss that holds the network to its old answers",
    "augment": "changes made to training images",
    "loss": "what is minimised",
    "optimizer": "how the weights move",
    "schedule": "how the learning rate goes",
    "epochs": "passes over the training images",
    "budget": "seconds of training that set the epochs",
    "batch_size": "images that pass through the network at once",
    "accumulate": "batches whose gradients make one step",
    "sampling": "how often an epoch shows the images of a class",
    "seed": "of all that is random in training",
    "ema": "decay a step of the moving average of the weights",
    "swa": "share of the epochs, the last ones, whose weights are averaged",
    "progressive": "side of the first training images, as a share of the full side",
    "clip_norm": "largest norm of the gradient",
    "track": "who else is told how the training goes",
    "save_every": "seconds between checkpoints; 0: as often as is cheap",
    "choose": "weights that are kept",
    "tta": "views of each image that are averaged, for scores of their own",
    "device": "wish for the device",
    "precision": "wish for the arithmetic",
    "threads": "CPU threads; 0: the fastest count",
    "workers": "processes that decode images; 0: one a core",
    "compile": "torch.compile",
}

ROOMS: dict[str, tuple[str, ...]] = {
    "data": (
        "data",
        "image_size",
        "channels",
        "resize",
        "val",
        "test",
        "split_seed",
        "strict",
        "drop_leaks",
        "loading",
    ),
    "training": (
        "model",
        "weights",
        "normalise",
        "rows",
        "train",
        "head",
        "views",
        "body_rate",
        "depth_decay",
        "augment",
        "loss",
        "optimizer",
        "schedule",
        "epochs",
        "budget",
        "batch_size",
        "accumulate",
        "sampling",
        "share",
        "replay",
        "adjust",
        "distill",
        "seed",
        "ema",
        "swa",
        "progressive",
        "clip_norm",
        "choose",
        "tta",
    ),
    "machine": ("device", "precision", "threads", "workers", "compile", "track", "save_every"),
}
