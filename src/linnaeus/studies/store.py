"""`Store`: the trials of a study on the disk, as an Optuna study, so that optuna-dashboard can open it. SQLite, or PostgreSQL by URL.

One process writes: the driver. Each change is one transaction, and what a change says is true already: a trial is called finished
when its run is, so that after a loss of power the run is found, and the change made once more. A trial that was running when its
driver died is running still; the next driver takes it up.

Attributes of a trial: `cell` (the number of its point, from 0), `seed`, `run` (the folder of its run), `tries`, `reason` (why
it failed), `facts` (what its run found, see `executor.Outcome`). Intermediate values are the scores at rungs, by epochs.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from linnaeus.errors import LinnaeusError, StudyError
from linnaeus.studies.space import Factor, Plain, Point, Space

if TYPE_CHECKING:
    import optuna

FILE = "study.db"
PATIENCE = 10  # seconds to wait for another writer

NOWHERE = Space(factors=(), variants={})

State = Literal["waiting", "running", "finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One training of a study: a point under a seed."""

    id: int  # of the store
    number: int
    state: State
    point: Point
    cell: int
    seed: int
    run: str
    scores: Mapping[int, float]  # at rungs, by epochs
    value: float | None  # of the finished run
    tries: int
    reason: str
    facts: Mapping[str, Any]

    @property
    def is_over(self) -> bool:
        return self.state in ("finished", "stopped", "failed")


