"""What was found by looking further into a run, as sections of its page; what its record does not hold has no section."""

from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord
from linnaeus.report.album import Album
from linnaeus.report.blocks import Section
from linnaeus.report.words import Words


def sections(folder: RunFolder, record: RunRecord, say: Words, album: Album, prefix: str = "") -> list[Section]:
    return []
