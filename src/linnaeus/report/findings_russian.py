"""The Russian words of what was found beyond scores, and of several runs beside each other; the keys are those of `findings_english`."""

from linnaeus.report.english import Forms

FINDINGS: dict[str, Forms] = {}
