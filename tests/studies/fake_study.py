"""A study of fake trainings on real processes: `python -m tests.studies.fake_study FOLDER TRIALS`, to be killed and begun again."""

import sys
from pathlib import Path

from linnaeus import files
from linnaeus.stats.study_results import summarise
from linnaeus.studies import plan as plans
from linnaeus.studies.results import keep
from linnaeus.studies.runner import Driver, silent
from linnaeus.studies.store import Store, url_of
from linnaeus.studies.workers.local import Local
from tests.studies.fake import resolve, train


def main(folder: Path, trials: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with files.locked(folder / ".lock"):
        plan = plans.from_table(
            {
                "sampler": "random",
                "trials": trials // 2,
                "repeats": 2,
                "retries": 10,
                "factors": {"optimizer.lr": "log(1e-3, 1)", "model.width": "int(4, 16)"},
            }
        )
        store = Store(url_of(folder), "study", plan.space)
        store.note("about", plan.about())
        local = Local(train, 2, folder / "workers", plan.silence)
        driver = Driver(plan=plan, store=store, executor=local, resolve=resolve, runs=folder / "trials", tell=silent)
        try:
            driver.drive()
        finally:
            local.end(0.0)
        keep(summarise(store, folder, "finished"), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
