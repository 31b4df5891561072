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
judgement-chance-things =
    { $n ->
        [one] As far as images of { $n } thing can tell, no better than always answering with the most frequent class ({ $share } correct).
       *[other] As far as images of { $n } things can tell, no better than always answering with the most frequent class ({ $share } correct).
    }
judgement-worse = Worse than always answering with the most frequent class ({ $share } correct).
judgement-one-class = All of these images are of one class, so the score does not show whether the model can tell classes apart.
brief-weakest = weakest
brief-calibration = calibration
brief-fit = fit
brief-report = report
brief-next = next
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
inherited-val =
    { $n ->
        [one] { $n } validation image was left out: a run that this one descends from was trained on it.
       *[other] { $n } validation images were left out: a run that this one descends from was trained on them.
    }
inherited-test =
    { $n ->
        [one] { $n } test image was left out: a run that this one descends from was trained on it.
       *[other] { $n } test images were left out: a run that this one descends from was trained on them.
    }
left-out-trained-on =
    { $n ->
        [one] Left out: { $n } image that the run, or a run that it descends from, was trained on.
       *[other] Left out: { $n } images that the run, or a run that it descends from, was trained on.
    }
left-out-thing =
    { $n ->
        [one] Left out: { $n } further image of things that the run, or a run that it descends from, was trained on.
       *[other] Left out: { $n } further images of things that the run, or a run that it descends from, was trained on.
    }
left-out-ancestor =
    { $n ->
        [one] Left out: { $n } image that the weights to begin with were trained on.
       *[other] Left out: { $n } images that the weights to begin with were trained on.
    }
namesakes =
    { $n ->
        [one] { $n } of these images shows a thing called as one that the run was trained on: if it is the same, this score is too good.
       *[other] { $n } of these images show things called as some that the run was trained on: if they are the same, this score is too good.
    }
left-out-validation =
    { $n ->
        [one] Left out: { $n } image of the run’s own validation split.
       *[other] Left out: { $n } images of the run’s own validation split.
    }
left-out-sealed =
    { $n ->
        [one] Left out: { $n } image of the run’s sealed test split; <code>--split test</code> opens it.
       *[other] Left out: { $n } images of the run’s sealed test split; <code>--split test</code> opens it.
    }
opened-images =
    { $n ->
        [one] { $n } of these images is of the run’s sealed test split: this counts as an opening.
       *[other] { $n } of these images are of the run’s sealed test split: this counts as an opening.
    }
test-opened-all =
    { $n ->
        [one] The test images of these data have been opened once in all, by one run.
       *[other] The test images of these data have been opened { $n } times in all, by { $runs ->
            [one] one run
           *[other] { $runs } runs
        }.
    }
of-things =
    { $n ->
        [one] of { $n } thing
       *[other] of { $n } things
    }
result-things = The images show { $n } things, several images each: the interval counts things, since images of one thing are right or wrong together.
data-things = { $split }: { $images } images of { $n } things.
data-things-note = All images of a thing are in one split, and intervals count things.
test-absent = There is no test split.
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
forgetting-mistaken = Of the new classes, { $n } of { $of } images are classified as an old one, most often { $pairs }.
forgetting-gain = New classes: <strong>{ $score }</strong> correct.
forgetting-no-old = There are no images of the old classes here, so forgetting cannot be measured.
forgetting-new-as-old = New classes classified as old ones: { $n } of { $of } images. Most often:
forgetting-old-as-new = Old classes classified as new ones: { $n } of { $of } images. Most often:
forgetting-old = old classes
forgetting-new = new classes
forgetting-is-new = new
forgetting-by-class = Share classified correctly, by class
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
key-train =
    Grey: training, the median over the batches of an epoch{ $augment ->
        [none] {""}
       *[some] {" "}(as augmented)
    } between its quartiles.
key-val = Coloured: validation; the band around its accuracy is the 95&nbsp;% interval.
key-began = Dotted vertical line: where this run begins; before it, the epochs of <b>{ $run }</b> that led to its initial weights.
mark-kept = Solid vertical line: epoch { $epoch }, whose weights were kept.
curve-accuracy = Accuracy by epoch
curve-loss = Loss by epoch
curve-loss-log = Loss by epoch, logarithmic scale
curve-rate = Learning rate by epoch
curve-alt =
    { $n ->
        [one] One epoch: { $lines }.
       *[other] { $n } epochs: { $lines }.
    }
confusion = Confusion matrix
confusion-note = Rows are true classes, columns are predictions. Grey is correct, colour is a mistake; the darker, the larger the share of the row.
confusion-true = true
confusion-answered = predicted
confusion-none = No mistakes.
confusion-total = images
column-class = class
column-precision = precision
column-recall = recall
column-interval = 95 % interval
column-f1 = F1
column-support = images
mistakes = Most confident mistakes
mistakes-note = The wrong predictions that the classifier was most confident of: true class, then prediction, each with its probability. Some may be label errors.
mistakes-none = No mistakes.
foot = Written by Linnaeus { $version } from the records of the runs alone; it asks no network for anything.

## what a record says

fit-over-fitting-loss = Overfitting: since epoch { $since } of { $epochs } the validation loss has risen from { $val_loss_then } to { $val_loss_now }, while the training loss fell from { $train_loss_then } to { $train_loss_now } (validation accuracy { $val_then } then, { $val_now } now; n = { $n }).
fit-over-fitting-gap = Overfitting: { $train } are correct in training, { $val } in validation, a gap of { $gap } points (95&nbsp;% interval { $low } to { $high }, n = { $n }); after a third of the { $epochs } epochs it was { $gap_then }.
fit-under-fitting-chance = No better than chance: validation accuracy is { $val } (95&nbsp;% interval { $low } to { $high }, n = { $n }), while always predicting the most frequent class would score { $chance }; training accuracy is { $train }.
fit-under-fitting = Underfitting: training images are misclassified too ({ $train } correct in training, { $val } in validation, n = { $n }), and nothing has changed in the last { $over } of { $epochs } epochs.
fit-too-short = Too short: validation accuracy was still rising in the last { $over } of { $epochs } epochs, by { $rise } points (95&nbsp;% interval { $low } to { $high }, n = { $n }).
fit-too-short-annealed = Too short: validation accuracy still rose by { $rise } points in the last { $over } of { $epochs } epochs (95&nbsp;% interval { $low } to { $high }, n = { $n }), and training images are misclassified too ({ $train } correct).
fit-unstable-loss = Unstable: in epoch { $epoch } of { $epochs } the training loss jumped from { $before } to { $loss } at a learning rate of { $lr }.
fit-unstable-swings = Unstable: in epoch { $epoch } of { $epochs } validation accuracy dropped by { $drop } points (95&nbsp;% interval { $low } to { $high }, n = { $n }) at a learning rate of { $lr }.
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
advice-lower-lr = Try a lower learning rate: <code>--set optimizer.lr={ $lr }</code>; <code>linnaeus find-lr</code> suggests one.
advice-fewer-epochs =
    { $n ->
        [one] { $n } epoch would be enough.
       *[other] About { $n } epochs would be enough.
    }
advice-anneal = Try a learning rate that decays: <code>linnaeus continue { $run } --epochs { $epochs } --set optimizer.lr={ $lr }</code>

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
foot-command = To write this report again: <code>{ $command }</code>
foot-lab = To repeat the whole work: <code>{ $command }</code>
fit-note = What the learning curves show, the numbers behind it, and what to try next.

## documents

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
listing-inherited = left out, known to an ancestor
listing-also = also
listing-common = { $options } (as every part of { $shelf })
listing-layers = Layers, at { $size } px
listing-sizes =
    { $channels ->
        [one] { $channels } channel
       *[other] { $channels } channels
    }, { $n ->
        [one] { $n } class
       *[other] { $n } classes
    }
listing-size = { $size } px
listing-trainable = trainable weights
listing-name = name
listing-trained-on = trained on
weights-others = also there
weights-others-text = { $others }; choose with <code>{ $source }:key={ $first }</code>
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
weights-published-top1 = { $accuracy } of ImageNet’s validation images
weights-published-source =
    { $accuracy } on the test images ({ $source }), { $n ->
        [one] { $n } image
       *[other] { $n } images
    } seen in training
weights-seen = images seen in training
weights-hours = training time
weights-hardware = hardware
weights-licence = licence
weights-licence-both = { $licence } for the weights; the data set states no licence, and none of its images are here
weights-checksum = checksum
bench-each = Time of each layer, for the batch
bench-kinds = Time by type of layer, for the batch
bench-devices = Time of the training by device
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
bench-only-convolutional = Convolutional layers take { $share } of the time, all others { $rest }; there are no dense ones.
bench-only-dense = Dense layers take { $share } of the time, all others { $rest }; there are no convolutional ones.
bench-dense-slower = Convolutional layers take { $convolutional } of the time for { $of_convolutional } of the multiplications, dense ones { $dense } for { $of_dense }: per multiplication dense layers take { $times } times as long. All other layers take { $rest }.
bench-convolutional-slower = Convolutional layers take { $convolutional } of the time for { $of_convolutional } of the multiplications, dense ones { $dense } for { $of_dense }: per multiplication convolutional layers take { $times } times as long. All other layers take { $rest }.
bench-whole-text =
    { $n ->
        [one] { $n } epoch of { $images } images takes { $time } on { $device } (extrapolated from the steps measured).
       *[other] { $n } epochs of { $images } images take { $time } on { $device } (extrapolated from the steps measured).
    }
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
bench-no-ratio = The ratio is unknown, since PyTorch finds no GPU on this machine: run the same command on one that has a GPU.
bench-pass = { $model }: { $time } ms for a forward and a backward pass of { $n } images.
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
single-caption = Single images: label, prediction and logits
single-wrong = wrong
single-logit = logit of { $name }
single-logits = largest logits
single-correct = correct
single-correct-text = { $correct } of these { $n } images; for all { $split } images: linnaeus evaluate { $run }
single-unknown = unknown ({ $name })
single-class = class { $rank }
single-set = set
single-written = written
single-written-text =
    { $n ->
        [one] { $file }, { $n } image
       *[other] { $file }, { $n } images
    }
