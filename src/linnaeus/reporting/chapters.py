"""All that a run found: its sections in the order of a report. What a record does not hold has none."""

from linnaeus.reporting.content import (
    calibration,
    classes,
    confusion,
    curves,
    examples,
    fit,
    forgetting,
    inspection,
    mistakes,
    references,
    scores,
    tuning,
    verdict,
)

RESULTS = (
    verdict.section,
    scores.section,
    tuning.section,
    forgetting.section,
    curves.section,
    fit.section,
    confusion.section,
    classes.section,
    mistakes.section,
    examples.section,
    calibration.section,
    inspection.section,
    references.section,
)

# What of it stands in the appendix of a laboratory work, whose own sections hold the rest: result, fit, single images.
APPENDIX = (
    scores.section,
    forgetting.section,
    curves.section,
    confusion.section,
    classes.section,
    references.section,
)
