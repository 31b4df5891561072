"""A few points of the campaign, and the campaign itself under the marker slow: see docs/reliability.md."""

import os
import random
import signal
import sys
from pathlib import Path

import pytest

from tests.reliability import world
from tests.reliability.campaign import Campaign, Point, shares
from tests.reliability.world import Fault

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or world.compiler() is None, reason="the world is made for Linux, by a C compiler"
)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory):
    made = Campaign(tmp_path_factory.mktemp("campaign").resolve(), servers=1)
    yield made
    made.close()


def test_a_few_points_of_a_training(campaign: Campaign) -> None:
    known = campaign.undisturbed("sgd-mixup-ema")
    assert known.changes > 100 and any(name.endswith("model.safetensors") for name in known.found)
    at = random.Random(0).sample(range(1, known.changes), 6)
    faults = [("kill", 1), ("power", 0), ("power", 1), ("full", 0), ("signal", int(signal.SIGTERM)), ("twice", 2)]
    points = [
        Point(job="sgd-mixup-ema", fault=Fault(mode=mode, at=place, variant=variant))
        for (mode, variant), place in zip(faults, at, strict=True)
    ]
    assert [wrong for point in points if (wrong := campaign.tried(point, known))] == []
    assert sum(campaign.count.hit.values()) == len(points), "each fault must have ended its training"


def test_what_is_written_carelessly_is_found(campaign: Campaign) -> None:
    known = campaign.undisturbed("careless")
    assert known.changes == 2  # the file is made, and written
    within, lost, late = (
        campaign.tried(Point(job="careless", fault=fault), known)
        for fault in (
            Fault(mode="kill", at=2, variant=1),
            Fault(mode="power", at=2, variant=1),
            Fault(mode="kill", at=1),
        )
    )
    assert "differs in ['careless.txt']" in str(within) and "differs in ['careless.txt']" in str(lost)
    assert late is None, "killed before the first change there is nothing to be wrong"


@pytest.mark.slow
def test_the_campaign(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path.resolve())
    count = campaign.run(shares(int(os.environ.get("LINNAEUS_POINTS", "1000"))), seed=0)
    campaign.close()
    assert count.failures == []