single-unread =
    { $n ->
        [one] { $unread } of { $n } image could not be read
       *[other] { $unread } of { $n } images could not be read
    }
lab-step-done = done already
grading-answers = answers
grading-correct = correct
grading-verdict = verdict
grading-passed = passed
grading-failed = failed
grading-open = open
grading-of = { $correct } of { $n }
grading-missing =
    { $n ->
        [one] { $n } image has no answer and counts as wrong: { $names }
       *[other] { $n } images have no answer and count as wrong: { $names }
    }
grading-unknown =
    { $n ->
        [one] { $n } answer is to an image without a label and does not count: { $names }
       *[other] { $n } answers are to images without a label and do not count: { $names }
    }
grading-twice =
    { $n ->
        [one] { $n } image is answered more than once; the first answer counts: { $names }
       *[other] { $n } images are answered more than once; the first answer counts: { $names }
    }
grading-ambiguous =
    { $n ->
        [one] { $n } answer may be to any of several images and does not count: { $names }
       *[other] { $n } answers may be to any of several images and do not count: { $names }
    }
grading-unread = not scored
grading-title =
    { $n ->
        [one] { $n } file of answers
       *[other] { $n } files of answers
    }
grading-all = Results
grading-bounds = With { $n } images and { $share } to reach, { $first }, { $second }; in between, this number of images cannot decide.
grading-bounds-pass = { $least } correct answers or more pass
grading-bounds-no-pass = no number of correct answers can pass
grading-bounds-fail = { $most } or fewer fail
grading-bounds-no-fail = none can fail
grading-bounds-things = The { $n } images show { $things } things: whether a number of correct answers passes depends on how they are spread over the things.
grading-equal = { $first } and { $second } are equal, answer by answer.
grading-alike = { $first } and { $second } give the same wrong answer to { $same } of { $n } images that both got wrong.
grading-expected = By the other hand-ins { $expected } such agreements would be expected ({ $p }, corrected for all pairs).
grading-alike-note = The same recipe under the same seed gives the same answers, too: ask before you judge.
grading-dealt = Dealt evenly, in the order of the list; students added at its end change nobody's variant.
grading-by-book = By the last digit of the record-book number.
grading-listed-twice = { $name } stands in the list more than once (lines { $lines }) and is counted once.
grading-student = student
grading-group = group
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
inspection-fix = linnaeus fix DATA { $file }, once you have gone through that list
report-open = open it in a browser: { $address }
report-fill = fill in what is marked yellow, and write your own conclusions
progress-note = note
note-said = { $text }
note-shadowed = <code>{ $name }</code> is a data set of Linnaeus, and this is what is read; the folder of that name here is <code>./{ $name }</code>
note-beside =
    { $n ->
        [one] { $folder }: { $n } file beside the class folders has no class and is left out
       *[other] { $folder }: { $n } files beside the class folders have no class and are left out
    }
note-unreadable =
    { $n ->
        [one] { $n } unreadable image in { $data }, { $name }: { $reason }; training goes on without it, linnaeus audit lists it
       *[other] { $n } unreadable images in { $data }, the first { $name }: { $reason }; training goes on without them, linnaeus audit lists them
    }
note-share = { $share } of the training images: { $n } of { $of }
note-share-new = { $share } of the training images of new classes: { $n } of { $of }
note-replay =
    { $each ->
        [0] of the { $classes } classes that the weights know, none for training: { $n } of { $of } images
       *[some] of the { $classes } classes that the weights know, { $each } of each for training: { $n } of { $of } images
    }
note-added =
    { $n ->
        [one] { $n } image was added to the { $split } split since { $run } was trained; the score is of those that it had then
       *[other] { $n } images were added to the { $split } split since { $run } was trained; the score is of those that it had then
    }
note-inherited-val =
    { $n ->
        [one] { $n } validation image is left out: the weights to begin with were trained on it
       *[other] { $n } validation images are left out: the weights to begin with were trained on them
    }
note-inherited-test =
    { $n ->
        [one] { $n } test image is left out: the weights to begin with were trained on it
       *[other] { $n } test images are left out: the weights to begin with were trained on them
    }
note-inherited-cv =
    { $n ->
        [one] { $n } image is left out of the cross-validated score: the weights to begin with were trained on it
       *[other] { $n } images are left out of the cross-validated score: the weights to begin with were trained on them
    }
note-ancestry-unknown = nothing tells which images { $weights } was trained on: if images of these data are among them, scores on these are too good
note-deeper = the classes are { $classes }, and the { $n } folders in them ({ $names }) count as parts of these: if they are the classes, put them on one level, or name images and labels in a table
note-group-misses = group = { $group } is not found in the names of { $n } of { $of } images: each of these counts as a thing of its own
note-group-alike =
    { $n ->
        [one] two things are called { $one } and { $other }: if they are one, write them alike, so that it stays in one split
       *[other] the names of { $n } things differ only as { $one } and { $other } do: if they are one each, write them alike, so that each stays in one split
    }
note-group-nowhere =
    { $n ->
        [one] group = { $group } is not found in the name of this image: it counts as a thing of its own
       *[other] group = { $group } is found in none of the names of these { $n } images: each counts as a thing of its own
    }
note-tta-mirror = tta { $tta } averages over mirrored images, and a mirror changes the class of some of these data: hold its score against the plain one
note-dropped =
    { $n ->
        [one] { $n } training image left out: validation or test images are duplicates of it
       *[other] { $n } training images left out: validation or test images are duplicates of them
    }
note-cache = a cache of decoded images is damaged ({ $reason }); they are decoded again
note-shared-memory = shared memory has { $free } MB left and a batch of images takes { $batch } MB, so threads decode instead of processes, more slowly; give the container more (docker run --shm-size=1g) or set a smaller batch_size
note-unlocked = the file system of <code>{ $folder }</code> has no locks: only a file with the name of the process keeps two commands from writing there at once, so start one at a time
note-cleanvision = cleanvision failed ({ $reason }); the rest of the audit stands
note-augment-unused = augment = { $augment } is not used: features are computed from unaugmented images; views=4 keeps four augmented views of each
note-head-fitted =
    head { $head } fitted to the features of { $views ->
        [0] { $images } images
       *[some] { $views } views of { $images } images
    }: { $chosen }, { $by ->
        [validation] chosen on { $validation } validation images
        [cross-validation] cross-validated
       *[default] by default
    }
note-backbone =
    { $n ->
        [one] photographs begin at weights={ $weights }: the features of { $n } image take about { $seconds } here
       *[other] photographs begin at weights={ $weights }: the features of { $n } images take about { $seconds } here
    }
note-backbone-dearer = weights={ $weights } would take about { $seconds }, more than the budget ({ $budget }) holds beside the rest
note-stage-tried = a further stage is tried, in about { $seconds }: { $train }
note-stage-left-out = a further stage is not tried, since the rest of the budget ({ $budget }) does not hold its { $seconds }: { $train }
note-stage-too-large = a further stage is not tried, since a step of it needs about { $need } MB of memory, and { $left } MB are free: { $train }
note-memory-short = a step needs about { $need } MB of memory, and { $left } MB are free: the system may end this training without a word; accumulate={ $passes } passes the images of a step a few at a time, a smaller batch_size or image_size needs less, too
note-head-alone = the head alone: { $share } of { $n } validation images correct
note-precision = bf16 is faster here, but changes these features by { $share }: fp32 is used
note-engine-fails = ONNX Runtime does not run this network ({ $reason }); torch is used
note-engine-differs = ONNX Runtime changes the answers of this network by { $apart } of their size; torch is used
note-budget =
    { $n ->
        [one] an epoch takes about { $seconds } here: the budget is enough for { $n } epoch
       *[other] an epoch takes about { $seconds } here: the budget is enough for { $n } epochs
    }{ $share ->
        [None] {""}
       *[some] {" "}with { $share } of the training images each
    }
note-smaller-images = images are { $chosen } px instead of { $advised }, at which the budget would not hold enough epochs of about { $seconds }; image_size={ $advised } keeps them
note-smaller-photographs = photographs are { $chosen } px instead of { $advised }: at that size their features would take about { $seconds }, more than the budget ({ $budget }) holds beside the rest; image_size={ $advised } keeps them
note-over = the budget is over at step { $step } of { $steps }: steps were slower than those measured at the start
note-start =
    starts from the weights of { $weights }{ $nested ->
        [None] {""}
       *[some] {" "}(its { $nested })
    }{ $model ->
        [None] {""}
       *[some] , { $model }
    }
note-start-others = the file holds { $others }, too: choose with :key={ $first } behind its name
note-start-head-rows =
    { $n ->
        [one] the head keeps the rows of { $known } of { $n } class
       *[other] the head keeps the rows of { $known } of { $n } classes
    }
