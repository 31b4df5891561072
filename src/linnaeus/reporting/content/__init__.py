"""What is told, a subject a file: `section(run, say)` builds a section of a report from a run, in one language, for every medium."""
