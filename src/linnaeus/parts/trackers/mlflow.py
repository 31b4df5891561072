"""MLflow, in a local SQLite file beside the runs unless a server is named.

To look at it: `mlflow ui --backend-store-uri sqlite:///runs/mlruns.db`

The recipe's fields are parameters; the curves are metrics by epoch, the final scores metrics under `final/`. Which of MLflow's runs
belongs to a folder is written in its `mlflow-run.txt`. MLflow's own telemetry is switched off.
"""

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SWITCHES = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # a server that is away must not hold the training up for minutes
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}


def build(folder: Path, name: str, /, *, uri: str = "", experiment: str = "linnaeus") -> "MLflow":
    """`uri` of the store, such as "http://localhost:5000"; empty: `mlruns.db` beside the run's folder. `experiment`: its name there.

    ValueError: MLflow is not installed.
    """
    for switch, value in SWITCHES.items():  # read when MLflow is imported
        os.environ.setdefault(switch, value)
    try:
        import mlflow
    except ImportError:
        raise ValueError('MLflow is not installed; install it with: pip install "linnaeus[track]"') from None
    logging.getLogger("alembic").setLevel(logging.WARNING)  # which else lists every table that it makes
    return MLflow(mlflow, uri or f"sqlite:///{folder.absolute().parent / 'mlruns.db'}", experiment, folder, name)


class MLflow:
    def __init__(self, mlflow: Any, uri: str, experiment: str, folder: Path, name: str) -> None:
        self.mlflow, self.uri, self.experiment, self.name = mlflow, uri, experiment, name
        self.file = folder / "mlflow-run.txt"
        self.client: Any = None
        self.run, self.last = "", 0
        self.there: set[int] = set()  # epochs that MLflow was told before

    def begin(self, fields: Mapping[str, str], done: int) -> None:
        self.client, self.last = self.mlflow.MlflowClient(tracking_uri=self.uri), done
        if not self._found():
            self.run = self.client.create_run(self._experiment(), run_name=self.name).info.run_id
            self.file.write_text(self.run, encoding="utf-8")
            # Longer values, and more than 100 at once, it refuses.
            params = [self.mlflow.entities.Param(field, value[:6000]) for field, value in fields.items()]
            for start in range(0, len(params), 100):
                self.client.log_batch(self.run, params=params[start : start + 100])

    def row(self, epoch: int, values: Mapping[str, float]) -> None:
        self.last = epoch
        if epoch not in self.there:
            self._log(values, epoch)

    def end(self, status: str, values: Mapping[str, float]) -> None:
        self._log({f"final/{name}": value for name, value in values.items()}, self.last)
        self.client.set_terminated(self.run, status="FINISHED" if status == "finished" else "KILLED")

    def _found(self) -> bool:
        """Take up the run that this folder began, if the store still has it."""
        if not self.file.exists():
            return False
        self.run = self.file.read_text(encoding="utf-8").strip()
        try:
            self.client.update_run(self.run, status="RUNNING")
        except self.mlflow.exceptions.MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            return False
        self.there = {metric.step for metric in self.client.get_metric_history(self.run, "lr")}
        return True

    def _experiment(self) -> str:
        found = self.client.get_experiment_by_name(self.experiment)
        if found is None:
            try:
                return str(self.client.create_experiment(self.experiment))
            except self.mlflow.exceptions.MlflowException:  # another run has just made it
                found = self.client.get_experiment_by_name(self.experiment)
                if found is None:
                    raise
        return str(found.experiment_id)

    def _log(self, values: Mapping[str, float], epoch: int) -> None:
        now = int(1000 * time.time())
        metrics = [self.mlflow.entities.Metric(name, value, now, epoch) for name, value in values.items()]
        self.client.log_batch(self.run, metrics=metrics)