note-start-head-whole = the head is kept whole, its { $n } classes in the order of these data
note-start-head-new = the head is new
note-start-pixels-recipe = pixels are normalised as the recipe says
note-start-pixels-weights = pixels are normalised as they were for these weights
note-start-pixels-images = how pixels were normalised for these weights is unknown, so the statistics of the training images are used; if you know it, set normalise, as in normalise="imagenet"
note-start-left-out = left out: { $names }
note-continues = continues from the weights of { $run }, epoch { $epoch }; the schedule { $schedule } runs from its start to its end over { $epochs } new epochs, beginning at learning rate { $lr }, and the optimizer starts without memory; order and augmentation are drawn from seed { $seed }
note-processes = the run began on { $then } processes and continues on { $now }: its last bits may differ
note-machine = this is not the machine that the run began on: { $changed }; its last bits may differ from those of an unbroken run
note-device = the run began on { $device }, which is not available here; the machine is chosen anew
note-tracker = the tracker { $tracker } failed and receives no more events ({ $reason }); training goes on, history.jsonl has its curves
note-exporting = exporting { $model } with torch takes from seconds to a minute
note-way = { $way }, { $share } of the training images
note-trial-finished = trial { $trial } ({ $point }; seed { $seed }): { $share }
note-trial-stopped =
    { $n ->
        [one] trial { $trial } ({ $point }; seed { $seed }) stopped after { $n } epoch
       *[other] trial { $trial } ({ $point }; seed { $seed }) stopped after { $n } epochs
    }
note-trial-failed = trial { $trial } ({ $point }; seed { $seed }) failed: { $reason }
note-trial-retried = trial { $trial } ({ $point }; seed { $seed }) will be retried: { $reason }
progress-reading = reading
progress-read = { $done } of { $of } { $what }
progress-starting = starting
progress-working = working
reading-decoded = images decoded
reading-classified = images classified
reading-written = images written
reading-compared = images compared with all others
reading-pictures = pictures compared
reading-features = images through the frozen backbone
reading-lr-range = steps of the sweep
reading-measured = trials measured
reading-timed = rounds timed
reading-folds = folds, for possible label errors
reading-trainings = trainings, for possible label errors
progress-loss = loss { $loss }
progress-validation = val { $share }
progress-pace = { $pace } images/s
progress-left = { $time } left
progress-taken = in { $time }
progress-epoch = epoch { NUMBER($epoch, useGrouping: 0) }/{ NUMBER($of, useGrouping: 0) }
live-loss = loss
live-accuracy = accuracy
live-train = training, median and quartiles
live-best = lowest validation loss so far: epoch { $epoch }, with { $score } correct
live-finished = finished in { $time }
live-stopped = stopped; everything is saved up to here, or up to the last checkpoint
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
document-title = Image classifier { $run }
document-run = <code>{ $model }</code>, trained on <code>{ $data }</code> · { $status }
training = Training
column-what = what
scores-caption = Scores by split
column-metric = metric
axis-epoch = epoch
axis-accuracy = accuracy, %, with the 95 % interval
axis-confidence = probability that was given to the answer, %
axis-right = answers that were right, %
axis-coverage = images answered, most confident first, %
axis-step = each step
axis-smoothed = smoothed
axis-layers = { $model }: { $batch } images of { $channels } × { $size } × { $size }, { $device }, { $precision }
axis-milliseconds = milliseconds
axis-forward = forward
axis-backward = backward
axis-train-share = share of the training images
axis-train-s = training time, s
axis-parameters = parameters
confusion-pairs-caption = Most frequent confusions, { $split }
column-true = true class
column-mistakes = mistakes
examples = Examples of predictions
examples-note = The images stand at equal distances in the split, so nobody picked them. Wrong predictions are bold.
examples-summary =
    { $n ->
        [one] { $n } prediction
       *[other] { $n } predictions
    }
examples-caption = Predictions for images at equal distances, { $split }
samples = Training images
samples-note = As the network sees them, before augmentation.
samples-caption = Examples of training images
samples-picture = training image of class { $name }
mistakes-caption = Most confident mistakes, { $split }
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
forgetting-groups = Old and new classes before and after, { $split }
column-split = split
column-group = classes
column-given = label
fit = Fit
fit-none = None of the checks of the learning curves (overfitting, underfitting, instability, too short a training) found anything beyond noise. With { $n } validation images, a gap between training and validation of less than { $gap } points could not have shown.
fit-few = With so few epochs, or without validation images, the fit cannot be judged.
machine-text = { $table } says what was measured, and on what.
machine-caption = Time and machine

## calibration

calibration = Calibration
calibration-note = How far the predicted probabilities can be trusted.
calibration-text = A classifier is calibrated if, of the predictions it makes with probability p, the share p is correct. The expected calibration error (ECE) is the mean gap between the two.
calibration-ece = ECE ({ $split }, n = { $n }): { $ece }.
calibration-things =
    { $things ->
        [one] These images show { $things } thing: intervals and thresholds count things.
       *[other] These images show { $things } things: intervals and thresholds count things.
    }
calibration-tempered = After temperature scaling with T = { $temperature }: { $ece }.
calibration-cross = The temperature was fitted on these same images, so this figure is cross-fitted.
calibration-untempered = No temperature was fitted: there are too few validation images, or too few mistakes among them.
calibration-few-images = No temperature was fitted: { $n } validation images are too few, at least { $least } are needed.
calibration-few-mistakes = No temperature was fitted: { $mistakes } mistakes among { $n } validation images are too few, at least { $least } are needed.
calibration-few-things =
    { $mistaken ->
        [one] No temperature was fitted: { $mistaken } thing with a mistake among { $things } is too few, at least { $least } are needed.
       *[other] No temperature was fitted: { $mistaken } things with a mistake among { $things } are too few, at least { $least } are needed.
    }
calibration-unknown = If images with a probability below { $threshold } are rejected as unknown, { $accepted } of all images keep a prediction, and { $accuracy } of these predictions are correct.
calibration-reliability = Reliability diagram, { $split }: correct predictions, %, by predicted probability, %, with 95&nbsp;% intervals; on the diagonal the two agree
calibration-risk-caption = Accuracy of the most confident predictions, %, by the share of images they cover, %, with the 95&nbsp;% interval, { $split }
calibration-caption = Quality of the probabilities with 95&nbsp;% intervals, { $split }, { $images }
calibration-raw = as the network gives them
calibration-after = after temperature scaling
column-probabilities = probabilities
column-ece = ECE
column-log-loss = log loss, nats
column-brier = Brier score
reading-bin =
    { $n ->
        [one] probability { $sure } · correct { $right } ({ $interval }) · { $n } image
       *[other] probability { $sure } · correct { $right } ({ $interval }) · { $n } images
    }
reading-risk = most confident { $share } · probability { $threshold } and above · correct { $right } ({ $interval })
sets-caption = Prediction sets: as many classes as it takes to contain the true one with the chosen probability, with 95&nbsp;% intervals, { $split }
column-level = level
sets-each = The promise of { $level } is made to each class: each has a threshold of its own, from its own validation images.
sets-shared =
    { $n ->
        [one] The promise of { $level } is made to each class but { $classes }, which has too few validation images for a threshold of its own ({ $least } are needed) and takes the one of all images: it holds there only on average.
       *[other] The promise of { $level } is made to each class but { $classes }, which have too few validation images for thresholds of their own ({ $least } are needed) and share the one of all images: it holds there only on average.
    }
sets-things = The promise of { $level } is one for an image of another thing, for which { $least } things are needed: { $own } of { $n } classes have as many and a threshold of their own; the others share one, for which it holds on average.
sets-too-few =
    { $things ->
        [one] There are no prediction sets: { $things } thing is too few, a promise of { $level } takes { $least }.
       *[other] There are no prediction sets: { $things } things are too few, a promise of { $level } takes { $least }.
    }
sets-average = The promise of { $level } holds on average over all images, not for each class.
sets-short = On these images it is broken beyond chance for { $classes }: fewer than { $level } of the sets contain the true class.
sets-class-caption =
    { $n ->
        [one] The class whose prediction sets contain the true class least often, at { $level }, with the 95&nbsp;% interval, { $split }
       *[other] The { $n } classes whose prediction sets contain the true class least often, at { $level }, with 95&nbsp;% intervals, { $split }
    }
calibration-in-vain = The classifier is no better here than always answering with the most frequent class: its probabilities are not looked at.
column-set-size = classes in a set, mean
column-cover = sets that contain the true class

## inspection

inspection = Mistakes up close
inspection-note = The nearest training images in feature space, labels that may be wrong, and what mirroring and rotating do to the classes.
inspection-errors = Misclassified ({ $split }): { $errors }.
inspection-file =
    { $n ->
        [one] The one mistake is listed in <code>{ $file }</code> in the run’s folder.
       *[other] All { $n } are listed in <code>{ $file }</code> in the run’s folder.
    }
