"""The English words of what was found beyond scores, and of several runs beside each other."""

from linnaeus.report.english import Forms

FINDINGS: dict[str, Forms] = {}
