## the page

unit-second = s
unit-minute = min
unit-hour = h
split-train = training
split-val = validation
split-test = test
split-views = { $split }, averaged over views ({ $views })
images =
    { $n ->
        [one] { $n } image
       *[other] { $n } images
    }
classes =
    { $n ->
        [one] { $n } class
       *[other] { $n } classes
    }
status-running = running or interrupted
status-stopped = stopped
status-finished = finished
continues = continues { $run }
result = Result
result-answer =
    { $n ->
        [one] The model classifies <strong>{ $share }</strong> of { $n } { $split } image correctly; on images like it, expect { $interval } (95&nbsp;%&nbsp;interval).
       *[other] The model classifies <strong>{ $share }</strong> of { $n } { $split } images correctly; on images like these, expect { $interval } (95&nbsp;%&nbsp;interval).
    }
result-none = There is no score: no images were held out for validation (<code>val = 0</code>), and no split has been evaluated.
result-unfinished = There is no score yet: { $n } of { $of } epochs are done.
result-weakest = Weakest class: { $weakest }.
result-chosen = The weights that were kept are those of the epoch that did best on these very images, so this score is slightly optimistic.
result-correct = Correct
result-wrong = Wrong
result-hardest = Hardest (least certain)
result-pictures = A typical correct prediction, the most confident mistake and the least certain prediction, each with its probabilities
result-next = Next
weakest = <b>{ $name }</b>, { $correct } of { $n } correct
weakest-confused = { $weakest }, most often confused with <b>{ $other }</b>
judgement-very-good = Very good: fewer than a tenth of the errors that always answering with the most frequent class would make ({ $share } correct).
judgement-good = Good: fewer than a quarter of the errors that always answering with the most frequent class would make ({ $share } correct).
judgement-fair = Fair: fewer than half of the errors that always answering with the most frequent class would make ({ $share } correct).
judgement-weak = Weak: better than always answering with the most frequent class ({ $share } correct), but with possibly more than half of its errors left.
judgement-chance =
    { $n ->
        [one] As far as { $n } image can tell, no better than always answering with the most frequent class ({ $share } correct).
       *[other] As far as { $n } images can tell, no better than always answering with the most frequent class ({ $share } correct).
    }
judgement-worse = Worse than always answering with the most frequent class ({ $share } correct).
judgement-one-class = All of these images are of one class, so the score does not show whether the model can tell classes apart.
brief-weakest = weakest
brief-calibration = calibration
brief-fit = fit
brief-report = report
brief-next = next
verdict = The classifier names <strong>{ $percent }</strong> of { $n } { $split } images rightly.
verdict-interval = On images like these, expect { $low } to { $high } (95&nbsp;%&nbsp;interval).
verdict-baseline = Always to answer with the commonest class would be right in { $percent }.
verdict-chosen = The kept weights are those of the epoch that did best on these very images, so this number flatters a little.
verdict-weakest = The weakest class is <b>{ $name }</b>: { $correct } of { $n } right
verdict-taken = , most often taken for <b>{ $name }</b>
verdict-none = There is no score: no images were held out for validation (<code>val = 0</code>), and no split was evaluated.
verdict-unfinished = There is no score yet: { $n } of { $of } epochs are done.
verdict-resume = To go on exactly where it was: <code>{ $command }</code>
test-scored = Test: <strong>{ $percent }</strong> of { $n } images ({ $low } to { $high }).
test-sealed =
    { $n ->
        [one] The test split ({ $n } image) is sealed: it has never been opened.
       *[other] The test split ({ $n } images) is sealed: it has never been opened.
    }
test-opened =
    { $n ->
        [one] The test split has been opened once.
       *[other] The test split has been opened { $n } times. It is no independent test of anything that was changed after it was first opened.
    }
kept-picture = { $name }: { $label }, classified as { $predicted }
test-absent = There is no test split.
axis-baseline = commonest class
axis-label = { $percent }, 95 % interval { $interval }
scores = Scores
scores-note = Each with its 95&nbsp;% interval: Wilson’s for proportions of images, the bootstrap over images for the rest.
scores-column = { $split }, n&nbsp;=&nbsp;{ $n }
scores-rest =
    { $n ->
        [one] One more metric
       *[other] { $n } more metrics
    }
metric-accuracy = accuracy
metric-top-k-5 = top-5 accuracy
metric-macro-precision = macro precision (mean over classes)
metric-macro-recall = macro recall (mean over classes)
metric-macro-f1 = macro F1 (mean over classes)
metric-weighted-precision = weighted precision (by class size)
metric-weighted-recall = weighted recall (by class size)
metric-weighted-f1 = weighted F1 (by class size)
metric-log-loss = log loss (nats)
forgetting = Forgetting
forgetting-note = Classes were added to a trained network. The same images are classified before and after, each score with its 95&nbsp;% interval; the ring marks before, the dot after. The change is a paired comparison (Tango’s interval).
forgetting-lost = Old classes: <strong>{ $after }</strong> correct now, { $before } before: { $points } points lost (95&nbsp;% interval { $low }–{ $high }).
forgetting-gained = Old classes: <strong>{ $after }</strong> correct now, { $before } before: { $points } points gained (95&nbsp;% interval { $low }–{ $high }).
forgetting-same =
    { $n ->
        [one] Old classes: <strong>{ $after }</strong> correct now, { $before } before: no change is established with { $n } image (95&nbsp;% interval { $low } to { $high } points).
       *[other] Old classes: <strong>{ $after }</strong> correct now, { $before } before: no change is established with { $n } images (95&nbsp;% interval { $low } to { $high } points).
    }
forgetting-gain = New classes: <strong>{ $score }</strong> correct.
forgetting-won = New classes: <strong>{ $percent }</strong> (95&nbsp;% interval from { $low } to { $high }, n&nbsp;=&nbsp;{ $n }).
forgetting-no-old = There are no images of the old classes here, so forgetting cannot be measured.
forgetting-new-as-old = New classes classified as old ones: { $n } of { $of } images. Most often:
forgetting-old-as-new = Old classes classified as new ones: { $n } of { $of } images. Most often:
forgetting-old = old classes
forgetting-new = new classes
forgetting-is-new = new
forgetting-new-for-old = New classes taken for old ones
forgetting-old-for-new = Old classes taken for new ones
forgetting-by-class = Share classified correctly, by class
forgetting-caption = Accuracy on old and new classes before and after
forgetting-worst =
    { $n ->
        [one] The old class
       *[other] The { $n } old classes that lost most, worst first
    }
