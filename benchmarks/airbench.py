"""CIFAR-10 to 94 % as fast as is published: airbench94 with Muon, in plain torch, from its paper's description, as a peer for `gpu.py`.

Jordan 2024, arXiv 2404.00498, and Jordan et al. 2024 on Muon: a frozen layer that whitens 2 × 2 patches, three groups of two
convolutions (64, 256, 256) that begin as the identity, norms without a scale, GELU, the maximum over positions, logits divided by 9;
images as half precision on the device, mirrored every second epoch and moved by up to 2 pixels, batches of 2,000, eight epochs, labels
smoothed by 0.2; filters are taught by Muon (rate 0.24, momentum 0.6, orthogonalised by five Newton-Schulz steps, each filter bank
brought to a constant norm), the rest by SGD with Nesterov momentum 0.85 and a rate falling in a line; scored as the mean of six views.
"""

import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
BATCH, SMOOTHING, SHIFT = 2000, 0.2, 2
MUON = {"lr": 0.24, "momentum": 0.6}
BIAS, HEAD, DECAY = 0.053, 0.67, 2e-6 * BATCH  # rates of the rest, and its weight decay


class Norm(nn.BatchNorm2d):
    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=1e-12, momentum=0.4)
        self.weight.requires_grad_(False)


def group(before: int, channels: int) -> nn.Sequential:
    first, second = (nn.Conv2d(one, channels, 3, padding="same", bias=False) for one in (before, channels))
    for layer in (first, second):
        nn.init.dirac_(layer.weight[: layer.weight.size(1)])
    return nn.Sequential(first, nn.MaxPool2d(2), Norm(channels), nn.GELU(), second, Norm(channels), nn.GELU())


class Net(nn.Module):
    def __init__(self, classes: int = 10, widths: tuple[int, ...] = (64, 256, 256)) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.whiten.weight.requires_grad_(False)
        self.groups = nn.Sequential(
            *(group(*pair) for pair in zip((24, *widths), widths, strict=False)), nn.MaxPool2d(3)
        )
        self.head = nn.Linear(widths[-1], classes, bias=False)

    @torch.no_grad()
    def prime(self, images: Tensor) -> None:
        patches = F.unfold(images.float(), 2).transpose(1, 2).reshape(-1, 12)
        values, vectors = torch.linalg.eigh((patches.T @ patches / len(patches)).cpu().double())
        filters = (vectors.T / (values + 5e-4).sqrt()[:, None]).reshape(12, 3, 2, 2)
        self.whiten.weight.copy_(torch.cat([filters, -filters]))
        self.whiten.bias.zero_()

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.groups(F.gelu(self.whiten(images))).flatten(1)) / 9


class Muon(torch.optim.Optimizer):
    """Momentum whose update of each filter bank is made orthogonal; the bank keeps its norm."""

    def __init__(self, parameters: list[nn.Parameter], lr: float, momentum: float) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for options in self.param_groups:
            for weight in options["params"]:
                state = self.state[weight]
                moving = state.setdefault("moving", torch.zeros_like(weight))
                moving.mul_(options["momentum"]).add_(weight.grad)
                update = weight.grad + options["momentum"] * moving
                weight.mul_(len(weight) ** 0.5 / weight.norm())
                weight.add_(orthogonal(update.flatten(1)).view_as(weight), alpha=-options["lr"])


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest half-orthogonal matrix, roughly, by five steps of a quintic Newton-Schulz iteration."""
    found = matrix.bfloat16() if matrix.is_cuda else matrix
    found = found / (found.norm() + 1e-7)
    tall = len(found) > found.shape[1]
    found = found.T if tall else found
    for _ in range(5):
        square = found @ found.T
        found = 3.4445 * found + (-4.7750 * square + 2.0315 * square @ square) @ found
    return (found.T if tall else found).to(matrix.dtype)


def epochs_of(images: Tensor, labels: Tensor, draws: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches without end: each image mirrored in every second epoch, moved by up to two pixels, the edge reflected."""
    mirrored = torch.rand(len(images), generator=draws).to(images.device) < 0.5
    padded, size = F.pad(images, (SHIFT,) * 4, "reflect"), images.shape[-1]
    batch = min(BATCH, len(images))
    while True:
        windows = padded.unfold(2, size, 1).unfold(3, size, 1)
        down, right = torch.randint(0, 2 * SHIFT + 1, (2, len(images)), generator=draws).to(images.device)
        moved = windows[torch.arange(len(images), device=images.device), :, down, right]
        moved = torch.where(mirrored[:, None, None, None], moved.flip(-1), moved).contiguous(
            memory_format=torch.channels_last
        )
        mirrored = ~mirrored
        order = torch.randperm(len(images), generator=draws).to(images.device)
        for start in range(0, len(order) - batch + 1, batch):
            places = order[start : start + batch]
            yield moved[places], labels[places]


