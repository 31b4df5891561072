"""The sections of a report, one file each: `section(run, say)` builds one from a run, in one language, for every medium."""