inspection-pairs = Most frequent confusions
inspection-neighbours = The most confident mistakes and their nearest training images
inspection-neighbours-text = Large: the image. Small: the training images nearest to it in feature space. Hover over one to see what it is.
inspection-maps-text = Large: the image. Then, in red, the evidence for the predicted class and for the true class (Grad-CAM), and the nearest training images. Hover over one to see what it is.
inspection-neighbours-caption = The most confident mistakes with their nearest training images, { $split }
inspection-lists = lists
inspection-took = time
stage-answers = predictions
stage-predictions = predictions
stage-features = features
stage-trainings = trainings
stage-neighbours = nearest neighbours
stage-suspects = label errors
stage-label-errors = label errors
stage-attention = Grad-CAM
stage-symmetry = mirrored and rotated images
map-prediction = evidence for { $name }, the prediction
map-label = evidence for { $name }, the true class
neighbour = { $name }: { $file }
mistake-probabilities = <b>{ $label }</b> <small>{ $of_label }</small> → <i>{ $predicted }</i> <small>{ $probability }</small>
mistake-near = nearest: { $names }
turned = Mirrored and rotated
turned-caption = Predictions on mirrored and rotated images: of the images classified correctly as they are, the share that keeps its prediction
turned-mirror = mirrored left to right
turned-upside-down = mirrored top to bottom
turned-half-turn = rotated by 180°
turned-quarter-turn = rotated by 90°
turned-exchanged = When { $how }, these classes trade places: { $pairs }. Remove <code>{ $part }</code> from the augmentation.
turned-exchanged-unused = When { $how }, these classes trade places: { $pairs }. No augmentation should do that.
turned-alike = <code>{ $part }</code> shows <b>{ $name }</b> and <b>{ $other }</b> { $how }, and the network cannot tell them apart ({ $count } of { $of } wrong): remove it if that turns one class into the other.
column-turned = change
column-same = same prediction
column-moves = classes that become another
column-predicted = predicted
column-share = share
column-example = example
column-label = label
column-probability = probability
column-suggested = suggested
column-action = action
action-relabel = relabel
action-keep = keep
label-errors = Possible label errors
label-errors-text =
    { $n ->
        [one] { $n } of { $of } labels may be wrong, { $share } ({ $splits }).
       *[other] { $n } of { $of } labels may be wrong, { $share } ({ $splits }).
    }
label-errors-relabel =
    { $n ->
        [one] A different label is recommended for { $n }.
       *[other] A different label is recommended for { $n }.
    }
label-errors-relabel-none = None is certain enough to recommend another label.
label-errors-own = Judged by cross-validation ({ $folds } folds) on the run’s own features, which agree with { $accuracy } of the labels: the lower this is, the more of the suspects are merely hard images.
label-errors-retrained = Judged by { $folds } networks, each retrained without a part of the images; they agree with { $accuracy } of the labels: the lower this is, the more of the suspects are merely hard images.
label-errors-weights = Judged by cross-validation ({ $folds } folds) on the features of <code>{ $weights }</code>, which agree with { $accuracy } of the labels: the lower this is, the more of the suspects are merely hard images.
label-errors-pair = Most often an image labelled { $given } looks like { $suggested } ({ $n }).
label-errors-both =
    { $n ->
        [one] { $n } of them is a suspect by the run’s own features as well.
       *[other] { $n } of them are suspects by the run’s own features as well.
    }
label-errors-seen = These features were trained on the same labels, so wrong labels that the network has memorized go unnoticed; <code>--weights</code> judges by other features, <code>--retrain</code> by networks trained anew.
label-errors-left-out = Not checked, having fewer than { $folds } images: { $names }.
label-errors-fix = The full list is <code>{ $file }</code>. Go through it, then <code>linnaeus fix DATA { $file }</code> writes a corrected copy of the data set.
label-errors-unchecked = Labels were not checked: there are too few images.
no-maps = There are no Grad-CAM maps for this network.
label-errors-few-images = Labels were not checked: cross-validation needs at least two classes with { $folds } images each.
no-maps-no-mistakes = There are no Grad-CAM maps, since there are no mistakes.
no-maps-no-gradient = There are no Grad-CAM maps: the head has no gradient.
no-maps-vectors = There are no Grad-CAM maps: the last activations before the head are vectors, which do not lie over the image.
no-maps-tokens = There are no Grad-CAM maps: the last activations before the head are tokens, which do not lie over the image.
label-errors-caption = The most doubtful labels
label-errors-listed = The same as a list
inspection-more =
    { $n ->
        [one] { $n } more
       *[other] { $n } more
    }
label-errors-pictures = The most doubtful labels: the given label, then the suggested one, each with its probability
label-error-line = <b>{ $given }</b> <small>{ $of_given }</small> → <i>{ $suggested }</i> <small>{ $probability }</small>

## comparison

runs = The runs compared
runs-title =
    { $n ->
        [one] { $n } run
       *[other] { $n } runs compared
    }
runs-lead = All on <code>{ $source }</code>.
runs-lead-various = On { $n } data sets: scores on different data sets are not comparable.
runs-note = Accuracy with its 95&nbsp;% interval. Runs whose intervals overlap may still differ: the paired comparison below looks at the same images.
runs-caption = The runs: networks, accuracies with 95&nbsp;% intervals, training
runs-accuracies = Accuracy of the runs with 95&nbsp;% intervals, { $split }
runs-accuracy = Accuracy and 95&nbsp;% interval of each run, %, { $split }
runs-differences = Where the recipes differ
runs-differences-note = All other fields are the same.
runs-differences-caption = Fields of the recipes that differ
runs-same-recipe = The recipes are the same.
runs-curves-note = By epoch, on validation images. The first run is coloured.
runs-curves-accuracy = Validation accuracy, %
runs-curves-loss = Validation loss
compare = Compared image by image
compare-note = McNemar’s mid-p test; Tango’s 95&nbsp;% interval of the difference in percentage points.
compare-none = The runs cannot be compared image by image: no predictions for the same images were kept.
compare-caption = Paired comparisons on the images that both runs have seen, { $split }
compare-better = <b>{ $better }</b> is better than { $worse } by { $points } percentage points (95&nbsp;% interval { $low }–{ $high }; { $p }, { $size }).
compare-same = { $first } and { $second } cannot be told apart: the difference is { $points } percentage points (95&nbsp;% interval { $low } to { $high }; { $p }, { $size }).
compare-size = n&nbsp;=&nbsp;{ $n }
compare-size-seeds = n&nbsp;=&nbsp;{ $n }, { $first } + { $second } seeds
compare-many = On its own the difference would be significant ({ $p }); as one of { $n } comparisons it is not.
compare-detectable = With this many images, only differences of about { $points } percentage points or more are detected in four of five trials.
compare-more-seeds = Runs vary more between seeds than images explain: further seeds would tell more than further images.
compare-equal = Both classify equally many images correctly.
compare-f1 = The difference in F1, averaged over classes, is { $value } percentage points (95&nbsp;% interval { $low } to { $high }, bootstrap over the same images).
compare-started = { $run } started from the weights <code>{ $weights }</code>, which already distinguish these classes. What they were trained on is unknown: they may have seen these images, and that may explain a lead of { $run }.
compare-seeds = Repeats under several seeds count as one side: the errors due to images and due to seeds are added, and the test is Student’s t.
compare-others =
    { $n ->
        [one] { $n } other pair stands in the table.
       *[other] { $n } other pairs stand in the table.
    }
compare-holm = The p-values are corrected for the number of comparisons (Holm).
compare-left-out =
    { $n ->
        [one] Up to { $n } image was left out that not both runs of a pair have seen.
       *[other] Up to { $n } images were left out that not both runs of a pair have seen.
    }
compare-spread-caption = Where the uncertainty comes from: runs on either side with the standard deviation of their accuracies, and standard errors of the difference, in percentage points
column-run = run
column-network = network
column-data = data
column-epochs = epochs
column-time = training
column-accuracy = accuracy
column-pair = pair
column-points = points
column-only-first = only first correct
column-only-second = only second correct
column-p = p
column-p-holm = p (Holm)
column-seeds-first = seeds, first
column-seeds-second = seeds, second
column-error-images = error, images
column-error-seeds = error, seeds
column-freedom = degrees of freedom
counts = Published counts compared
counts-note = Fisher’s mid-p test; Newcombe’s 95&nbsp;% interval of the difference in percentage points.
counts-size = n&nbsp;=&nbsp;{ $first } and { $second }
counts-size-each = n&nbsp;=&nbsp;{ $n } each
counts-never = Not even a paired test on the very same images could establish it: { $p } is the least possible.
counts-different = The counts are treated as being of different images; if they are of the same ones, the predictions of the runs can tell more.
column-count = count

## study

study-title = Study { $name }
study-best = Best: { $point }. Validation { $metric } <strong>{ $score }</strong>, { $of }.
study-winner = Corrected for having been picked as the best: { $score }.
study-none = No point has finished yet.
study-of-seeds =
    { $n ->
        [one] { $n } seed
       *[other] over { $n } seeds
    }
study-of-images =
    { $n ->
        [one] { $n } image, { $seeds ->
            [one] one seed
           *[other] { $seeds } seeds
        }
       *[other] { $n } images, { $seeds ->
            [one] one seed
           *[other] { $seeds } seeds
        }
    }
study-foot = Written by Linnaeus from the study { $name }. Nothing here was chosen by test images.
study-points = Points
study-points-note = Each point of the space, the best first, with 95&nbsp;% intervals: of the mean over seeds, no narrower than over the images; with one seed or two, over images.
study-caption = Points of the study { $name }, the best first, with 95&nbsp;% intervals
study-more =
    { $n ->
        [one] { $n } more point
       *[other] { $n } more points
    }
study-then = { $score } when it was stopped
study-rivals =
    { $n ->
        [one] { $n } other point cannot be told apart from the best one: { $listed }.
       *[other] { $n } other points cannot be told apart from the best one: { $listed }.
    }