column-before = before
column-after = after
learning = Learning curves
learning-note = By epoch. Bands show the spread, so that noise is not mistaken for progress.
learning-none = No epoch has finished yet.
loss = Loss
loss-log = Loss, logarithmic scale
accuracy = Accuracy, %
rate = Learning rate
key-train = Grey: training, the median over the batches of an epoch (as augmented) between its quartiles.
key-val = Coloured: validation; the band around its accuracy is the 95&nbsp;% interval.
key-kept = epoch whose weights were kept
key-began = Dotted vertical line: where this run begins; before it, the epochs of <b>{ $run }</b> that led to its initial weights.
mark-kept = Solid vertical line: epoch { $epoch }, whose weights were kept.
curve-accuracy = Accuracy by epoch
curve-loss = Loss by epoch
curve-loss-log = Loss by epoch, logarithmic scale
curve-rate = Learning rate by epoch
curve-alt =
    { $n ->
        [one] { $what }, one epoch: { $lines }.
       *[other] { $what }, { $n } epochs: { $lines }.
    }
confusion = Confusion matrix
confusion-note = Rows are true classes, columns are predictions. Grey is correct, colour is a mistake; the darker, the larger the share of the row.
confusion-true = true
confusion-answered = predicted
confusion-pairs = Commonest mistakes
confusion-pair = <b>{ $name }</b> taken for <b>{ $taken_for }</b>
confusion-of = { $n } of { $of }
confusion-none = No mistakes.
confusion-picture = Confusion matrix of { $n } classes
confusion-total = images
per-class = By class
per-class-note = Recall: share of a class that is found. Precision: share of the answers with that class that are right. F1: their harmonic mean.
column-class = class
column-precision = precision
column-recall = recall
column-interval = 95 % interval
column-f1 = F1
column-support = images
column-taken-for = mostly taken for
per-class-absent = no images
per-class-weakest = The { $n } classes with the lowest recall
per-class-all = All { $n } classes
mistakes = Most confident mistakes
mistakes-note = The wrong predictions that the classifier was most confident of: true class, then prediction, each with its probability. Some may be label errors.
mistakes-none = No mistakes.
mistakes-label = { $name }: { $label }, taken for { $predicted }
data = Data
data-note = Pictures as the network gets them, before augmentation.
data-facts = { $images } of { $classes }, { $size } × { $size } pixels, { $channels }, from <code>{ $source }</code>.
channels-1 = grey
channels-3 = colour
channels-4 = colour and transparency
data-balance = Classes have from { $low } to { $high } training images.
data-balanced = Each class has { $n } training images.
data-counts = Images by class
data-total = all
data-notes = Worth knowing
data-skipped =
    { $n ->
        [one] { $n } file could not be read, and was left out
       *[other] { $n } files could not be read, and were left out
    }
data-more = and { $n } more, in <code>record.json</code>
data-sample = a picture of class { $name }
network = Network
network-note = Shapes, weights and multiply-accumulates (MACs) are for one image.
network-facts = <code>{ $model }</code>: { $n } weights, of which { $trainable } train; { $macs } MACs.
network-facts-all = <code>{ $model }</code>: { $n } weights, all of which train; { $macs } MACs.
network-layers = All { $n } layers
column-layer = layer
column-kind = kind
column-output = output
column-weights = weights
column-macs = MACs
column-trains = trains
trains-yes = yes
trains-no = frozen
recipe = Recipe
recipe-note = Every field, as it was resolved. <code>--set name=value</code> changes one.
room-data = Data
room-training = Training
room-machine = Machine
room-other = Other
recipe-off = off
machine = Time and machine
time-train = training
time-epoch = an epoch, median
time-speed = images a second
time-total = with scoring
time-none = Nothing has been timed yet.
machine-device = device
machine-cpu = processor
machine-cores = cores
machine-threads = threads used
machine-precision = precision
machine-compiled = compiled
machine-memory-gb = memory, GiB
machine-disk-gb = disk, GiB
machine-gpu = graphics processor
machine-system = system
machine-python = Python
machine-torch = torch
machine-linnaeus = Linnaeus
yes = yes
no = no
repeat = To repeat it
repeat-note = Equal data, versions, device, precision and thread count give equal weights on a CPU, bit for bit.
repeat-train = train it again, with the arithmetic that was used
repeat-evaluate = score it again
repeat-test = open the sealed test split, which is counted
repeat-predict = name new pictures
repeat-resume = go on where it stopped
repeat-toml = The recipe as a file, <code>recipe.toml</code>
repeat-fingerprint = fingerprint of the data
foot = Written by Linnaeus { $version } from the records of the runs alone; it asks no network for anything.

## what a record says

compare-better = { $better } names more of the same images rightly than { $worse }: by { $points } percentage points (95&nbsp;% interval { $low }–{ $high }), { $p }, { $size }.
compare-same = { $first } and { $second } cannot be told apart with { $size }: the difference is { $points } percentage points (95&nbsp;% interval from { $low } to { $high }), { $p }.
compare-size = n&nbsp;=&nbsp;{ $n }
compare-size-seeds = n&nbsp;=&nbsp;{ $n } and { $first } + { $second } seeds
compare-many = Alone it would be told, as one of { $n } comparisons it is not ({ $p } alone).
compare-needed =
    { $n ->
        [one] About { $n } image would be needed to tell a difference of this size.
       *[other] About { $n } images would be needed to tell a difference of this size.
    }
compare-needed-seeds =
    { $n ->
        [one] So far apart are equal trainings that about { $n } seed each would be needed.
       *[other] So far apart are equal trainings that about { $n } seeds each would be needed.
    }