class Store:
    """The one writer's hand on a study's trials."""

    def __init__(self, url: str, name: str, space: Space = NOWHERE) -> None:
        """Open, or make it. Without a space it can be read. Raises StudyError."""
        self.url, self.name, self.space = url, name, space
        self.known: list[Trial] | None = None  # until something is written: nobody else writes
        self.distributions = {factor.name: _distribution(factor) for factor in space.factors}
        with _speaking(url), ExitStack() as where_it_fails:
            self.storage = _storage(url)
            where_it_fails.callback(self.close)
            self.study = _optuna().create_study(
                storage=self.storage, study_name=name, direction="maximize", load_if_exists=True
            )
            where_it_fails.pop_all()

    @property
    def shown(self) -> str:
        """Its address for people's eyes."""
        return _shown(self.url)

    def is_begun(self) -> bool:
        """Whether it holds any trial at all, be it one that is none of ours."""
        with _speaking(self.url):
            return bool(self.study.get_trials(deepcopy=False))

    def notes(self) -> dict[str, Any]:
        """What `note` wrote."""
        with _speaking(self.url):
            return dict(self.study.user_attrs)

    def note(self, key: str, value: Any) -> None:
        """Keep a plain value with the study."""
        with _speaking(self.url):
            self.study.set_user_attr(key, value)

    def trials(self) -> list[Trial]:
        """All trials that have a point and a run, by number; of a trial that was tried anew after it failed, the last."""
        if self.known is None:
            with _speaking(self.url):
                found = [_trial(one) for one in self.study.get_trials(deepcopy=False) if "run" in one.user_attrs]
            latest = {(one.cell, one.seed): one for one in found}
            self.known = sorted(latest.values(), key=lambda one: one.number)
        return self.known

    def add(self, point: Point, *, cell: int, seed: int, run: str) -> None:
        """A trial that waits for its turn, written at once or not at all."""
        with self._writing():
            self._wait(point, self.distributions, cell=cell, seed=seed, run=run)

    def _wait(self, point: Point, distributions: Mapping[str, Any], **attributes: Any) -> None:
        created = _optuna().trial.create_trial(
            state=_states().WAITING,
            params=dict(point),
            distributions=dict(distributions),
            user_attrs=attributes,
        )
        self.study.add_trial(created)

    def ask(self, seed: int) -> tuple[int, Point]:
        """A point that TPE proposes, as (id, point): it is a trial once `name_asked` has named its run.

        A proposal that a driver did not live to name is completed first. What is proposed depends on `seed` and on the
        trials that there are, not on how often the driver was started.
        """
        optuna = _optuna()
        with self._writing():
            trials = self.study.get_trials(deepcopy=False)
            begun = [one for one in trials if "run" not in one.user_attrs and not one.state.is_finished()]
            self.study.sampler = optuna.samplers.TPESampler(
                seed=seed * 100_003 + len(trials) - len(begun), constant_liar=True
            )
            if begun:
                trial = optuna.Trial(self.study, begun[0]._trial_id)
            else:
                trial = optuna.Trial(self.study, self.study._storage.create_new_trial(self.study._study_id))
            return trial._trial_id, {factor.name: _suggested(trial, factor) for factor in self.space.factors}

    def name_asked(self, id: int, *, cell: int, seed: int, run: str) -> None:
        """Make a trial of what was asked for. The run is named last: before that it is a proposal."""
        with self._writing():
            for key, value in {"cell": cell, "seed": seed, "run": run}.items():
                self.study._storage.set_trial_user_attr(id, key, value)

    def start(self, trial: Trial) -> None:
        """Call a waiting trial running."""
        with self._writing():
            self.study._storage.set_trial_state_values(trial.id, _states().RUNNING)

    def score(self, trial: Trial, epochs: int, value: float) -> None:
        """Keep the score of a trial at a rung."""
        with self._writing():
            self.study._storage.set_trial_intermediate_value(trial.id, epochs, value)

    def finish(self, trial: Trial, value: float, facts: Mapping[str, Any]) -> None:
        """Call a trial finished, with its score."""
        with self._writing():
            self.study._storage.set_trial_user_attr(trial.id, "facts", dict(facts))
            self.study._storage.set_trial_state_values(trial.id, _states().COMPLETE, [value])

    def stop(self, trial: Trial, facts: Mapping[str, Any]) -> None:
        """Call a trial stopped early. Its last score at a rung is its value for the sampler."""
        with self._writing():
            self.study._storage.set_trial_user_attr(trial.id, "facts", dict(facts))
            last = [trial.scores[max(trial.scores)]] if trial.scores else None
            self.study._storage.set_trial_state_values(trial.id, _states().PRUNED, last)

    def tried(self, trial: Trial, reason: str, *, over: bool) -> None:
        """Count a try that ended badly; `over`: it was the last one, and the trial has failed."""
        with self._writing():
            self.study._storage.set_trial_user_attr(trial.id, "reason", reason)
            self.study._storage.set_trial_user_attr(trial.id, "tries", trial.tries + 1)
            if over:
                self.study._storage.set_trial_state_values(trial.id, _states().FAIL)

    def retry_failed(self) -> int:
        """Let each trial that has failed wait for its turn once more, as a new trial: the failed one is kept, and counts no more."""
        failed = [trial for trial in self.trials() if trial.state == "failed"]
        with self._writing():
            for trial in failed:
                found = self.study._storage.get_trial(trial.id)
                self._wait(trial.point, found.distributions, cell=trial.cell, seed=trial.seed, run=trial.run)
        return len(failed)

    def importances(self) -> dict[str, float]:
        """The share of each factor in the variance of a forest fitted to the finished trials (fANOVA); empty where it cannot tell."""
        importance = _optuna().importance
        try:
            evaluator = importance.FanovaImportanceEvaluator(seed=0)
            return dict(importance.get_param_importances(self.study, evaluator=evaluator))
        except (ValueError, RuntimeError):  # fewer than two trials, or all of one score
            return {}

    def put_aside(self, name: str) -> None:
        """Keep the trials so far under another name, and begin anew: the runs are found again by their recipes."""
        optuna = _optuna()
        with self._writing():
            optuna.copy_study(
                from_study_name=self.name, from_storage=self.storage, to_storage=self.storage, to_study_name=name
            )
            optuna.delete_study(study_name=self.name, storage=self.storage)
            self.study = optuna.create_study(storage=self.storage, study_name=self.name, direction="maximize")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.known = None
        with _speaking(self.url):
            yield
        self.known = None

    def close(self) -> None:
        """Give the connections back."""
        with suppress(Exception):
            self.storage.remove_session()
            self.storage.engine.dispose()


def url_of(folder: Path) -> str:
    """The SQLite store of a study's folder."""
    return f"sqlite:///{(folder / FILE).absolute()}"