study-alone = All other points are worse than the best one, as far as 95&nbsp;% intervals can tell.
study-state-finished = finished
study-state-stopped = stopped early
study-state-failed = failed
study-state-waiting = not finished
study-state-running = not finished
study-effects = What mattered
study-effects-note = Least squares over all trials. All of it holds for the space that was tried: another range would give other effects. Differences are between the worst and the best level, with Tukey’s simultaneous intervals; p by F-tests with Holm’s correction.
study-effects-few = There are too few trials to separate effects from chance: more points or more seeds are needed.
study-effects-caption = Effects of the factors
study-interactions-caption = Interactions of two factors
study-factor = factor
study-interaction = interaction
study-difference = worst to best, points
study-effect = <strong>{ $factor }</strong> mattered: { $to } is { $points } points above { $below } (95&nbsp;% interval { $interval }; { $p }).
study-no-effect = { $factor }: no difference is established; { $to } was { $points } points above { $below } (95&nbsp;% interval { $interval }; { $p }).
study-importances = By a random forest fitted to the trials (fANOVA), which also sees curvature and steps: { $listed }, the most important first. Nothing tells how sure this order is.
study-basis =
    { $n ->
        [one] Based on { $n } trial; the residual standard deviation is { $sd } points ({ $df } degrees of freedom).
       *[other] Based on { $n } trials; the residual standard deviation is { $sd } points ({ $df } degrees of freedom).
    }
study-at =
    { $n ->
        [one] All scores are those after { $n } epoch, which all points have reached: later the order may differ.
       *[other] All scores are those after { $n } epochs, which all points have reached: later the order may differ.
    }
study-slices = Slices
study-slices-note = Each dot is a point of the space; grey ones were stopped early and show their score at that time. Lines join the means of the model, with 95&nbsp;% intervals.
study-slice = Validation accuracy, %, by { $factor }
study-parallel = Each line is a point of the space through its values; the best quarter is coloured
study-fronts = Accuracy and cost
study-fronts-note = Points on the line are beaten by none that costs no more. Times are of this machine with all jobs running.
study-front-train-s = Validation accuracy, %, by seconds of training
study-front-parameters = Validation accuracy, %, by number of weights
study-trials = Trials
study-trials-note = How the study went, and how far its prediction was right.
study-counts = Trials: { $counts }.
study-spent = It took { $time }, with up to { $jobs } at once.
study-predicted = Predicted beforehand from a few steps of { $measured } trials: { $middle } ({ $low } to { $high }).
study-stop = Hopeless trials were stopped by <code>{ $stop }</code>: at each rung the best fraction continues. A recipe that starts slowly may be lost this way.
study-status-budget = The budget was spent before all trials were over; with a larger one the same command continues.
study-status-stopped = The study is not finished; the same command continues it.
study-status-running = The study is running.
study-failed = Point { $number } failed: { $reason }
study-retry = The same command with <code>--retry</code> tries failed trials once more.
study-recommended = Recommended recipe
study-recommended-caption = <code>recommended.toml</code>
study-chosen = The best point was chosen by this validation score, which is therefore optimistic, the more so the more points were tried. What it is worth, the test images will tell, opened once.
study-plan = Before it begins
study-plan-points = Points of the study
study-plan-trials = trials
study-plan-trials-text =
    { $n ->
        [one] { $trials } of { $n } point, { $epochs } epochs in total
       *[other] { $trials } of { $n } points, { $epochs } epochs in total
    }
study-plan-time = time
study-plan-time-text = { $middle } ({ $low }–{ $high }) with { $jobs } at once, from a few steps of { $measured } trials
study-plan-tells = tells apart
study-tells-of =
    { $n ->
        [one] { $n } validation image
       *[other] { $n } validation images
    }
study-tells-of-things =
    { $things ->
        [one] { $n } validation images of { $things } thing
       *[other] { $n } validation images of { $things } things
    }
study-tells-images = With { $of }, a difference of { $points } points or more between two points is detected in four of five trials, if their answers differ on { $odds } of the images. With one seed a point, nothing tells how far another seed would be from it.
study-tells-seeds = With { $of } and { $repeats } seeds a point, a difference of { $points } points or more between two points is detected in four of five trials, if their answers differ on { $odds } of the images; { $spread } or more, if the accuracies of a point’s seeds have a standard deviation of 1 point.
study-plan-cost = cost
study-plan-cost-text = { $hours } worker hours
column-seeds = seeds

## data and its audit

data = Data
data-note = Images as the network sees them, before augmentation.
data-none = The run was cut off before its data were described.
data-facts = { $images } in { $classes }, { $size } × { $size } pixels, { $channels }, from <code>{ $source }</code>.
channels-1 = grey
channels-3 = colour
channels-4 = colour with transparency
data-balance = Classes have between { $low } and { $high } training images.
data-balanced = Each class has { $n } training images.
data-counts = Images by class and split
data-total = total
data-notes = Worth knowing
data-same = The data are those described above (fingerprint <code>{ $fingerprint }</code>).
data-skipped =
    { $n ->
        [one] { $n } file could not be read and was left out
       *[other] { $n } files could not be read and were left out
    }
data-more = and { $n } more, in <code>record.json</code>
audit = What the audit found
audit-copies = Of copies, those cut by more than a fifth of a side, turned by more than 10 degrees or largely covered are not found; different things of one design (two signs of a kind) may be among those that are: no pixel tells them apart.
audit-copies-equal = Of copies, only equal images were looked for here; those that were cut, resized, mirrored or saved anew are found by <code>linnaeus audit DATA</code>.
audit-nothing = No check found a problem. Copies cut by more than a fifth of a side, turned by more than 10 degrees or largely covered are not found.
audit-facts = { $images } in { $classes }, { $channels }, from <code>{ $source }</code>.
audit-sizes = sizes
audit-size-one = { $size } pixels, all
audit-size = from { $least } to { $largest } pixels (width and height separately), median { $middle }
audit-expected =
    { $n ->
        [one] { $n } image: an accuracy of { $accuracy } would be known to { $interval }
       *[other] { $n } images: an accuracy of { $accuracy } would be known to { $interval }
    }
audit-expected-things = { $n } images of { $things } things: an accuracy of { $accuracy } would be known to { $interval }, if a thing’s images are right or wrong together
audit-sheet = contact sheet
audit-pair = { $first } = { $second }
audit-files =
    { $n ->
        [one] { $n } file
       *[other] { $n } files
    }
audit-more = and { $n } more, all with <code>--json</code>
audit-first = the first { $n } shown
fixed = written
fixed-text =
    { $n ->
        [one] { $folder }, { $n } image: { $relabelled } relabelled, { $dropped } dropped.
       *[other] { $folder }, { $n } images: { $relabelled } relabelled, { $dropped } dropped.
    }
fixed-unchanged =
    { $n ->
        [one] { $n } line changes nothing.
       *[other] { $n } lines change nothing.
    }
severity-warning = found
severity-question = asked
severity-note = noted
finding-unvalidated =
    { $n ->
        [one] { $names } has no validation images: its recall will not be known, and choosing by validation ignores it.
       *[other] { $n } classes have no validation images ({ $names }): their recall will not be known, and choosing by validation ignores them.
    }
finding-unvalidated-advice = Add images of them: a class with three or more gets some.
finding-masks =
    { $n ->
        [one] { $n } of { $of } images is called <code>{ $without }</code> and would be trained on as an image of its class.
       *[other] { $n } of { $of } images are called <code>{ $without }</code> and would be trained on as images of their class.
    }
finding-masks-advice = If so, leave them out: <code>folder("DATA", without="{ $without }")</code> in place of the folder.
finding-bits =
    { $n ->
        [one] { $n } file that was looked at has samples of 16 bits and uses { $bits } of them: as 8 bits, { $levels } grey levels are left.
       *[other] { $n } files that were looked at have samples of 16 bits and use at most { $bits } of them: as 8 bits, { $levels } grey levels are left.
    }
finding-bits-advice = Save them with 8 bits, spread over the whole range: <code>(values &gt;&gt; { $shift }).astype("uint8")</code>.
finding-unreadable =
    { $n ->
        [one] { $n } file cannot be read as an image.
       *[other] { $n } files cannot be read as images.
    }
finding-unreadable-advice = Repair or remove them; training goes on without them.
finding-balance = The classes are unbalanced: { $largest } has { $most } training images, { $smallest } has { $least }.
finding-balance-advice = Look at the recall of each class, not at accuracy alone; <code>--set sampling=balanced</code> shows all classes equally often.
finding-no-validation = There are no validation images.
finding-no-validation-advice = Nothing can be chosen by its score; hold some out with <code>--set val=0.15</code>.
finding-no-validation-few-advice = No class has three images, of which one could be held out; add images.
finding-small-split =
    { $n ->
        [one] There is only { $n } { $split } image: an accuracy of 90&nbsp;% would be known to within ±{ $points } points.
       *[other] There are only { $n } { $split } images: an accuracy of 90&nbsp;% would be known to within ±{ $points } points.
    }
finding-small-split-advice = Add images, or regard smaller differences as chance.
finding-since =
    { $n ->
        [one] Since training { $n } image has vanished, changed or been given another label ({ $splits }): { $names }.
       *[other] Since training { $n } images have vanished, changed or been given another label ({ $splits }), among them { $names }.
    }
