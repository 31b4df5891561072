"""Runs made up for the tests of the page: records and files as a training leaves them, without one."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from linnaeus.evaluation.forgetting import forgetting
from linnaeus.evaluation.inspection.mistakes import typical, worst
from linnaeus.record.facts import DataFacts, Environment, EpochRow, Layer, ModelFacts, Times
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.stats.score import score

RECIPE = {
    "data": "digits",
    "image_size": 8,
    "channels": 1,
    "resize": "crop",
    "val": 0.15,
    "test": 0.15,
    "split_seed": 0,
    "strict": False,
    "loading": "auto",
    "model": "lenet(activation='tanh')",
    "augment": "shift(1) | erase",
    "loss": "cross_entropy",
    "optimizer": "adamw(lr=0.003, weight_decay=0.05)",
    "schedule": "one_cycle",
    "epochs": 40,
    "budget": 0.0,
    "batch_size": 64,
    "seed": 0,
    "ema": 0.0,
    "clip_norm": 1.0,
    "choose": "best",
    "device": "auto",
    "precision": "auto",
    "threads": 0,
    "workers": 0,
    "compile": "auto",
}

ENVIRONMENT = Environment(
    device="cpu",
    precision="fp32",
    threads=2,
    cpu="A processor of 2.50 GHz",
    cores=2,
    memory_gb=15.6,
    disk_gb=252.0,
    system="Linux 6.1 x86_64",
    python="3.11.9",
    torch="2.15.0",
    linnaeus="0.1.0",
)


def history(epochs, val=True, seed=0):
    """Rows as the training writes them: a loss that falls, an accuracy that rises."""
    rng = np.random.default_rng(seed)
    rows = []
    for epoch in range(1, epochs + 1):
        loss = 0.02 + 2.3 * np.exp(-epoch / 5) * np.exp(rng.normal(0, 0.05))
        accuracy = min(0.985 - 0.85 * np.exp(-epoch / 4) + rng.normal(0, 0.005), 1.0)
        row = {"epoch": epoch, "step": 20 * epoch, "lr": 0.003 * np.sin(np.pi * epoch / (epochs + 1))}
        row |= {"loss": loss, "loss_q1": 0.8 * loss, "loss_q3": 1.3 * loss}
        row |= {"accuracy": accuracy, "accuracy_q1": accuracy - 0.03, "accuracy_q3": min(accuracy + 0.02, 1.0)}
        if val:
            right = min(accuracy + 0.008, 1.0)
            row |= {"val_loss": 0.9 * loss + 0.03, "val_accuracy": right, "val_n": 270}
            row |= {"val_low": right - 0.025, "val_high": min(right + 0.012, 1.0)}
        whole = ("epoch", "step", "val_n")
        rows.append(EpochRow(**{key: value if key in whole else float(value) for key, value in row.items()}))
    return tuple(rows)


def pictures(labels, size, channels, seed=0):
    """Blots whose place tells the class: (N, H, W, C) uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size - 0.5
    angle = 2.4 * np.asarray(labels)[:, None, None]
    blot = np.exp(-(((x - 0.25 * np.cos(angle)) ** 2 + (y - 0.25 * np.sin(angle)) ** 2) * 20))
    noise = rng.integers(0, 40, size=(*blot.shape, channels))
    tint = rng.integers(120, 215, size=(len(labels), 1, 1, channels))
    images = (blot[..., None] * tint + noise).astype(np.uint8)
    if channels == 4:
        images[..., 3] = 255 * (blot > 0.2)
    return images


def shown(places, labels_N, probabilities_NK, names_N, size, channels):
    """What is kept of some images as pictures."""
    return {
        "images": pictures(labels_N[places], size, channels),
        "labels": labels_N[places],
        "predicted": probabilities_NK[places].argmax(1),
        "confidence": probabilities_NK[places].max(1, initial=0),
        "names": names_N[places],
    }


