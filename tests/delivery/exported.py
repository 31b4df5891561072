"""A small trained-looking classifier and pictures of all kinds, for what is tested of exports."""

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier, build_module
from linnaeus.classifier.confidence import Certainty
from linnaeus.delivery.passport import Passport
from linnaeus.recipe.spec import parse

CLASSES = ("cat", "dog", "</script>", "=cmd", "ёж")


def passport(one: Classifier) -> Passport:
    return Passport(classes=one.classes, preprocessing=one.preprocessing, calibration=one.calibration)


def classifier(model: str = "lenet", channels: int = 3, size: int = 32, resize: str = "crop") -> Classifier:
    """Random weights, scaled until its answers are as decided as those of a trained network."""
    torch.manual_seed(0)
    module = build_module(parse(model), channels, len(CLASSES), size)
    smooth_BCHW = torch.nn.functional.interpolate(torch.randn(256, channels, 3, 3), size, mode="bicubic")
    with torch.no_grad():  # batch norms that have seen pictures: features then tell them apart
        for layer in module.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.momentum = None
        module.train()(smooth_BCHW)
    head = module.head
    assert isinstance(head, nn.Linear)
    with torch.no_grad():
        features_BD = module.eval().features(smooth_BCHW)  # type: ignore[operator]
        head.bias.copy_(-head(features_BD).mean(0))
        factor = 2 / head(features_BD).std(0).mean()
        head.weight.mul_(factor)
        head.bias.mul_(factor)
    return Classifier(
        module=module,
        classes=CLASSES,
        preprocessing=Preprocessing(
            size=size,
            channels=channels,
            resize=resize,
            mean=(0.5, 0.4, 0.3)[:channels],
            std=(0.2, 0.25, 0.3)[:channels],
        ),
        model=parse(model),
        calibration=Certainty(
            temperature=1.7, unknown_below=0.3, set_from={0.9: 0.1}, class_from={0.9: (0.1, None, 0.2, None, 0.1)}
        ),
    )


def pictures(folder: Path, count: int = 40) -> list[tuple[str, Path]]:
    """JPEG with EXIF 1 to 8, PNG in colour, grey, 16 bits, with alpha and a palette, WebP; smooth, of many sizes."""
    draws = np.random.default_rng(0)
    found = []
    for place in range(count):
        height, width = (int(side) for side in draws.integers(3, 160, 2))
        small = Image.fromarray(draws.integers(0, 256, (5, 6, 3), dtype=np.uint8))
        picture, options, kind = small.resize((width, height), Image.Resampling.BICUBIC), {}, place % 8
        if kind in (0, 1):
            exif = Image.Exif()
            exif[0x0112] = 1 + place // 2 % 8
            options = {"exif": exif.tobytes(), "quality": 90}
        elif kind == 2:
            picture = picture.convert("L")
        elif kind == 3:
            picture.putalpha(Image.fromarray(draws.integers(0, 256, (height, width), dtype=np.uint8)))
        elif kind == 4:
            picture = picture.convert("P")
        elif kind == 5:
            picture = Image.fromarray(draws.integers(0, 65536, (height, width), dtype=np.uint16))
        suffix = "jpg" if kind in (0, 1) else "webp" if kind == 6 else "png"
        buffer = io.BytesIO()
        picture.save(buffer, {"jpg": "JPEG", "png": "PNG", "webp": "WebP"}[suffix], **options)
        path = folder / f"{place:03d}.{suffix}"
        path.write_bytes(buffer.getvalue())
        found.append((path.name, path))
    return found