finding-since-advice = Scores and pictures are those of the images as they were. Bring these images back, or train on what is there now.
finding-since-split = { $split }: of { $of } images { $vanished } vanished, { $changed } changed, { $relabelled } relabelled
finding-since-gone = The images are no longer in <code>{ $place }</code>, so nothing tells whether they are still those that were trained on.
finding-since-gone-advice = Scores and pictures are those of the images as they were.
finding-since-unknown = The data have changed since training, and this run has not kept which images it knew.
finding-since-unknown-advice = Scores and pictures are those of the images as they were.
since = Images that have changed since training
lab-since = { $run }: { $told }
finding-burst = It looks as if these { $n } images showed { $things } things, several images each ({ $splits }).
finding-burst-advice = If so, name them, so that a thing stays in one split and intervals count things: <code>--set "group={ $pattern }"</code>.
finding-burst-seconds-advice = Photographs of one class were taken within a second of each other. <code>linnaeus audit DATA --things things.csv</code> writes which images belong together; look through it, then train on <code>table("things.csv", group="thing")</code>: a thing stays in one split, and intervals count things.
finding-burst-neighbours-advice = Images next to each other by name are far more alike than others of their class, as frames of a film are. <code>linnaeus audit DATA --things things.csv</code> writes which belong together. A thing ends where the picture jumps, so one may be split in two, and two that look alike may be merged. Look through it, then train on <code>table("things.csv", group="thing")</code>: a thing stays in one split, and intervals count things.
finding-counted = { $split }: { $images } images of { $things }
finding-duplicate =
    { $n ->
        [one] { $n } { $split } image, { $share } of the split, duplicates another.
       *[other] { $n } { $split } images, { $share } of the split, duplicate others.
    }
finding-duplicate-advice = Duplicates count twice. If that is not intended, drop them with a fix list: <code>linnaeus fix DATA FILE.csv</code>.
finding-leak =
    { $n ->
        [one] { $n } { $split } image is also in the { $other } split: { $leaked } of its { $of } images, { $share }, are known in advance.
       *[other] { $n } { $split } images are also in the { $other } split: { $leaked } of its { $of } images, { $share }, are known in advance.
    }
finding-leak-advice = Leave the training copies out with <code>--drop-leaks</code>; what test and validation share, with a fix list: <code>linnaeus fix DATA FILE.csv</code>.
finding-shared-thing =
    { $things ->
        [one] One thing has images in both { $split } and { $other }: { $n } of the { $of } { $other } images show it, so that the score there is too good.
       *[other] { $things } things have images in both { $split } and { $other }: { $n } of the { $of } { $other } images show them, so that the score there is too good.
    }
finding-shared-thing-advice = The data set brings these splits. Move all images of a thing to one of them, or put all images into one folder for each class, so that splits are drawn by things.
finding-dropped =
    { $n ->
        [one] { $n } training image was left out, as <code>drop_leaks</code> demands: a duplicate of it is in validation or test.
       *[other] { $n } training images were left out, as <code>drop_leaks</code> demands: duplicates of them are in validation or test.
    }
finding-dropped-advice = Nothing remains to be done.
finding-contradiction =
    { $n ->
        [one] { $n } pair of duplicates has two different labels: { $labels }.
       *[other] { $n } pairs of duplicates have two different labels: { $labels }.
    }
finding-contradiction-advice = One label of each pair is wrong: correct it or drop the image with a fix list: <code>linnaeus fix DATA FILE.csv</code>.
finding-mirror = Flips are off, since it is not known whether a mirrored image keeps its class.
finding-mirror-advice = If it does (no text, digits, signs, left or right), add <code>| flip</code> to <code>augment</code>.
finding-mirror-turned = Some images, { $turn }, look like those of another class: { $moves }.
finding-mirror-turned-advice = Leave flips out of <code>augment</code>, as now, unless these classes differ in something else.
finding-mirror-shown = <code>{ $shown }</code> is requested, but it is not known whether a mirrored image keeps its class.
finding-mirror-shown-advice = Keep it only if it does: text, digits, signs, left and right do not.
finding-mirror-shown-turned = <code>{ $shown }</code> is requested, but some images, { $turn }, look like those of another class: { $moves }.
finding-mirror-shown-turned-advice = Remove <code>{ $shown }</code> from <code>augment</code> if these classes differ by it.
finding-mirror-changes = <code>{ $shown }</code> is requested, but mirroring changes these classes.
finding-mirror-changes-advice = Remove <code>{ $shown }</code> from <code>augment</code>.
finding-move = { $name } like { $to } ({ $count } of { $of })
finding-labels = { $name } and { $to } ({ $count })
finding-more = { $n } more
finding-stem = The first layers of <code>{ $model }</code> leave { $left }×{ $left } of { $side }×{ $side } pixels.
finding-stem-advice = Use a network for small images, such as <code>resnet(depth=20)</code>, its <code>stem="small"</code> where it has one, or a larger <code>image_size</code>.
finding-stem-layers = The first layers of <code>{ $model }</code> ({ $kernel }×{ $kernel }, stride { $stride }, pooling { $pooling }) leave { $left }×{ $left } of { $side }×{ $side } pixels.
finding-stem-layers-advice = Use a network for small images, such as <code>resnet(depth=20)</code>, or larger images, <code>--set image_size={ $larger }</code>.
finding-stem-small-advice = Use the network with <code>stem="small"</code>, or larger images, <code>--set image_size={ $larger }</code>.
finding-constant =
    { $n ->
        [one] { $n } image is a single colour.
       *[other] { $n } images are a single colour.
    }
finding-constant-advice = Nothing can be learned from them; drop them with a fix list: <code>linnaeus fix DATA FILE.csv</code>.
finding-dark =
    { $n ->
        [one] { $n } image is almost black.
       *[other] { $n } images are almost black.
    }
finding-dark-advice = Look at them, and drop those that show nothing with a fix list.
finding-bright =
    { $n ->
        [one] { $n } image is almost white.
       *[other] { $n } images are almost white.
    }
finding-bright-advice = Look at them, and drop those that show nothing with a fix list.
finding-blurred =
    { $n ->
        [one] { $n } image is far less sharp than the others.
       *[other] { $n } images are far less sharp than the others.
    }
finding-blurred-advice = Look at them, and drop those that show nothing with a fix list.
finding-odd-shape =
    { $n ->
        [one] { $n } image has an unusual aspect ratio.
       *[other] { $n } images have an unusual aspect ratio.
    }
finding-odd-shape-advice = See what the network sees of them with <code>linnaeus audit DATA --sheet FILE.png</code>.
finding-unknown = A later version of Linnaeus found: { $kind } ({ $n }).
finding-unknown-advice = Update Linnaeus to read what it means.
finding-odd-shape-crop-advice = <code>resize=crop</code> shows only the middle of them; see them with <code>linnaeus audit DATA --sheet FILE.png</code>.
finding-odd-shape-stretch-advice = <code>resize=stretch</code> distorts them; see them with <code>linnaeus audit DATA --sheet FILE.png</code>.
finding-odd-shape-pad-advice = <code>resize=pad</code> leaves much of their square black; see them with <code>linnaeus audit DATA --sheet FILE.png</code>.
finding-small-image =
    { $n ->
        [one] { $n } image is enlarged to at least twice its size, to { $side } pixels.
       *[other] { $n } images are enlarged to at least twice their size, to { $side } pixels.
    }
finding-small-image-advice = Replace them with larger ones, or set a smaller <code>image_size</code>.
finding-low-information =
    { $n ->
        [one] { $n } image holds almost no information, according to cleanvision.
       *[other] { $n } images hold almost no information, according to cleanvision.
    }
finding-low-information-advice = Look at them, and drop those that show nothing with a fix list.
finding-odd-size =
    { $n ->
        [one] { $n } image is of an unusual size, according to cleanvision.
       *[other] { $n } images are of an unusual size, according to cleanvision.
    }
finding-odd-size-advice = Look at them, and drop those that show nothing with a fix list.
finding-grey =
    { $n ->
        [one] { $n } grey image among colour ones.
       *[other] { $n } grey images among colour ones.
    }
finding-grey-advice = Nothing to do if they are spread over the classes.
finding-odd-format =
    { $n ->
        [one] { $n } { $formats } file among { $usual } files.
       *[other] { $n } { $formats } files among { $usual } files.
    }
finding-odd-format-advice = Look at them: placeholders for missing pictures often come in another format.

## network, recipe, machine

network = Network
network-note = Shapes, weights and multiply-accumulates (MACs) are for one image.
network-none = The network is <code>{ $model }</code>; the run was cut off before it was measured.
network-facts = <code>{ $model }</code>: { $n } weights, of which { $trainable } are trained; { $macs } MACs.
network-facts-all = <code>{ $model }</code>: { $n } weights, all of them trained; { $macs } MACs.
network-same = Its layers are those of run { $run }, listed above.
network-caption = Layers of the network
column-layer = layer
column-kind = type
column-output = output
column-weights = weights
column-macs = MACs
column-trains = trained
trains-yes = yes
trains-no = frozen
recipe = Recipe
recipe-note = First the fields that differ from their defaults; <code>--set name=value</code> changes any.
recipe-caption = The recipe: fields that differ from their defaults
recipe-rest =
    { $n ->
        [one] { $n } field has its default value
       *[other] { $n } fields have their default values
    }
