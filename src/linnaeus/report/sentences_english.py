"""The English words of what a record says in sentences, told alike by the terminal, the page and the Word document."""

from linnaeus.report.english import Forms

SENTENCES: dict[str, Forms] = {
    # a comparison of two sides
    "compare.better": (
        "{better} names more of the same images rightly than {worse}: by {points} percentage points (95&nbsp;% interval "
        "{low}–{high}), {p}, {size}."
    ),
    "compare.same": (
        "{first} and {second} cannot be told apart with {size}: the difference is {points} percentage points (95&nbsp;% interval "
        "from {low} to {high}), {p}."
    ),
    "compare.size": "n&nbsp;=&nbsp;{n}",
    "compare.size.seeds": "n&nbsp;=&nbsp;{n} and {first} + {second} seeds",
    "compare.many": "Alone it would be told, as one of {n} comparisons it is not ({p} alone).",
    "compare.needed": (
        "About {n} image would be needed to tell a difference of this size.",
        "About {n} images would be needed to tell a difference of this size.",
    ),
    "compare.needed.seeds": (
        "So far apart are equal trainings that about {n} seed each would be needed.",
        "So far apart are equal trainings that about {n} seeds each would be needed.",
    ),
    "compare.equal": "Both name equally many rightly.",
    "compare.f1": (
        "The difference of F1, mean over classes, is {value} percentage points (95&nbsp;% interval from {low} to {high}, bootstrap "
        "over the same images)."
    ),
    "compare.foreign": (
        "{run} began with the weights <code>{weights}</code>, which name these classes already. What they were trained on is not "
        "known: they may have seen these images, and a lead of {run} may come of that."
    ),
    # calibration
    "calibration.ece": "ECE ({split}, n = {n}): {ece}.",
    "calibration.tempered": "After temperature scaling with T = {temperature}: {ece}.",
    "calibration.cross": "The temperature was fitted on these very images, so this figure is cross-fitted.",
    "calibration.untempered": "No temperature was fitted.",
    "calibration.unknown": (
        "If images with a probability below {threshold} are called unknown, {accepted} of all keep a name, and of those "
        "{accuracy} are named rightly."
    ),
    # fit
    "fit.over_fitting.loss": (
        "Over-fitting: since epoch {since} of {epochs} the validation loss has risen from {val_loss_then} to {val_loss_now}, while "
        "the training loss fell from {train_loss_then} to {train_loss_now} (validation accuracy: {val_then}, then {val_now}; n = {n})."
    ),
    "fit.over_fitting.gap": (
        "Over-fitting: in training {train} are right, in validation {val}: a gap of {gap} points (95&nbsp;% interval from {low} to "
        "{high}, n = {n}); after a third of the {epochs} epochs it was {gap_then}."
    ),
    "fit.under_fitting.chance": (
        "No better than chance: validation {val} (95&nbsp;% interval from {low} to {high}, n = {n}), while the commonest class alone "
        "would give {chance}; training {train}."
    ),
    "fit.under_fitting": (
        "Under-fitting: training images are missed too ({train} right in training, {val} in validation, n = {n}), and nothing has "
        "moved in the last {over} of {epochs} epochs."
    ),
    "fit.too_short": (
        "Too short: in the last {over} of {epochs} epochs validation accuracy still rose by {rise} points (95&nbsp;% interval from "
        "{low} to {high}, n = {n})."
    ),
    "fit.too_short.annealed": (
        "Too short: validation accuracy still rose by {rise} points in the last {over} of {epochs} epochs (95&nbsp;% interval from "
        "{low} to {high}, n = {n}), and training images are missed too ({train} right)."
    ),
    "fit.unstable.loss": (
        "Unstable: in epoch {epoch} of {epochs} the training loss leapt from {before} to {loss} at a learning rate of {rate}."
    ),
    "fit.unstable.swings": (
        "Unstable: in epoch {epoch} of {epochs} validation accuracy fell by {drop} points (95&nbsp;% interval from {low} to {high}, "
        "n = {n}) at a learning rate of {rate}."
    ),
    "fit.early_plateau": (
        "Early plateau: since epoch {since} of {epochs} validation accuracy went from {val_then} to {val_now}, a gain of {gain} points "
        "(95&nbsp;% interval from {low} to {high}, n = {n})."
    ),
    # what to try next, where commands can say it as one that can be typed
    "advice.stop_earlier": (
        "To try next: {n} epoch, or the best epoch kept, <code>--set choose=best</code>.",
        "To try next: about {n} epochs, or the best epoch kept, <code>--set choose=best</code>.",
    ),
    "advice.erase": 'To try next: more augmentation, <code>--set "augment={augment}"</code>.',
    "advice.more_images": "To try next: more images, or a smaller network.",
    "advice.larger": "To try next: a larger network, or less augmentation and weight decay.",
    "advice.continue": "To try next: more epochs, <code>linnaeus continue {run} --epochs {epochs}</code>",
    "advice.lower_rate": (
        "To try next: a lower learning rate, <code>--set optimizer.lr={rate}</code>; <code>linnaeus rates</code> finds one."
    ),
    "advice.fewer_epochs": ("{n} epoch would do as well.", "About {n} epochs would do as well."),
    "advice.anneal": (
        "To try next: a learning rate that falls, <code>linnaeus continue {run} --epochs {epochs} --set optimizer.lr={rate}</code>"
    ),
    # published numbers
    "references.published": "{title} ({source}), {row}: {percent} right ({split}).",
    "references.found": "This run: {percent} (95&nbsp;% interval from {low} to {high}, n = {n}).",
    "verdict.reproduced": "The number is reproduced: it lies within the interval and the tolerance of the card.",
    "verdict.not_reproduced": (
        "The number is not reproduced: the run falls short by {points} points (95&nbsp;% interval from {low} to {high})."
    ),
    "verdict.not_comparable": "The two are not comparable.",
    "verdict.sealed": "The two are comparable, but the test split of this run is sealed.",
    "verdict.unscored": "The two are comparable, but this run was not scored on that split.",
    # what the audit finds in the data, and what to do: the kinds are those of data.findings
    "finding.unreadable": ("{n} file cannot be read as an image.", "{n} files cannot be read as images."),
    "finding.unreadable.advice": "Repair or remove them; training goes on without them.",
    "finding.balance": "The classes are unbalanced: {largest} has {most} training images, {smallest} has {least}.",
    "finding.balance.advice": (
        "Read the recall of each class, not the accuracy alone; <code>--set sampling=balanced</code> shows all classes alike."
    ),
    "finding.no_validation": "There are no validation images.",
    "finding.no_validation.advice": "Nothing can be chosen; hold some out with <code>val=0.15</code>.",
    "finding.small_split": (
        "Only {n} image ({split}): an accuracy of 90&nbsp;% will be known to ±{points} points.",
        "Only {n} images ({split}): an accuracy of 90&nbsp;% will be known to ±{points} points.",
    ),
    "finding.small_split.advice": "Add images, or take differences smaller than that for chance.",
    "finding.duplicate": (
        "{n} image repeats another of its split ({split}, {share} of it).",
        "{n} images repeat others of their split ({split}, {share} of it).",
    ),
    "finding.duplicate.advice": (
        "They count twice; if that is not meant, drop them by a fix list, <code>linnaeus data DATA --apply FILE.csv</code>."
    ),
    "finding.leak": (
        "{n} image ({split}) is in another split too ({other}): {leaked} of the {of} images there, {share}, are known before.",
        "{n} images ({split}) are in another split too ({other}): {leaked} of the {of} images there, {share}, are known before.",
    ),
    "finding.leak.advice": (
        "Leave the training copies out, <code>--drop-leaks</code>; what test shares with validation, by a fix list, "
        "<code>linnaeus data DATA --apply FILE.csv</code>."
    ),
    "finding.dropped": (
        "{n} training image was left out, as <code>drop_leaks</code> asks: its like is in validation or test.",
        "{n} training images were left out, as <code>drop_leaks</code> asks: their like is in validation or test.",
    ),
    "finding.dropped.advice": "Nothing more is to be done.",
    "finding.contradiction": (
        "{n} pair of like images stands under two labels: {labels}.",
        "{n} pairs of like images stand under two labels: {labels}.",
    ),
    "finding.contradiction.advice": (
        "One label of each pair is wrong: change it or drop the image by a fix list, <code>linnaeus data DATA --apply FILE.csv</code>."
    ),
    "finding.mirror": "Flips are off, since nobody said that a mirrored image keeps its class.",
    "finding.mirror.advice": (
        "If it does (no text, digits, signs, left or right), add <code>| flip</code> to <code>augment</code>."
    ),
    "finding.mirror.turned": "Some images ({turn}) look like those of another class: {moves}.",
    "finding.mirror.turned.advice": "Leave flips out of <code>augment</code>, as now.",
    "finding.mirror.shown": "<code>{shown}</code> is asked for, and nobody said that a mirrored image keeps its class.",
    "finding.mirror.shown.advice": "Keep it only if it does: of text, digits, signs, left and right it does not.",
    "finding.mirror.shown.turned": (
        "<code>{shown}</code> is asked for, but some images ({turn}) look like those of another class: {moves}."
    ),
    "finding.mirror.shown.turned.advice": "Leave <code>{shown}</code> out of <code>augment</code> if these classes differ by it.",
    "finding.mirror.changes": "<code>{shown}</code> is asked for, but a mirror changes these classes.",
    "finding.mirror.changes.advice": "Leave <code>{shown}</code> out of <code>augment</code>.",
    "finding.move": "{name} like {to} ({count} of {of})",
    "finding.labels": "{name} and {to} ({count})",
    "finding.more": "{n} more",
    "finding.stem": "The first layers of <code>{model}</code> leave {left}×{left} of {side}×{side} pixels.",
    "finding.stem.advice": (
        'Take a network for small images, such as <code>resnet(depth=20)</code>, its <code>stem="small"</code> where it has one, or a '
        "larger <code>image_size</code>."
    ),
    "finding.constant": ("{n} image is of one colour.", "{n} images are of one colour."),
    "finding.constant.advice": (
        "There is nothing to learn from them; drop them by a fix list, <code>linnaeus data DATA --apply FILE.csv</code>."
    ),
    "finding.dark": ("{n} image is nearly black.", "{n} images are nearly black."),
    "finding.dark.advice": "Look at them, and drop what shows nothing by a fix list.",
    "finding.bright": ("{n} image is nearly white.", "{n} images are nearly white."),
    "finding.bright.advice": "Look at them, and drop what shows nothing by a fix list.",
    "finding.blurred": (
        "{n} image is far less sharp than the others.",
        "{n} images are far less sharp than the others.",
    ),
    "finding.blurred.advice": "Look at them, and drop what shows nothing by a fix list.",
    "finding.odd_shape": (
        "{n} image is of a shape far from the usual.",
        "{n} images are of a shape far from the usual.",
    ),
    "finding.odd_shape.advice": "What the network sees of them: <code>linnaeus data DATA --sheet FILE.png</code>.",
    "finding.small_image": (
        "{n} image is enlarged to twice its size or more, to {side} pixels.",
        "{n} images are enlarged to twice their size or more, to {side} pixels.",
    ),
    "finding.small_image.advice": "Replace them by larger ones, or set a smaller <code>image_size</code>.",
    "finding.low_information": (
        "{n} image holds next to no information, says cleanvision.",
        "{n} images hold next to no information, says cleanvision.",
    ),
    "finding.low_information.advice": "Look at them, and drop what shows nothing by a fix list.",
    "finding.odd_size": (
        "{n} image is of a size far from the usual, says cleanvision.",
        "{n} images are of a size far from the usual, says cleanvision.",
    ),
    "finding.odd_size.advice": "Look at them, and drop what shows nothing by a fix list.",
    "finding.grey": ("{n} grey image among colour ones.", "{n} grey images among colour ones."),
    "finding.grey.advice": "Nothing to do, if they are spread over the classes.",
}
