"""Run by torchrun on two processes: what they tell one another, checked by each of them against the whole."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from linnaeus.data.batch import Batch
from linnaeus.distributed import ranks
from linnaeus.errors import TrainingError
from linnaeus.training import together

here = ranks()
assert here.world == 2 and not here.alone
torch.manual_seed(0)  # both make the same whole
rows = torch.arange(7, dtype=torch.uint8)
assert len(here.part(rows)) == (4, 3)[here.rank]
assert torch.equal(here.gather(here.part(rows)), rows)  # uneven parts
assert here.same(f"from {here.rank}") == "from 0"
assert here.each(here.rank) == [0, 1]
assert here.any(here.rank == 1) and not here.any(False)

# batch norm: of the part it gives what it gives of the whole, forward and backward, and for the running statistics
images = 3 * torch.randn(7, 5, 4, 4) + 2
slopes = torch.randn_like(images)
for norm, inputs, wanted_slopes in (
    (nn.BatchNorm2d(5), images, slopes),
    (nn.BatchNorm2d(5, momentum=None), images, slopes),
    (nn.BatchNorm2d(5, affine=False, track_running_stats=True), images, slopes),
    (nn.BatchNorm1d(5), images[:, :, 0, 0], slopes[:, :, 0, 0]),
):
    shared = nn.Sequential(type(norm)(5, momentum=norm.momentum, affine=norm.affine))
    together.share_batch_norm(shared, here)
    whole, part = inputs.clone().requires_grad_(), here.part(inputs).clone().requires_grad_()
    wanted, found = norm(whole), shared(part)
    torch.testing.assert_close(found, here.part(wanted), atol=1e-5, rtol=1e-5)
    wanted.backward(wanted_slopes)
    found.backward(here.part(wanted_slopes))
    torch.testing.assert_close(part.grad, here.part(whole.grad), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(shared[0].running_mean, norm.running_mean)
    torch.testing.assert_close(shared[0].running_var, norm.running_var)
    together.add_up(shared, torch.zeros(()), here)
    for own, theirs in zip(shared.parameters(), norm.parameters(), strict=True):
        torch.testing.assert_close(own.grad, theirs.grad, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(shared.eval()(part), norm.eval()(here.part(inputs)))


class Decoded:
    """A loader that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def batches(self, orders, epoch=0):
        for order in orders:
            self.asked += order.tolist()
            places = torch.from_numpy(order)
            yield Batch(images_BCHW=places.to(torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 2, 2), labels_B=10 * places)


decoded, orders = Decoded(), [np.array([5, 3, 8]), np.array([1, 2, 7])]
for order, batch in zip(orders, together.Gathered(decoded, here).batches(orders, 4), strict=True):
    assert batch.images_BCHW[:, 0, 0, 0].tolist() == order.tolist() == batch.indices_B.tolist()
    assert batch.labels_B.tolist() == (10 * order).tolist() and batch.epoch == 4
assert decoded.asked == ([5, 3, 1, 2], [8, 7])[here.rank]

if here.rank == 1:
    Path("done").touch()
    raise SystemExit(0)
while not Path("done").exists():
    pass
try:
    here.sum(torch.zeros(1))
except TrainingError as error:
    assert "another process of this training is gone" in str(error)
else:
    raise AssertionError("a process that is gone was not missed")