compare-equal = Both name equally many rightly.
compare-f1 = The difference of F1, mean over classes, is { $value } percentage points (95&nbsp;% interval from { $low } to { $high }, bootstrap over the same images).
compare-foreign = { $run } began with the weights <code>{ $weights }</code>, which name these classes already. What they were trained on is not known: they may have seen these images, and a lead of { $run } may come of that.
calibration-ece = ECE ({ $split }, n = { $n }): { $ece }.
calibration-tempered = After temperature scaling with T = { $temperature }: { $ece }.
calibration-cross = The temperature was fitted on these very images, so this figure is cross-fitted.
calibration-untempered = No temperature was fitted.
calibration-unknown = If images with a probability below { $threshold } are called unknown, { $accepted } of all keep a name, and of those { $accuracy } are named rightly.
fit-over-fitting-loss = Overfitting: since epoch { $since } of { $epochs } the validation loss has risen from { $val_loss_then } to { $val_loss_now }, while the training loss fell from { $train_loss_then } to { $train_loss_now } (validation accuracy { $val_then } then, { $val_now } now; n = { $n }).
fit-over-fitting-gap = Overfitting: { $train } are correct in training, { $val } in validation, a gap of { $gap } points (95&nbsp;% interval { $low } to { $high }, n = { $n }); after a third of the { $epochs } epochs it was { $gap_then }.
fit-under-fitting-chance = No better than chance: validation accuracy is { $val } (95&nbsp;% interval { $low } to { $high }, n = { $n }), while always predicting the most frequent class would score { $chance }; training accuracy is { $train }.
fit-under-fitting = Underfitting: training images are misclassified too ({ $train } correct in training, { $val } in validation, n = { $n }), and nothing has changed in the last { $over } of { $epochs } epochs.
fit-too-short = Too short: validation accuracy was still rising in the last { $over } of { $epochs } epochs, by { $rise } points (95&nbsp;% interval { $low } to { $high }, n = { $n }).
fit-too-short-annealed = Too short: validation accuracy still rose by { $rise } points in the last { $over } of { $epochs } epochs (95&nbsp;% interval { $low } to { $high }, n = { $n }), and training images are misclassified too ({ $train } correct).
fit-unstable-loss = Unstable: in epoch { $epoch } of { $epochs } the training loss jumped from { $before } to { $loss } at a learning rate of { $rate }.
fit-unstable-swings = Unstable: in epoch { $epoch } of { $epochs } validation accuracy dropped by { $drop } points (95&nbsp;% interval { $low } to { $high }, n = { $n }) at a learning rate of { $rate }.
fit-early-plateau = Early plateau: since epoch { $since } of { $epochs } validation accuracy has gone from { $val_then } to { $val_now }, a gain of { $gain } points (95&nbsp;% interval { $low } to { $high }, n = { $n }).
advice-stop-earlier =
    { $n ->
        [one] Try { $n } epoch, or keep the best epoch: <code>--set choose=best</code>.
       *[other] Try about { $n } epochs, or keep the best epoch: <code>--set choose=best</code>.
    }
advice-erase = Try more augmentation: <code>--set "augment={ $augment }"</code>.
advice-more-images = Try more images or a smaller network.
advice-larger = Try a larger network, or less augmentation and weight decay.
advice-continue = Try more epochs: <code>linnaeus continue { $run } --epochs { $epochs }</code>
advice-lower-rate = Try a lower learning rate: <code>--set optimizer.lr={ $rate }</code>; <code>linnaeus find-lr</code> suggests one.
advice-fewer-epochs =
    { $n ->
        [one] { $n } epoch would be enough.
       *[other] About { $n } epochs would be enough.
    }
advice-anneal = Try a learning rate that decays: <code>linnaeus continue { $run } --epochs { $epochs } --set optimizer.lr={ $rate }</code>
references-published = { $title } ({ $source }), { $row }: { $percent } right ({ $split }).
references-found = This run: { $percent } (95&nbsp;% interval from { $low } to { $high }, n = { $n }).
verdict-reproduced = The number is reproduced: it lies within the interval and the tolerance of the card.
verdict-not-reproduced = The number is not reproduced: the run falls short by { $points } points (95&nbsp;% interval from { $low } to { $high }).
verdict-not-comparable = The two are not comparable.
verdict-sealed = The two are comparable, but the test split of this run is sealed.
verdict-unscored = The two are comparable, but this run was not scored on that split.
finding-unreadable =
    { $n ->
        [one] { $n } file cannot be read as an image.
       *[other] { $n } files cannot be read as images.
    }
finding-unreadable-advice = Repair or remove them; training goes on without them.
finding-balance = The classes are unbalanced: { $largest } has { $most } training images, { $smallest } has { $least }.
finding-balance-advice = Read the recall of each class, not the accuracy alone; <code>--set sampling=balanced</code> shows all classes alike.
finding-no-validation = There are no validation images.
finding-no-validation-advice = Nothing can be chosen; hold some out with <code>val=0.15</code>.
finding-small-split =
    { $n ->
        [one] Only { $n } image ({ $split }): an accuracy of 90&nbsp;% will be known to ±{ $points } points.
       *[other] Only { $n } images ({ $split }): an accuracy of 90&nbsp;% will be known to ±{ $points } points.
    }
finding-small-split-advice = Add images, or take differences smaller than that for chance.
finding-duplicate =
    { $n ->
        [one] { $n } image repeats another of its split ({ $split }, { $share } of it).
       *[other] { $n } images repeat others of their split ({ $split }, { $share } of it).
    }
finding-duplicate-advice = They count twice; if that is not meant, drop them by a fix list, <code>linnaeus fix DATA FILE.csv</code>.
finding-leak =
    { $n ->
        [one] { $n } image ({ $split }) is in another split too ({ $other }): { $leaked } of the { $of } images there, { $share }, are known before.
       *[other] { $n } images ({ $split }) are in another split too ({ $other }): { $leaked } of the { $of } images there, { $share }, are known before.
    }
finding-leak-advice = Leave the training copies out, <code>--drop-leaks</code>; what test shares with validation, by a fix list, <code>linnaeus fix DATA FILE.csv</code>.
finding-dropped =
    { $n ->
        [one] { $n } training image was left out, as <code>drop_leaks</code> asks: its like is in validation or test.
       *[other] { $n } training images were left out, as <code>drop_leaks</code> asks: their like is in validation or test.
    }
finding-dropped-advice = Nothing more is to be done.
finding-contradiction =
    { $n ->
        [one] { $n } pair of like images stands under two labels: { $labels }.
       *[other] { $n } pairs of like images stand under two labels: { $labels }.
    }
finding-contradiction-advice = One label of each pair is wrong: change it or drop the image by a fix list, <code>linnaeus fix DATA FILE.csv</code>.
finding-mirror = Flips are off, since nobody said that a mirrored image keeps its class.
finding-mirror-advice = If it does (no text, digits, signs, left or right), add <code>| flip</code> to <code>augment</code>.
finding-mirror-turned = Some images ({ $turn }) look like those of another class: { $moves }.
finding-mirror-turned-advice = Leave flips out of <code>augment</code>, as now.
finding-mirror-shown = <code>{ $shown }</code> is asked for, and nobody said that a mirrored image keeps its class.
finding-mirror-shown-advice = Keep it only if it does: of text, digits, signs, left and right it does not.
finding-mirror-shown-turned = <code>{ $shown }</code> is asked for, but some images ({ $turn }) look like those of another class: { $moves }.
finding-mirror-shown-turned-advice = Leave <code>{ $shown }</code> out of <code>augment</code> if these classes differ by it.
finding-mirror-changes = <code>{ $shown }</code> is asked for, but a mirror changes these classes.
finding-mirror-changes-advice = Leave <code>{ $shown }</code> out of <code>augment</code>.
finding-move = { $name } like { $to } ({ $count } of { $of })
finding-labels = { $name } and { $to } ({ $count })
finding-more = { $n } more
finding-stem = The first layers of <code>{ $model }</code> leave { $left }×{ $left } of { $side }×{ $side } pixels.
finding-stem-advice = Take a network for small images, such as <code>resnet(depth=20)</code>, its <code>stem="small"</code> where it has one, or a larger <code>image_size</code>.
finding-constant =
    { $n ->
        [one] { $n } image is of one colour.
       *[other] { $n } images are of one colour.
    }