def layers(size, classes):
    rows = [
        ("features.0", "Conv2d", (6, size, size), 156, 156 * size * size, True),
        ("features.1", "Tanh", (6, size, size), 0, 0, False),
        ("features.2", "AvgPool2d", (6, size // 2, size // 2), 0, 0, False),
        ("features.3", "BatchNorm2d", (6, size // 2, size // 2), 12, 0, False),
        ("head", "Linear", (classes,), 84 * classes + classes, 84 * classes, True),
    ]
    keys = ("name", "kind", "output", "parameters", "macs", "trains")
    return tuple(Layer(**dict(zip(keys, row, strict=True))) for row in rows)


def run(runs: Path, *, name="digits-1", classes=None, size=8, channels=1, n=270, epochs=40, splits=("val",), **changes):
    """A finished run in its folder; `changes` are fields of its record."""
    classes = classes or [str(digit) for digit in range(10)]
    rng = np.random.default_rng(1)
    folder = RunFolder(runs / name)
    per_class = {split: rng.multinomial(count, np.full(len(classes), 1 / len(classes))).tolist()
                 for split, count in (("train", 1257), ("val", n), ("test", n))}  # fmt: skip
    found = {}
    for split in splits:
        labels_N = np.repeat(np.arange(len(classes)), per_class[split])
        logits_NK = 2 * rng.normal(size=(len(labels_N), len(classes)))
        logits_NK[np.arange(len(labels_N)), labels_N] += 7
        probabilities_NK = np.exp(logits_NK) / np.exp(logits_NK).sum(1, keepdims=True)
        names_N = np.array([f"{classes[label]}/{split} {index:05d}.png" for index, label in enumerate(labels_N)])
        found[split] = score(labels_N, probabilities_NK, classes, split=split)
        arrays = {"names": names_N, "labels": labels_N, "probabilities": probabilities_NK.astype(np.float32)}
        folder.save_predictions(split, arrays)
        answered = (labels_N, probabilities_NK, names_N)
        mistaken = shown(worst(labels_N, probabilities_NK), *answered, size, channels)
        folder.save_pictures(f"mistakes-{split}", mistaken)
        kinds = typical(labels_N, probabilities_NK)
        examples = shown(np.array([*kinds.values()], int), *answered, size, channels)
        folder.save_pictures(f"examples-{split}", examples | {"kinds": np.array([*kinds], dtype=str)})
    sampled = np.repeat(np.arange(len(classes)), max(1, min(3, 60 // len(classes))))[:120]
    folder.save_pictures("samples", {"images": pictures(sampled, size, channels, seed=2), "labels": sampled})
    record = RunRecord(
        name=name,
        status="finished",
        recipe=RECIPE | {"image_size": size, "channels": channels, "epochs": max(epochs, 1)},
        data=DataFacts(
            source="digits",
            fingerprint="9f2c41d07b6e5a38",
            classes=tuple(classes),
            counts={split: sum(counts) for split, counts in per_class.items()},
            per_class={split: tuple(counts) for split, counts in per_class.items()},
            image_size=size,
            channels=channels,
            loading="resident",
        ),
        environment=ENVIRONMENT,
        model=ModelFacts(
            parameters=sum(row.parameters for row in layers(size, len(classes))),
            trainable=156 + 85 * len(classes),
            macs=sum(row.macs for row in layers(size, len(classes))),
            layers=layers(size, len(classes)),
        ),
        time=Times(train_s=5.13, images_per_s=9_801.4, epochs_s=(0.128,) * epochs, total_s=5.9),
        scores=found,
        test_openings=int("test" in splits),
        history=history(epochs),
    )
    record = replace(record, **changes)
    folder.save_recipe("".join(f"{key} = {value!r}\n" for key, value in record.recipe.items()))
    folder.save_record(record)
    return folder


def forgotten(new=("lizard", "snake"), each=60, lost=0.03, split="val", seed=0):
    """What a record holds of forgetting: ten old classes of which `lost` are taken for new ones, and the new, half of them missed."""
    rng = np.random.default_rng(seed)
    old = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    classes = (*old, *new)
    labels_N = np.repeat(np.arange(len(classes)), each)
    was_N = np.where(rng.random(len(labels_N)) < 0.93, labels_N, rng.integers(len(old), size=len(labels_N)))
    drawn_N = rng.random(len(labels_N))
    now_N = np.where(drawn_N < lost, rng.integers(len(old), len(classes), size=len(labels_N)), was_N)
    is_new_N = labels_N >= len(old)
    mistaken_N = np.where(
        rng.random(len(labels_N)) < 0.6, old.index("frog"), rng.integers(len(old), size=len(labels_N))
    )
    now_N = np.where(is_new_N, np.where(drawn_N < 0.5, labels_N, mistaken_N), now_N)
    before_NJ, after_NK = np.eye(len(old))[was_N % len(old)], np.eye(len(classes))[now_N]
    return forgetting(labels_N, classes, after_NK, before_NJ, old, split=split)