def _storage(url: str) -> "optuna.storages.RDBStorage":
    """Open, with a journal that is written ahead: readers such as a dashboard then hold nobody up."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            damage = connection.execute("PRAGMA quick_check").fetchone()[0]
        if damage != "ok":
            raise sqlite3.DatabaseError(str(damage))
    options = {"connect_args": {"timeout": PATIENCE}} if url.startswith("sqlite") else {"pool_pre_ping": True}
    opened: optuna.storages.RDBStorage = _optuna().storages.RDBStorage(url, engine_kwargs=options)
    return opened


@contextmanager
def _speaking(url: str) -> Iterator[None]:
    """One message for each way in which a database can refuse."""
    try:
        yield
    except LinnaeusError:
        raise
    except Exception as error:
        deepest = error
        while deepest.__cause__ is not None:
            deepest = deepest.__cause__  # type: ignore[assignment]
        raise StudyError(_message(_shown(url), url, deepest)) from error


def _message(shown: str, url: str, error: BaseException) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    if "locked" in text or "busy" in text:
        return f"the store {shown} is locked: another program holds it; close that program, and give the command again"
    if "not a database" in text or "malformed" in text or "corrupt" in text or "no such table" in text or "***" in text:
        return (
            f"the store {shown} is damaged ({text}); the finished runs are whole: move the file away, and the same command "
            "takes them up again"
        )
    if isinstance(error, ModuleNotFoundError):
        return _without_driver(shown, error.name or text)
    if url.startswith("sqlite"):
        return f"the store {shown} cannot be used: {text}"
    return f"the store {shown} cannot be reached: {text}; check its address and that it is running"


def _without_driver(shown: str, driver: str) -> str:
    if not shown.startswith("postgresql"):
        return f"the store {shown} needs {driver}, which is not installed: pip install {driver}"
    advice = "" if driver == "pg8000" else ", and begin its address with postgresql+pg8000://"
    return f'the store {shown} needs {driver}, which is not installed: pip install "linnaeus[postgres]"{advice}'


def _shown(url: str) -> str:
    return url.removeprefix("sqlite:///") if url.startswith("sqlite") else _without_password(url)


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    scheme, _, user = head.partition("://")
    return f"{scheme}://{user.partition(':')[0]}@{tail}" if at else url


def _optuna() -> Any:
    """Raises StudyError where it is not installed."""
    try:
        import optuna
    except ModuleNotFoundError:
        raise StudyError('studies are kept by Optuna, which is not installed: pip install "linnaeus[study]"') from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _states() -> Any:
    return _optuna().trial.TrialState


def _distribution(factor: Factor) -> Any:
    kinds = _optuna().distributions
    if not factor.is_range:
        return kinds.CategoricalDistribution(factor.levels)
    if factor.kind == "int":
        return kinds.IntDistribution(int(factor.low), int(factor.high))
    return kinds.FloatDistribution(factor.low, factor.high, log=factor.kind == "log")


def _suggested(trial: "optuna.Trial", factor: Factor) -> Plain:
    if not factor.is_range:
        chosen = trial.suggest_categorical(factor.name, factor.levels)
        assert chosen is not None  # no level is
        return chosen
    if factor.kind == "int":
        return trial.suggest_int(factor.name, int(factor.low), int(factor.high))
    return trial.suggest_float(factor.name, factor.low, factor.high, log=factor.kind == "log")


def _trial(one: "optuna.trial.FrozenTrial") -> Trial:
    attributes = one.user_attrs
    names: dict[str, State] = {"COMPLETE": "finished", "PRUNED": "stopped", "FAIL": "failed", "RUNNING": "running"}
    state = names.get(one.state.name, "waiting")
    point: dict[str, Plain] = dict(one.params)
    return Trial(
        id=one._trial_id,
        number=one.number,
        state=state,
        point=point,
        cell=attributes["cell"],
        seed=attributes["seed"],
        run=attributes["run"],
        scores=dict(one.intermediate_values),
        value=one.value if state == "finished" else None,
        tries=attributes.get("tries", 0),
        reason=attributes.get("reason", ""),
        facts=attributes.get("facts", {}),
    )