finding-constant-advice = There is nothing to learn from them; drop them by a fix list, <code>linnaeus fix DATA FILE.csv</code>.
finding-dark =
    { $n ->
        [one] { $n } image is nearly black.
       *[other] { $n } images are nearly black.
    }
finding-dark-advice = Look at them, and drop what shows nothing by a fix list.
finding-bright =
    { $n ->
        [one] { $n } image is nearly white.
       *[other] { $n } images are nearly white.
    }
finding-bright-advice = Look at them, and drop what shows nothing by a fix list.
finding-blurred =
    { $n ->
        [one] { $n } image is far less sharp than the others.
       *[other] { $n } images are far less sharp than the others.
    }
finding-blurred-advice = Look at them, and drop what shows nothing by a fix list.
finding-odd-shape =
    { $n ->
        [one] { $n } image is of a shape far from the usual.
       *[other] { $n } images are of a shape far from the usual.
    }
finding-odd-shape-advice = What the network sees of them: <code>linnaeus audit DATA --sheet FILE.png</code>.
finding-small-image =
    { $n ->
        [one] { $n } image is enlarged to twice its size or more, to { $side } pixels.
       *[other] { $n } images are enlarged to twice their size or more, to { $side } pixels.
    }
finding-small-image-advice = Replace them by larger ones, or set a smaller <code>image_size</code>.
finding-low-information =
    { $n ->
        [one] { $n } image holds next to no information, says cleanvision.
       *[other] { $n } images hold next to no information, says cleanvision.
    }
finding-low-information-advice = Look at them, and drop what shows nothing by a fix list.
finding-odd-size =
    { $n ->
        [one] { $n } image is of a size far from the usual, says cleanvision.
       *[other] { $n } images are of a size far from the usual, says cleanvision.
    }
finding-odd-size-advice = Look at them, and drop what shows nothing by a fix list.
finding-grey =
    { $n ->
        [one] { $n } grey image among colour ones.
       *[other] { $n } grey images among colour ones.
    }
finding-grey-advice = Nothing to do, if they are spread over the classes.

## findings

confusion-hint = Choose a coloured cell to see its images, or the name of a row to see all mistakes of that class.
matrix-alt = Confusion matrix of { $classes } classes ({ $split }): { $correct } of { $n } images lie on its diagonal.
matrix-cell =
    { $n ->
        [one] <b>{ $name }</b> classified as <b>{ $other }</b>: { $n } image
       *[other] <b>{ $name }</b> classified as <b>{ $other }</b>: { $n } images
    }
matrix-shown =
    { $n ->
        [one] (the most confident one is shown)
       *[other] (the { $n } most confident are shown)
    }
matrix-row = <b>{ $name }</b>: { $n } of { $of } misclassified
confused-pair = <b>{ $name }</b> classified as <b>{ $other }</b>: { $n } of { $of }
column-prediction = prediction
column-probability = probability
confusion-class = <b>{ $name }</b>: { $n } of { $of } taken for something else
confusion-cell =
    { $n ->
        [one] <b>{ $name }</b> taken for <b>{ $taken_for }</b>: { $n } image
       *[other] <b>{ $name }</b> taken for <b>{ $taken_for }</b>: { $n } images
    }
confusion-shown = the { $n } surest shown
close = close
page-copy = copy
page-copied = copied
page-rows =
    { $n ->
        [one] one more row
       *[other] { $n } more rows
    }
page-table =
    { $n ->
        [one] one row
       *[other] { $n } rows
    }
reading-epoch = epoch { $epoch }
reading-train = training { $value }
reading-val = validation { $value }
reading-rate = learning rate { $value }
reading-train-line = training from { $first } to { $last }, at best { $best }
reading-val-line = validation from { $first } to { $last }, at best { $best }
reading-rate-line = from { $first } to { $last }, at most { $best }
foot-data = data { $value }
foot-recipe = recipe { $value }
foot-weights = weights { $value }
foot-command = To write this report again: <code>{ $command }</code>
foot-lab = To repeat the whole work: <code>{ $command }</code>
repeat-examine = look at the mistakes again
repeat-weights = SHA-256 of the weights
repeat-recipe = SHA-256 of the recipe
runs-title =
    { $n ->
        [one] { $n } run
       *[other] Comparison of { $n } runs
    }
runs-lead = All on <code>{ $source }</code>.
runs-lead-various = On { $n } data sets: their scores do not compare.
runs-note = Accuracy with its 95&nbsp;% interval. Runs whose intervals overlap may still differ: the comparison below looks at the same images.
runs-accuracy = Accuracy ({ $split }), %, with the 95&nbsp;% interval
compare = Compared image by image
compare-note = McNemar’s mid-p test; Tango’s 95&nbsp;% interval of the difference in percentage points.
compare-on = On the { $split } images that both runs have seen.
runs-differences = Where the recipes differ
runs-differences-note = All other fields are the same.
runs-curves-note = By epoch, on validation images. The first run is coloured.
runs-curves-accuracy = Validation accuracy, %
runs-curves-loss = Validation loss
calibration-note = Of answers given with probability p the share p should be right; ECE is the mean gap. On the diagonal the two agree; bars are 95&nbsp;% intervals.
calibration-figure = Right answers, %, by probability given, %
calibration-risk = Accuracy of the surest images, %, by their share, %
reading-bin = given { $sure } · right { $right } ({ $interval }) · { $n } images
reading-risk = surest { $share } · from probability { $threshold } · right { $right } ({ $interval })
sets = Prediction sets: as many classes as it takes to hold the right one
examination-note = Nearest training images in feature space; labels in doubt; what mirrors and turns make of classes.
examination-neighbours = The surest mistakes, and the training images nearest to them
examination-neighbours-text = Large, the image; small, the nearest training images. Point at one to see what it is.
examination-maps-text = Large, the image; then in red what spoke for the answer and what for the true class (Grad-CAM); then the nearest training images. Point at one to see what it is.
examination-more =
    { $n ->
        [one] { $n } more
       *[other] { $n } more
    }