@torch.no_grad()
def views(net: nn.Module, images: Tensor) -> Tensor:
    """The mean logits of an image, its mirror, and both moved by a pixel to either corner, which count half."""

    def both(some: Tensor) -> Tensor:
        return net(some) + net(some.flip(-1))

    padded, size = F.pad(images, (1,) * 4, "reflect"), images.shape[-1]
    corners = both(padded[..., :size, :size]) + both(padded[..., 2:, 2:])
    return both(images) * 0.5 + corners * 0.25


def train(
    train_images: Tensor, train_labels: Tensor, test_images: Tensor, test_labels: Tensor, *, epochs: float, seed: int
) -> dict[str, float]:
    """uint8 images (N, 3, 32, 32) and labels on the device → the share of test images that are right, and the seconds it took."""
    device = train_images.device
    torch.manual_seed(seed)
    kind = torch.half if device.type == "cuda" else torch.float
    start = time.perf_counter()
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (MEAN, STD))
    ready = [
        ((images / 255 - mean) / std).to(kind).contiguous(memory_format=torch.channels_last)
        for images in (train_images, test_images)
    ]
    net = Net(int(train_labels.max()) + 1).to(device, memory_format=torch.channels_last).to(kind)
    for norm in net.modules():
        if isinstance(norm, Norm):
            norm.float()
    net.prime(ready[0][:5000])
    filters = [weight for name, weight in net.groups.named_parameters() if weight.ndim == 4]
    biases = [module.bias for module in net.modules() if isinstance(module, Norm)]
    muon = Muon(filters, **MUON)
    rest = [{"params": [net.whiten.bias, *biases], "lr": BIAS}, {"params": [net.head.weight], "lr": HEAD}]
    for options in rest:
        options["weight_decay"] = DECAY / options["lr"]
    sgd = torch.optim.SGD(rest, momentum=0.85, nesterov=True)
    rates = [(options, options["lr"]) for optimizer in (muon, sgd) for options in optimizer.param_groups]
    steps = max(2, round(epochs * (len(train_images) // min(BATCH, len(train_images)))))
    batches = epochs_of(ready[0], train_labels, torch.Generator().manual_seed(seed))
    net.train()
    for step in range(steps):
        images, labels = next(batches)
        for options, rate in rates:
            options["lr"] = rate * (1 - step / steps)
        loss = F.cross_entropy(net(images).float(), labels, label_smoothing=SMOOTHING)
        net.zero_grad(set_to_none=True)
        loss.backward()
        muon.step()
        sgd.step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    trained_s = time.perf_counter() - start
    net.eval()
    right = sum(
        int((views(net, some).argmax(1) == named).sum())
        for some, named in zip(ready[1].split(2000), test_labels.split(2000), strict=True)
    )
    return {
        "accuracy": right / len(test_labels),
        "n": len(test_labels),
        "train_s": trained_s,
        "total_s": time.perf_counter() - start,
        "steps": steps,
    }