recipe-defaults = The recipe: fields at their defaults
recipe-differs = The recipe: fields that differ from run { $run }
recipe-same = The recipe is that of run { $run }.
recipe-off = off
room-data = Data
room-training = Training
room-machine = Machine
room-other = Other
column-field = field
column-value = value
column-meaning = meaning
method-weights = It starts from the weights <code>{ $weights }</code>.
method-weights-new = Its weights are initialized at random.
method-train-all = All weights are trained.
method-train-head = Only the head is trained; the backbone is frozen, including its normalization statistics.
method-train-head-then-all = The head is trained first, then all weights.
method-train-last = The head and the last blocks are trained; everything before them is frozen.
method-train-gradual = Training starts with the head and adds the blocks before it one after another.
method-head = On the features of the frozen backbone a classifier is fitted: { $head }.
method-loss = The loss is { $loss }, minimized by { $optimizer }.
method-schedule = Learning rate schedule: { $schedule }.
method-length =
    Training takes { $n ->
        [one] { $n } epoch
       *[other] { $n } epochs
    } in batches of { $batch ->
        [one] { $batch } image
       *[other] { $batch } images
    }.
method-augment = Training images are augmented at random, anew in each epoch: { $augment }.
method-augment-none = Training images are not augmented.
method-choose-best = The weights kept are those of epoch { $epoch }, which had the lowest validation loss; the validation score is therefore slightly optimistic.
method-choose-last = The weights kept are those at the end of training; no epoch was chosen by its score.
method-no-val = No images were held out for validation.
method-test = The test split takes no part in training or in any choice; it is opened by a command of its own, and each opening is counted.
method-intervals = Each score is given with the number of images n and a 95&nbsp;% interval.
machine = Time and machine
machine-device = device
machine-cpu = processor
machine-cores = cores
machine-threads = threads used
machine-precision = number format
machine-compiled = compiled
machine-engine = engine
machine-processes = processes
machine-memory-gb = memory, GiB
machine-disk-gb = disk, GiB
machine-gpu = GPU
machine-system = operating system
machine-python = Python
machine-torch = PyTorch
machine-torchvision = torchvision
machine-timm = timm
machine-numpy = NumPy
machine-pillow = Pillow
machine-linnaeus = Linnaeus
time-train = training
time-epoch = one epoch, median
time-speed = images per second
time-total = including scoring
time-none = Nothing has been timed yet.
yes = yes
no = no
or = {" "}or{" "}
repeat = How to reproduce it
repeat-note = The same data, versions, device, number format and number of threads give the same weights on a CPU, bit for bit.
repeat-train = Train it again, with the same arithmetic
repeat-evaluate = Score it again
repeat-test = Open the sealed test split; each opening is counted
repeat-inspect = Inspect the mistakes again
repeat-predict = Classify new images
repeat-resume = Resume where it stopped
repeat-toml = The recipe as a file, <code>recipe.toml</code>
repeat-data = fingerprint of the data
repeat-weights = SHA-256 of the weights
repeat-recipe = SHA-256 of the recipe
foot-fingerprint = Fingerprint of this report: { $value }, from the data, recipes, weights and scores of its runs.
foot-data = data { $value }
foot-recipe = recipe { $value }
foot-weights = weights { $value }

## references, transfers, repeats

references = Published numbers
references-note = The run beside published results: comparable only where the same was done.
references-published = { $title } ({ $source }), { $row }: accuracy { $percent } ({ $split }).
references-score = This run: { $score }.
card-lab-residual-title = Thirteen networks on CIFAR-10
card-lab-residual-source = the table of the laboratory report
references-rows = Published networks, with their accuracy
references-weights = Weights of each network, as published and as counted here
references-unknown = Not stated by the card, and not held against the run: { $facts }.
references-caption = Differences from { $row } of { $card }
reference-reproduced = The result is reproduced: it lies within the interval and the tolerance of the card.
reference-reproduced-better = The result is reproduced and exceeded: the whole interval lies above it.
reference-not-reproduced = The result is not reproduced: the run falls short by { $points } points (95&nbsp;% interval { $interval }).
reference-not-comparable = The two are not comparable.
reference-sealed = The two are comparable, but the { $split } split of this run is sealed, and this does not open it.
reference-unscored = The two are comparable, but this run was not scored on that split ({ $split }).
cards = Published tables
column-card = card
column-rows = rows
column-row = row
column-source = source
column-title = title
column-accuracy-on = { $split } accuracy
column-tolerance = ± points
column-weights-published = weights published
column-weights-here = weights here
column-fact = fact
column-published = published
column-here = this run
fact-data = data
fact-image-size = image size
fact-held-out = training images held out
fact-model = network
fact-depth = depth
fact-activation = activation
fact-block = block
fact-weights = weights
fact-parameters = number of weights
fact-epochs = epochs
fact-batch = batch size
fact-batch-size = batch size
fact-augment = augmentation
fact-optimizer = optimizer
fact-optimizer-lr = learning rate
fact-progressive = side of the first training images, as a share of the full side
fact-schedule = schedule
transfers = Ways to carry the network over
transfers-note = Data <code>{ $data }</code>, weights <code>{ $weights }</code>. All ways are scored on the same validation images.
transfers-caption = Validation accuracy by way of training and share of the training images, with 95&nbsp;% intervals
transfers-figure = Validation accuracy by share of the training images, with 95&nbsp;% intervals
transfers-at = With { $share } of the images: { $text }
column-share-of-data = share
column-way = way
column-seed = seed
repeats = Repeats under several seeds
repeats-caption = Validation accuracy of each seed, with 95&nbsp;% intervals over images
repeats-over-seeds = Mean over { $n } seeds: { $mean }, 95&nbsp;% interval, Student’s over seeds and no narrower than that of the { $images } validation images, which all share; standard deviation { $std } points.
repeats-over-images = Mean over { $n } seeds: { $mean }, 95&nbsp;% interval of the { $images } validation images alone: two seeds do not tell how far others would be; standard deviation { $std } points.

## laboratory reports

lab-title = Laboratory report
lab-number = No.&nbsp;{ $blank }
lab-university = University
lab-department = Faculty, department
lab-course = Course: { $course }
lab-course-blank = name of the course
lab-topic = Topic: { $topic }
lab-topic-variant = { $topic }, variant { $variant }
lab-topic-general = image classification with neural networks
lab-author = Author: { $blank }
lab-author-blank = first and last name
lab-group = Group: { $blank }
lab-group-blank = group number
lab-variant = Variant: { $blank }
lab-variant-blank = number
lab-teacher = Checked by: { $blank }
lab-teacher-blank = name of the teacher
lab-place = City, year
aim = Aim
lab-aim = To study how a neural network is trained to classify images, and to measure the accuracy it reaches.
lab-tasks = Tasks
lab-task-run = Train { $model } on { $data } (run { $run }) and measure the result.
lab-task = Task { $place }
lab-no-run = No run in this report answers this task.
lab-write = Fill in the highlighted places. A page in a browser must then be printed to PDF or saved: closing it discards what was written.
lab-below = In full in the appendix: { $runs }.
lab-picture-seen = Images as the network sees them, by class
lab-picture-asked = Single images, with their class and what was predicted
lab-elsewhere = Pictures from elsewhere, with the predicted class and its probability
lab-appendix = Appendix: run { $run }
lab-answer = Your answer to this task, with the numbers above that support it: …
lab-conclusions = Conclusions
lab-conclusions-text = The records of the runs support these statements; what they mean is for the author to say.
lab-conclusion = Your conclusion: …
conclude-accuracy = { $run } classifies { $accuracy } of { $n } images correctly ({ $split }; 95&nbsp;% interval { $interval }; always guessing the most frequent class: { $chance }).
conclude-no-score = { $run } has no score yet.
conclude-sealed = The test split of { $run } was never opened: there is only the validation score.
conclude-recall = The weakest class of { $run } is { $name }: recall { $recall }.
conclude-before = See also task { $places }, where the same numbers answer.
conclude-before-several = See also tasks { $places }, where the same numbers answer.
conclude-nothing = The numbers of this report do not answer this question; the answer is for the author to give.
conclude-reach-sure = { $run } reaches { $share }: the whole interval lies above it ({ $split }, { $score }).
conclude-reach-seen = { $run } is above { $share } on these images ({ $split }, { $score }), but the interval reaches below: another sample could be below it.
conclude-reach-open = { $run } is below { $share } on these images ({ $split }, { $score }), but the interval reaches above: this many images do not decide it.
conclude-reach-not = { $run } does not reach { $share }: the whole interval lies below it ({ $split }, { $score }).
conclude-reach-after = The validation images of { $run } reach { $share } for the first time after epoch { $epoch }, about { $time } from the start of the training.
conclude-singles = { $run } classifies { $correct } of the { $n } images shown correctly ({ $split }); so few say nothing about all of them.
conclude-single = Image { $name }: label { $label }, prediction { $predicted } with probability { $probability }.
conclude-ends = { $run }: after { $n } epochs ({ $time }) { $train } of the images of a training batch (median) and { $val } of the validation images are classified correctly; the validation loss was lowest after epoch { $best }.
conclude-reach-none = Whether { $share } is reached is not answered here: no run of this report was trained for it.
conclude-mistakes = Misclassified ({ $split }): { $errors }; most often { $name } as { $other }, { $count } of { $of }.
conclude-mirror = Of the images that it classifies correctly, { $same } keep their prediction when they are mirrored left to right.
conclude-mirror-moves = Of the images that it classifies correctly, { $same } keep their prediction when they are mirrored left to right; most images of a class become another: { $moves }.
conclude-predicted =
    { $n ->
        [one] { $n } image without a label is classified as { $label }, with { $probability }.
       *[other] { $n } images without labels are classified as { $classes }; least certain is { $name }, as { $label } with { $probability }.
    }