map-answer = what spoke for { $name }, the answer
map-label = what spoke for { $name }, the true class
neighbour = { $name }: { $file }
mistake-line = <b>{ $label }</b> <small>{ $of_label }</small> <i class="taken">→ { $predicted } <small>{ $chance }</small></i>
mistake-near = near: { $names }
turned = Mirrored and turned
turned-blurred = <code>{ $part }</code> shows both turned, and they cannot be told apart: <b>{ $name }</b> taken for <b>{ $taken_for }</b>, { $count } of { $of }.
suspects = Labels in doubt
suspects-fixes = The whole list is <code>fixes.csv</code>; <code>linnaeus fix DATA fixes.csv</code> makes a corrected copy.
suspect-line = <b>{ $given }</b> <small>{ $of_given }</small> <i class="taken">→ { $suggested } <small>{ $chance }</small></i>
fit-note = What the learning curves show, the numbers behind it, and what to try next.
references-note = The run beside published rows: comparable only where what was done is the same.
audit = What the audit found
audit-pair = { $first } = { $second }
audit-files =
    { $n ->
        [one] { $n } file
       *[other] { $n } files
    }
audit-first = the first { $n } shown

## documents

lab-title = Laboratory report
lab-number = No.&nbsp;{ $blank }
lab-university = University
lab-department = Faculty, department
lab-course = Course: { $course }
lab-course-blank = name of the course
lab-topic = Topic: { $topic }
lab-topic-general = classification of images by neural networks
lab-author = Author: { $blank }
lab-author-blank = first name and name
lab-group = Group: { $blank }
lab-group-blank = number of the group
lab-variant = Variant: { $blank }
lab-variant-blank = number
lab-teacher = Checked by: { $blank }
lab-teacher-blank = name of the teacher
lab-place = City, year
lab-aim = To study how a neural network is trained to classify images, and to measure what it attains.
lab-tasks = Tasks
lab-tasks-text = The work has these tasks:
lab-task-run = Train { $model } on { $data } (run { $run }) and measure the result.
lab-method = Method
lab-results = Results by task
lab-task = Task { $place }
lab-run = Run { $run }
lab-no-run = No run of this report answers it.
lab-write = Write into the marked places, then print the page to PDF or save it: closing it forgets what was written.
lab-below = In full below: { $runs }.
lab-answer = Your answer to this task, with the numbers above that carry it: …
lab-conclusions = Conclusions
lab-conclusions-text = The records of the runs carry these statements; what they mean is for the author to say.
lab-conclusion = Your conclusion: …
lab-appendix = Appendix: machine and repetition
conclude-score = { $run } names { $percent } of { $n } images rightly ({ $split }; 95&nbsp;% interval from { $low } to { $high }).
conclude-no-score = { $run } has no score yet.
conclude-sealed = The test split of { $run } was never opened: the validation score stands alone.
conclude-weakest = The weakest class of { $run } is { $name }: recall { $percent } (95&nbsp;% interval from { $low } to { $high }, n = { $n }).
conclude-time =
    { $n ->
        [one] { $run } was trained in { $time }, { $n } epoch.
       *[other] { $run } was trained in { $time }, { $n } epochs.
    }
part-sgd = stochastic gradient descent
part-adam = Adam
part-adamw = AdamW
part-rmsprop = RMSprop
part-lbfgs = L-BFGS
part-muon = Muon
part-sam = sharpness-aware minimisation (SAM)
part-cross-entropy = cross-entropy
part-focal = focal loss
part-l2 = an L2 penalty on weights
part-orthonormal = an orthonormality penalty on filters
part-constant = constant
part-one-cycle = one cycle
part-cosine = cosine
part-linear = linear
part-multi-step = steps at given epochs
part-step = steps at equal distances
part-plateau = lowered on a plateau of the validation loss
part-warm-restarts = cosine with warm restarts
part-warmup = warm-up
part-affine = affine transformations
part-alternating-flip = mirroring in every second epoch
part-blur = Gaussian blur
part-color = changes of colour and brightness
part-crop = shifted crops
part-cut-mix = CutMix
part-cutout = cutout
part-erase = random erasing
part-flip = mirroring left to right
part-grayscale = turning to grey
part-mix-up = mix-up
part-noise = Gaussian noise
part-rand-augment = RandAugment
part-resized-crop = crops of random size
part-rotate = rotation
part-shift = shifts
part-sometimes = now and then
part-trivial-augment = TrivialAugment
part-vertical-flip = mirroring top to bottom
part-logistic = logistic regression
part-ridge = ridge regression
part-knn = nearest neighbours
part-class-mean = nearest class means
option-lr = learning rate
option-momentum = momentum
option-nesterov = Nesterov’s correction
option-weight-decay = weight decay
option-smoothing = label smoothing
option-pad = padding in pixels
option-p = probability
option-base = around
option-rho = radius
option-factor = factor
option-at = at epochs
option-every = every
option-strength = strength
option-warmup = warm-up share
option-patience = patience in epochs
option-degrees = degrees
caption-figure = Figure
caption-table = Table
caption-after = {"."}{" "}
ref-figure = Figure&nbsp;{ $number }
ref-table = Table&nbsp;{ $number }
ref-see = See { $what }.
rows-more =
    { $n ->
        [one] and { $n } more row
       *[other] and { $n } more rows
    }
matrix-corner = true \ predicted
matrix-pair = true → predicted
matrix-count = mistakes
matrix-of = images
listing-runs = runs
listing-none = none yet
listing-status = status
listing-also = also
listing-common = { $options } (as every part of { $shelf })
listing-layers = Layers, at { $size } px
listing-sizes = { $channels } channels, { $n } classes
listing-size = { $size } px
listing-trainable = trainable weights
listing-name = name
listing-trained-on = trained on
weights-nested = { $source }, under { $under }
weights-no-model = unknown; a recipe must name it
weights-holds = contents
weights-tensors = { $n } weights in { $tensors } tensors, { $precision }
weights-fetched = downloaded by timm when a training asks for them
weights-images = { $size }×{ $size }, { $channels }, resized by { $resize }
weights-normalised = normalised
weights-mean-std = mean { $mean }, std { $std }
weights-no-preprocessing = size and normalisation unknown; a recipe sets them by image_size and normalise
weights-no-classes = names unknown
weights-classes = { $named }, … ({ $n } in all)
weights-published = published
weights-hours = hours
weights-hardware = hardware
weights-licence = licence
weights-checksum = checksum
bench-forward = forward, ms
bench-backward = backward, ms
bench-share = share of time
bench-speed = GMAC/s
bench-layers = layers
bench-measured = measured
bench-answer = answer
bench-measured-text =
    { $n ->
        [one] { $model }, { $n } image of { $shape }, { $device }, { $threads }, { $precision }, median of { $rounds } rounds · the whole network: { $forward } ms forward, { $backward } ms backward
       *[other] { $model }, { $n } images of { $shape }, { $device }, { $threads }, { $precision }, median of { $rounds } rounds · the whole network: { $forward } ms forward, { $backward } ms backward
    }
