"""What holds for all tests."""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from linnaeus.recipe import trusted

# Before torch is imported, and for all that tests start: workers share the cores, and on two of them two threads each take a third longer.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# As the command does: modules, and the thousands of collected tests, are never garbage.
gc.set_threshold(50_000)

# Machines that run tests are busy: how long an example takes says nothing about the code.
settings.register_profile("linnaeus", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("linnaeus")


@pytest.fixture(autouse=True, scope="session")
def code_of_tests(tmp_path_factory):
    """What tests write into their folders may run, and nothing is remembered in the folders of who runs them."""
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(trusted.VARIABLE, str(base))
        patch.setenv("XDG_CONFIG_HOME", str(base / "config"))
        patch.setenv("XDG_CACHE_HOME", str(base / "cache"))
        yield


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()