conclude-time-fitted = The head of { $run } was fitted in { $time }, without epochs.
conclude-time =
    { $n ->
        [one] { $run } was trained in { $time }, { $n } epoch.
       *[other] { $run } was trained in { $time }, { $n } epochs.
    }

## fields of the recipe

field-data = data set
field-image-size = side of the square image that the network sees, in pixels
field-channels = 1 grey, 3 colour, 4 colour with transparency
field-resize = how an image becomes square
field-decoder = how files are read; 1: large JPEG files in full, 2: at a smaller scale
field-group = images of one thing stay together: a pattern over file names, or a column of the table
field-val = share of the images held out for validation
field-test = share sealed as the test split, where the data set has none
field-split-seed = which images fall into which split
field-strict = stop at an image that cannot be read
field-drop-leaks = leave out training images that are in another split too
field-loading = all images in memory, or decoded as needed
field-model = network
field-weights = weights that the network starts from; off: random
field-normalise = means and standard deviations of the pixels; auto: those of the weights, else of the images
field-rows = rows of the head for classes that the weights know
field-train = which part of the network is trained
field-head = classifier fitted to the features of a frozen backbone
field-views = augmented views of each image whose features are kept
field-backbone-lr-factor = learning rate of the backbone, as a fraction of the head’s
field-layer-decay = factor on the learning rate from each block to the one before it
field-share = share of the training images of each class that is used
field-replay = training images used per class that the weights know; -1: all
field-adjust = logit adjustment for classes of unequal size
field-distill = weight of the loss that holds the network to its previous predictions
field-augment = augmentation of training images
field-loss = loss that is minimized
field-optimizer = optimizer
field-schedule = learning rate schedule
field-epochs = passes over the training images
field-epoch-share = share of the training images shown in one epoch, different ones each time
field-budget = seconds for the whole training, from which the number of epochs is set
field-batch-size = images that pass through the network at once
field-accumulate = batches whose gradients make one step
field-sampling = how often an epoch shows the images of a class
field-seed = seed of all randomness in training
field-ema = decay per step of the moving average of the weights
field-swa = share of the epochs, the last ones, whose weights are averaged
field-progressive = side of the first training images, as a share of the full side
field-clip-norm = largest norm of the gradient
field-track = who else is told how the training goes
field-save-every = seconds between checkpoints; 0: as often as is cheap
field-choose = which weights are kept
field-tta = views of each image that are averaged, scored separately
field-device = requested device
field-precision = requested number format
field-threads = CPU threads; 0: the fastest number
field-workers = processes that decode images; 0: one per core
field-compile = torch.compile

## parts of the recipe and their options

part-sgd = stochastic gradient descent (SGD)
part-adam = Adam
part-adamw = AdamW
part-rmsprop = RMSprop
part-lbfgs = L-BFGS
part-muon = Muon
part-sam = sharpness-aware minimization (SAM)
part-cross-entropy = cross-entropy
part-focal = focal loss
part-l2 = an L2 penalty on the weights
part-orthonormal = an orthonormality penalty on the filters
part-constant = constant
part-one-cycle = one cycle
part-cosine = cosine decay
part-linear = linear decay
part-multi-step = step decay at given epochs
part-step = step decay at equal intervals
part-plateau = reduced when the validation loss plateaus
part-warm-restarts = cosine decay with warm restarts
part-warmup = warm-up
part-affine = affine transformations
part-alternating-flip = horizontal flip in every second epoch
part-blur = Gaussian blur
part-color = colour jitter
part-crop = random crops
part-cut-mix = CutMix
part-cutout = cutout
part-erase = random erasing
part-flip = horizontal flip
part-grayscale = conversion to grey
part-mix-up = mixup
part-noise = Gaussian noise
part-rand-augment = RandAugment
part-resized-crop = random resized crops
part-rotate = rotation
part-shift = shifts
part-sometimes = sometimes
part-trivial-augment = TrivialAugment
part-vertical-flip = vertical flip
part-logistic = logistic regression
part-ridge = ridge regression
part-knn = nearest neighbours
part-class-mean = nearest class mean
option-lr = learning rate
option-momentum = momentum
option-nesterov = Nesterov momentum
option-weight-decay = weight decay
option-smoothing = label smoothing
option-pad = padding, pixels
option-p = probability
option-base = around
option-rho = radius
option-factor = factor
option-at = at epochs
option-every = every
option-strength = strength
option-warmup = warm-up share
option-patience = patience, epochs
option-degrees = degrees
exported = exported
exported-text = { $file }, { $size } MB, { $classes } classes: takes RGB pictures of any size
exported-parity = parity
exported-parity-text =
    { $n ->
        [one] { $n } picture is answered as the run answers it; probabilities differ by { $largest } at most (tolerance { $tolerance })
       *[other] { $n } pictures are answered as the run answers them; probabilities differ by { $largest } at most (tolerance { $tolerance })
    }
exported-bf16 = precision
exported-bf16-text = the run itself computes in mixed precision; from that the file differs by { $largest } at most
language-name = English
page-title = Image classifier: { $run }
page-loading = The model is being loaded …
page-failed = The model cannot be run in this browser: { $reason }. A recent Chrome, Edge, Firefox or Safari can.
page-drop = Drop pictures here, or choose them
page-paste = Pasting a picture works too.
page-camera = Take a photograph
page-private = Pictures stay on this device: the page makes no connection.
page-sent = Pictures are sent to the service that this page comes from, which keeps none.
page-take = Take it
page-cancel = Cancel
page-clear = Clear
page-top = Classes shown:
page-about = About this classifier
page-classes = Classes
page-is-unknown = Too uncertain: possibly none of these classes
page-unreadable = This picture cannot be read: { $reason }
page-large = too many pixels
page-pasted = pasted picture
page-photo = photograph
page-score =
    { $n ->
        [one] It classified { $share } of { $n } { $split } image correctly; on images like it, expect { $interval } (95&nbsp;%&nbsp;interval).
       *[other] It classified { $share } of { $n } { $split } images correctly; on images like these, expect { $interval } (95&nbsp;%&nbsp;interval).
    }
page-no-score = It was not scored on images held out from training: nothing is known of how often it is right.
page-trained =
    { $n ->
        [one] It was trained on { $n } image ({ $data }).
       *[other] It was trained on { $n } images ({ $data }).
    }
page-unknown = A picture whose most probable class has less than { $share } is marked as too uncertain.
page-no-unknown = It has no threshold for pictures of something else: it always names one of its classes.
page-cannot = It knows nothing but the classes below. A picture of anything else, or taken under other conditions than the training images, may get a wrong class with a high probability.
page-made = Made with Linnaeus { $version } and ONNX Runtime. Training data: { $fingerprint }.
exported-int8 = int8
exported-int8-text = { $same } of the answers stay as they are; on this machine { $speedup } times the speed of float32
card-what = An image classifier of { $n } classes, trained with Linnaeus; the network is { $model }. model.onnx takes raw RGB pictures of any size: resize, crop, normalisation and calibration are inside.
card-evaluation = Evaluation
card-data = Training data
card-data-text = { $data }: { $counts }. Fingerprint of the images: { $fingerprint }.
card-use = Intended use and limits
card-untested = What is not listed under Evaluation was not tested: other cameras, places and times, fairness between groups of people, deliberate deception.
card-run = How to run it
card-timm = timm loads these weights and config.json too. Its own transform resizes otherwise, so that it gives other pixels, and sometimes other answers, than those that the scores were measured with.

# A service.

serving-page = page
serving-page-text = { $link }
serving-ask = ask
serving-ask-text = curl --data-binary @FILE { $token }{ $address }
serving-protocol = protocol
serving-protocol-text = { $address } (Open Inference Protocol 2; Triton's and KServe's clients)
serving-stop = stop
serving-stop-text = Ctrl-C; answers under way are given first

## fine-tuning in stages

tuning = Fine-tuning in stages
tuning-note = A further stage is kept only where a paired permutation test of the Brier score on the validation images says that it is better, and no fewer of them are classified correctly. The test pays for the choice among weights on the way from the stage before.
tuning-caption = Stages, in the order in which they were tried; gains in percentage points over what had been kept, with 95&nbsp;% intervals
tuning-label = stage
tuning-fitted = Fitted to features that were computed once: { $chosen }, chosen { $by }.
tuning-by-validation = by the log loss on validation
tuning-by-cross-validation = by cross-validation
tuning-by-default = by default
tuning-steps =
    { $n ->
        [one] Trained for { $n } epoch.
       *[other] Trained for { $n } epochs.
    }
tuning-validation = validation { $score }
tuning-gain = { $points } points ({ $ends }), Brier score { $p }
tuning-kept = kept
tuning-dropped = not better, not kept
tuning-left-out-budget = not tried: beyond the budget
tuning-left-out-memory = not tried: too little memory
tuning-left-out-validation = not tried: no validation images to judge it by
tuned-head = the head, on features of the frozen backbone
tuned-last =
    { $n ->
        [one] the head and the last block
       *[other] the head and the last { $n } blocks
    }
tuned-all = all weights
column-stage = trained
column-p-brier = p (Brier score)
column-gain = gain
column-outcome = outcome
method-train-best = The head is trained on the frozen backbone; further stages are kept where they are better on validation.
split-cv = cross-validated