bench-convolutional = convolutional layers take { $share } of the time for { $macs } million MACs per image
bench-convolutional-each = convolutional layers take { $share } of the time for { $macs } million MACs per image, { $each } ps each
bench-dense = dense layers take { $share } of the time for { $macs } million MACs per image
bench-dense-each = dense layers take { $share } of the time for { $macs } million MACs per image, { $each } ps each
bench-answer-text = { $convolutional }; { $dense }; all others take { $rest }
bench-epoch = one epoch (estimate)
bench-whole =
    { $n ->
        [one] { $n } epoch (estimate)
       *[other] { $n } epochs (estimate)
    }
bench-estimated = estimate
bench-estimated-text = { $model } on { $n } training images, extrapolated from the steps measured; scoring of validation images is not included
bench-ratio = ratio
bench-ratio-text = { $first } is { $times } times as fast as { $second }
bench-no-ratio = unknown: PyTorch finds no GPU on this machine; run the same command on one that has a GPU
sweep-lr = learning rate
sweep-loss = loss
sweep-smoothed = smoothed loss
sweep-swept = sweep
sweep-text = { $n } steps from { $first } to { $last }, { $ended } · loss lowest at { $lowest } · falls fastest at { $fastest }
sweep-diverged = where the loss diverged
sweep-ended = without divergence
sweep-suggestion = suggestion
sweep-suggestion-text = { $lr }: the smaller of a tenth of the learning rate where the smoothed loss is lowest and the one where it falls fastest
picture = picture
single-wrong = wrong
single-logit = logit of { $name }
single-logits = largest logits
single-correct = correct
single-correct-text = { $correct } of these { $n } images; for all { $split } images: linnaeus evaluate { $run }
single-unknown = unknown ({ $name })
single-class = class { $rank }
single-set = set
grading-answers = answers
grading-correct = correct
grading-verdict = verdict
grading-passed = passed
grading-failed = failed
grading-open = open
grading-of = { $correct } of { $n }
grading-student = student
grading-variant = variant
grading-command = command
threads =
    { $n ->
        [one] { $n } thread
       *[other] { $n } threads
    }
beginning-recipe = recipe
beginning-machine = machine
beginning-images = { $images } { $size }×{ $size } ({ $channels }), { $classes }
beginning-sealed = sealed
beginning-unreadable = { $n } unreadable
beginning-resident = in memory
beginning-streamed = decoded as needed
beginning-tuned = the fastest in a short trial
progress-loss = loss { $loss }
progress-validation = val { $share }
progress-pace = { $pace } images/s
progress-left = { $time } left
progress-taken = in { $time }
progress-epoch = epoch { NUMBER($epoch, useGrouping: 0) }/{ NUMBER($of, useGrouping: 0) }
appendix-tables = Appendix: long tables
more-rows =
    { $n ->
        [one] { $n } more row stands in the appendix.
       *[other] { $n } more rows stand in the appendix.
    }
more-images =
    { $n ->
        [one] { $n } more image is not shown here.
       *[other] { $n } more images are not shown here.
    }
and-more =
    { $n ->
        [one] and { $n } more class
       *[other] and { $n } more classes
    }
document-title = Image classifier { $run }
document-several = Image classifiers compared
document-run = <code>{ $model }</code>, trained on <code>{ $data }</code> · { $status }
document-foot = Written by Linnaeus { $version } from the records of the runs alone.
aim = Aim
aim-run = To train a network <code>{ $model }</code> on the data set <code>{ $data }</code>, and to measure on images that it was not trained on how often it names them rightly.
aim-several =
    { $n ->
        [one] To tell of { $n } run what it was and what it attained.
       *[other] To compare { $n } runs: what each was, what it attained, and which of the differences are more than chance.
    }
data-none = The run was cut off before its data were described.
data-table = { $table } counts them by class and split.
data-same = The data are those described above (fingerprint <code>{ $fingerprint }</code>).
data-samples = { $figure } shows some training images as the network gets them, before augmentation.
data-samples-caption = Examples of training images
data-samples-alt =
    { $n ->
        [one] A training image under its class
       *[other] { $n } training images, each under its class
    }
data-audit = The audit of the data before training found:
data-notes-are = Worth knowing of these data:
network-none = The network is <code>{ $model }</code>; the run was cut off before it was measured.
network-table = { $table } lists its layers; shapes, weights and multiply-accumulates (MACs) are for one image.
network-same = Its layers are those of run { $run }, listed above.
network-left-out = Layers that multiply nothing (norms, activations, pooling) are left out of it; the sum holds them.
network-caption = Layers of the network
training = Training
method-weights = It begins with the weights of <code>{ $weights }</code>.
method-weights-new = Its first weights were drawn at random.
method-train-all = All weights are trained.
method-train-head = Only the head is trained; the backbone is frozen, its normalisation statistics too.
method-train-head-then-all = First the head alone is trained, then all weights.
method-train-last = The head and the last blocks are trained; what comes before is frozen.
method-train-gradual = Training begins with the head and takes in the blocks before it one after another.
method-head = What is fitted to the features of the frozen backbone is { $head }.
method-loss = The loss is { $loss }; it is minimised by { $optimizer }.
method-schedule = Schedule of the learning rate: { $schedule }.
method-epochs =
    { $n ->
        [one] Training lasts { $n } epoch
       *[other] Training lasts { $n } epochs
    }
method-batch =
    { $n ->
        [one] , one image at a time.
       *[other] , in batches of { $n } images.
    }
method-augment = Training images are changed at random, anew in each epoch: { $augment }.
method-augment-none = Training images are not augmented.
method-choose-best = The weights that were kept are those of epoch { $epoch }, which had the least validation loss. The validation score therefore flatters a little.
method-choose-last = The weights that were kept are those at the end of training; no epoch was chosen by its score.
method-no-val = No images were held out for validation.
method-test = The test split takes no part in training or in any choice; it is opened by a command of its own, and each opening is counted.
method-intervals = Each score is given with the number of images n and a 95&nbsp;% interval.
recipe-table = { $table } lists every field of the recipe as it was resolved.
recipe-differs = { $table } lists the fields of the recipe that differ from those of run { $run }; all others are the same.
recipe-same = The recipe is that of run { $run }.
recipe-caption = The recipe
column-field = field
column-value = value
column-meaning = meaning
column-what = what
scores-table = { $table } gives all metrics.
scores-caption = Scores by split
column-metric = metric
axis-epoch = epoch
axis-accuracy = accuracy, %, with the 95 % interval
axis-confidence = probability that was given to the answer, %
axis-right = answers that were right, %
axis-coverage = share of the images that are answered, most confident first, %
axis-step = each step
axis-smoothed = smoothed
axis-layers = { $model }: { $batch } images of { $channels } × { $size } × { $size }, { $device }, { $precision }
axis-milliseconds = milliseconds
axis-forward = forward
axis-backward = backward
axis-train-share = share of the training images
axis-train-s = training time, s
axis-parameters = parameters
curves-text = { $accuracy } and { $loss } show accuracy and loss by epoch, { $rate } the learning rate.
curves-bands = Grey is training: the median over the batches of the epoch, as augmented, between its quartiles.
curves-val = Red is validation; the band about its accuracy is the 95&nbsp;% interval.
curves-kept = The upright line marks epoch { $epoch }, whose weights were kept.
curves-began = The dotted line marks where this run begins; before it stand the epochs of { $run } that led to its first weights.
curves-accuracy-caption = Accuracy by epoch, run { $run }
curves-loss-caption = Loss by epoch, run { $run }
curves-rate-caption = Learning rate by epoch, run { $run }
curves-alt =
    { $n ->
        [one] { $what }: a curve over one epoch
       *[other] { $what }: a curve over { $n } epochs
    }
