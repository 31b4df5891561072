"""What content is made from: a run's folder and the record in it, read once."""

from dataclasses import dataclass

from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    folder: RunFolder
    record: RunRecord
