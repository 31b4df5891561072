"""A few photographs a class: the head that `linnaeus train` fits beside four others, on the same features and the same draws.

    python benchmarks/few_images.py --folder FOLDER [--weights imagenet] [--draws 10] [--sizes 5,10,20,50] [--split val]

FOLDER has train/ and val/ with a folder for each class. The features are computed once; each draw takes so many training images of each
class, and every head is scored on all of val/, or of test/ once nothing is going to be chosen by it. No head sees such an image
before: ours cross-validates its strength on what was drawn. The others have the strengths
that ../shared/MEASURED.md names ("Few images a class").
    ours         parts/heads/logistic.py as the default has it
    class mean   the nearest mean
    ridge        scikit-learn's RidgeClassifier, strength 1, features standardised
    standardised logistic, each feature standardised, C 0.01
    normalised   logistic on features of length 1, C 10
Told: mean ± standard deviation over the draws, and of each draw's difference from the best of the others its mean with a 95 % interval
(Student's, over draws; draws share their validation images, so it says nothing of other images).
"""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.stats import t
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from threadpoolctl import threadpool_limits

import linnaeus
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse

Fit = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # features and labels of a draw, features to answer


def seen(folder: Path, weights: str) -> tuple[np.ndarray, np.ndarray]:
    """Features (N, D) and labels (N,) of a split."""
    files = sorted(file for file in folder.rglob("*.*") if file.is_file())
    classes = sorted({file.parent.name for file in files})
    labels = np.array([classes.index(file.parent.name) for file in files])
    return linnaeus.features(files, weights=weights, progress=False), labels


def ours(features: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    head = catalog.build("heads", parse("logistic"))
    module = head.fit(features, labels, np.ones(len(labels)), int(labels.max()) + 1, None)
    with torch.inference_mode():
        return module(torch.from_numpy(asked)).argmax(1).numpy()


def of_sklearn(*parts) -> Fit:
    return lambda features, labels, asked: make_pipeline(*parts).fit(features, labels).predict(asked)


WAYS: dict[str, Fit] = {
    "ours": ours,
    "class mean": of_sklearn(NearestCentroid()),
    "ridge": of_sklearn(StandardScaler(), RidgeClassifier()),
    "standardised": of_sklearn(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000)),
    "normalised": of_sklearn(Normalizer(), LogisticRegression(C=10, max_iter=1000)),
}


def drawn(labels: np.ndarray, each: int, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed)
    return np.concatenate([draws.permutation(np.flatnonzero(labels == k))[:each] for k in range(int(labels.max()) + 1)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--sizes", default="5,10,20,50")
    parser.add_argument("--split", choices=("val", "test"), default="val", help="whose images the heads are scored on")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    features, labels = seen(given.folder / "train", given.weights)
    asked, wanted = seen(given.folder / given.split, given.weights)
    print(f"{given.weights}, {len(wanted)} {given.split} images, {given.draws} draws", flush=True)
    for size in map(int, given.sizes.split(",")):
        shares: dict[str, list[float]] = {name: [] for name in WAYS}
        for seed in range(given.draws):
            rows = drawn(labels, size, seed)
            for name, fit in WAYS.items():
                with threadpool_limits(1, "blas"):
                    said = fit(features[rows], labels[rows], asked)
                shares[name].append(100 * float((said == wanted).mean()))
        told = {name: f"{np.mean(found):.1f} ± {np.std(found, ddof=1):.1f}" for name, found in shares.items()}
        rival = max((name for name in WAYS if name != "ours"), key=lambda name: np.mean(shares[name]))
        apart = np.subtract(shares["ours"], shares[rival])
        half = t.ppf(0.975, given.draws - 1) * apart.std(ddof=1) / given.draws**0.5
        print(f"{size:3} a class  " + "  ".join(f"{name} {text}" for name, text in told.items()))
        print(
            f"             ours − {rival}: {apart.mean():+.1f} ({apart.mean() - half:+.1f} to {apart.mean() + half:+.1f})"
        )


if __name__ == "__main__":
    main()