confusion-text = { $figure } is the confusion matrix ({ $split }).
confusion-caption = Confusion matrix, { $split }, { $images }
confusion-alt = Confusion matrix of { $classes } classes; { $right } of { $n } images lie on its diagonal.
confusion-pairs-caption = Most frequent confusions, { $split }
column-true = true class
column-answer = answer
column-mistakes = mistakes
per-class-text = { $table } gives the scores by class ({ $split }).
per-class-caption =
    { $n ->
        [one] Scores of the class, { $split }
       *[other] Scores by class, { $split }
    }
per-class-caption-weakest =
    { $n ->
        [one] The class with the lowest recall, { $split }
       *[other] The { $n } classes with the lowest recall, { $split }
    }
examples = Examples of predictions
examples-note = The images stand at equal distances in the split, so nobody picked them. Wrong predictions are bold.
examples-summary =
    { $n ->
        [one] { $n } prediction
       *[other] { $n } predictions
    }
examples-text = { $table } shows what was answered to some images. They stand at equal distances in the split, so nobody picked them; wrong answers are bold.
examples-caption = Predictions for images at equal distances, { $split }
samples = Training images
samples-note = As the network sees them, before augmentation.
samples-caption = Examples of training images
samples-picture = training image of class { $name }
mistakes-text = { $figure } shows the wrong answers that the classifier was surest of ({ $split }): the true class, then the answer with its probability. Some may be wrong labels.
mistakes-caption = Most confident mistakes, { $split }
mistakes-alt =
    { $n ->
        [one] An image with its true class and the answer
       *[other] { $n } images, each with its true class and the answer
    }
column-image = image
column-chance = probability
column-second = second prediction
column-confused-with = most often confused with
by-class = Scores by class
by-class-note = Recall: the share of a class’s images that are found. Precision: the share of predictions of the class that are correct. F1: their harmonic mean.
by-class-caption = Scores by class, { $split }
by-class-weakest = The { $n } classes with the lowest recall come first, of { $of }, { $split }
by-class-absent = no images
by-class-all =
    { $n ->
        [one] The class
       *[other] All { $n } classes
    }
forgetting-text =
    { $n ->
        [one] A class was added to a trained network. { $table } sets its answers before beside those after, on the same images; the change is a paired comparison (Tango’s interval).
       *[other] { $n } classes were added to a trained network. { $table } sets its answers before beside those after, on the same images; the change is a paired comparison (Tango’s interval).
    }
forgetting-groups = Old and new classes before and after, { $split }
column-split = split
column-group = classes
runs = The runs compared
runs-text = { $runs } says what the runs were, { $scores } what they scored.
runs-caption = The runs
runs-scores-caption = Accuracy of the runs
runs-figure = { $figure } shows the accuracies with their intervals ({ $split }).
runs-figure-caption = Accuracy and 95&nbsp;% interval of each run, { $split }
runs-same-recipe = Their recipes are the same.
runs-fields = { $table } shows the fields of the recipe in which they differ; all others are the same.
runs-fields-caption = Fields of the recipes that differ
column-run = run
column-network = network
column-data = data
column-epochs = epochs
column-time = training
column-accuracy = accuracy
column-pair = pair
column-points = points
column-only-first = only first right
column-only-second = only second right
column-p = p
compare-none = The runs cannot be compared image by image: their predictions for the same images were not kept.
compare-text = { $table } compares the answers image by image: McNemar’s mid-p test, and Tango’s 95&nbsp;% interval of the difference in percentage points.
compare-seeds = Repeats over seeds are one side together: the errors of images and of seeds are added, and the test is Student’s.
compare-holm = The p-values are corrected for the number of comparisons (Holm).
compare-caption = Paired comparisons, { $split }
calibration = Calibration of the probabilities
calibration-text = A classifier is calibrated if of the answers that it gives with probability p the share p is right. The expected calibration error (ECE) is the mean gap between the two.
calibration-see = See { $figure } and { $table }.
calibration-figure-caption = Reliability diagram with 95&nbsp;% intervals, { $split }
calibration-caption = Quality of the probabilities with 95&nbsp;% intervals, { $split }, { $images }
calibration-raw = of the network
calibration-after = after temperature scaling
column-probabilities = probabilities
column-ece = ECE
column-log-loss = log loss, nats
column-brier = Brier score
sets-text = { $table } gives prediction sets: as many classes as it takes to hold the right one with the chosen probability.
sets-caption = Prediction sets with 95&nbsp;% intervals, { $split }
column-level = level
column-set-size = classes in a set, mean
column-cover = sets that hold the right class
examination = A closer look at the mistakes
examination-text = Wrong answers ({ $split }, n = { $n }): { $errors }.
examination-file = All of them are listed in <code>{ $file }</code> in the run’s folder.
turned-text = { $table } says how many of the images that are named rightly keep their answer when they are mirrored or turned.
turned-caption = Answers to mirrored and turned images, { $split }
turned-mirror = mirrored left to right
turned-upside-down = mirrored top to bottom
turned-half-turn = turned by 180°
turned-quarter-turn = turned by 90°
column-turned = change
column-same = same answer
column-moves = classes that become another
suspects-text =
    { $n ->
        [one] { $n } of { $of } labels is doubtful, { $share }, by probabilities of a model that was fitted without it ({ $folds } folds).
       *[other] { $n } of { $of } labels are doubtful, { $share }, by probabilities of models that were fitted without them ({ $folds } folds).
    }
suspects-accuracy = These models agree with { $accuracy } of the labels: the fewer, the more of the doubtful are only hard.
suspects-seen = The features were trained on these very labels, so a wrong label that the network knows by heart does not show.
suspects-table = { $table } begins with the most doubtful.
suspects-caption = The most doubtful labels
column-given = label
column-suggested = suggested
fit = Fit
fit-none = None of the checks of the learning curves (overfitting, underfitting, instability, too short a training) found anything beyond noise; that does not prove that there is nothing.
fit-few = With so few epochs, or without validation images, the fit cannot be judged.
references = Published numbers
references-differences = { $table } says in what they differ.
references-caption = Differences from { $row } of { $card }
column-fact = fact
column-published = published
column-here = this run
fact-data = data
fact-image-size = side of the images
fact-held-out = training images held out
fact-model = network
fact-depth = depth
fact-activation = activation
fact-weights = weights
fact-epochs = epochs
fact-batch = batch
fact-augment = augmentation
fact-optimizer = optimizer
fact-optimizer-lr = learning rate
fact-progressive = side of the first training images, as a share of the full side
fact-schedule = schedule
machine-text = { $table } says what was measured, and on what.
machine-caption = Time and machine

## studies

study-title = Study { $name }
study-lead = Best: { $point }. <strong>{ $score }</strong> of the validation images ({ $interval }, { $of }).
study-none = No point has finished yet.
study-of-seeds =
    { $n ->
        [one] { $n } seed
       *[other] over { $n } seeds
    }
study-of-images =
    { $n ->
        [one] { $n } image, one seed
       *[other] { $n } images, one seed
    }
study-foot = Written by Linnaeus from the study { $name }. Nothing here was chosen by test images.
study-points = Points
study-points-note = Each point of the space, the best first. Intervals are 95 %: of the mean over seeds, on these validation images; with one seed, over images.
study-seeds = seeds
study-more =
    { $n ->
        [one] { $n } more point
       *[other] { $n } more points
    }
study-then = { $score } when it was stopped
study-alike =
    { $n ->
        [one] { $n } other point cannot be told apart from the best one.
       *[other] { $n } other points cannot be told apart from the best one.
    }
study-alone = All other points are worse than the best one, as far as 95 % intervals tell.
study-state-finished = finished
study-state-stopped = stopped early
study-state-failed = failed
study-state-waiting = not finished
study-state-running = not finished
study-effects = What mattered
study-effects-note = Least squares over all trials. A share of the spread is of the space that was tried: another range would give another. Differences are of the best level to the worst, with Tukey's intervals for all pairs at once; p by F-tests, corrected by Holm.
study-effects-few = There are too few trials for effects to be told from chance: more points, or more seeds, would tell.
study-factor = factor
study-interaction = together
study-share = share of the spread
study-difference = from worst to best, points
study-matters = <strong>{ $factor }</strong> mattered: { $to } is { $points } points above { $below }.
study-cannot-tell = { $factor }: no difference can be told; { $to } was { $points } points above { $below }.
study-importances = By a forest fitted to the trials (fANOVA), which also sees bends and jumps: { $listed }. These are shares of what the forest explains, without intervals.
study-basis =
    { $n ->
        [one] From { $n } trial; what is left over has a deviation of { $sd } points ({ $df } degrees of freedom).
       *[other] From { $n } trials; what is left over has a deviation of { $sd } points ({ $df } degrees of freedom).
    }
study-at =
    { $n ->
        [one] All scores are those after { $n } epoch, which all points have come to: later the order may be another.
       *[other] All scores are those after { $n } epochs, which all points have come to: later the order may be another.
    }
study-slices = Slices
study-slices-note = Each dot is a point of the space; grey ones were stopped early, and show the score they had then. Lines join the means of the model, with 95 % intervals.
study-slice = Validation accuracy, %, by { $factor }
study-parallel = Each line is a point of the space through its values; the best quarter is coloured
study-fronts = What it costs
study-fronts-note = Points on the line are beaten by none that costs no more. Times are of this machine, with all jobs at work.
study-front-train-s = Validation accuracy, %, by seconds of training
study-front-parameters = Validation accuracy, %, by weights
study-trials = Trials
study-trials-note = How the study went, and how far what was said before it began was right.
study-counts = Trials: { $counts }.
study-spent = It took { $time }, up to { $jobs } at once.
study-predicted = Said before it began, from a few steps of { $measured } trials: { $middle } ({ $low } to { $high }).
study-stop = Hopeless trials were stopped by { $stop }: at each rung the best part goes on. A recipe that begins slowly can be lost by it.
study-status-budget = The budget was spent before all trials were over.
study-status-stopped = The study is not finished; the same command goes on.
study-status-running = The study is under way.
study-failed = Point { $number } failed: { $reason }
study-recommended = Recommended recipe
study-chosen = Chosen by its validation score, which is too high for that, the more so the more points were tried. The test images, opened once, tell what it is worth.

## fields of the recipe

field-data = data set
field-image-size = side of the square that the network sees, in pixels
field-channels = 1 grey, 3 colour, 4 colour and transparency
field-resize = how a picture becomes square
field-val = share of the images held out for validation
field-test = share sealed for the test, where the data bring none
field-split-seed = which images fall into which split
field-strict = stop at an image that cannot be read
field-drop-leaks = leave training images out that are in another split too
field-loading = all images in memory, or decoded as needed
field-model = network
field-weights = what the network begins with; off: drawn anew
field-normalise = means and standard deviations of the pixels; auto: those of the weights, else of the images
field-rows = rows of the head for classes that the weights know
field-train = what of the network is trained
field-head = what is fitted to the features of a frozen backbone
field-views = augmented views whose features are kept
field-backbone-lr-factor = learning rate of the backbone, as a share of the head's
field-layer-decay = factor on the learning rate from each block to the one before
field-share = share of the training images of each class that is used
field-replay = training images used of each class that the weights know; -1: all
field-adjust = logit adjustment for classes of unequal size
field-distill = weight of the loss that holds the network to its old answers
field-augment = changes made to training images
field-loss = what is minimised
field-optimizer = how the weights move
field-schedule = how the learning rate goes
field-epochs = passes over the training images
field-budget = seconds of training that set the epochs
field-batch-size = images that pass through the network at once
field-accumulate = batches whose gradients make one step
field-sampling = how often an epoch shows the images of a class
field-seed = of all that is random in training
field-ema = decay a step of the moving average of the weights
field-swa = share of the epochs, the last ones, whose weights are averaged
field-progressive = side of the first training images, as a share of the full side
field-clip-norm = largest norm of the gradient
field-track = who else is told how the training goes
field-save-every = seconds between checkpoints; 0: as often as is cheap
field-choose = weights that are kept
field-tta = views of each image that are averaged, for scores of their own
field-device = wish for the device
field-precision = wish for the arithmetic
field-threads = CPU threads; 0: the fastest count
field-workers = processes that decode images; 0: one a core
field-compile = torch.compile
