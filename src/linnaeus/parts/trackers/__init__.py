"""Trackers: who else is told how a training goes. One file each, with

    build(folder, name, /, *, …options) -> a tracker, or None where there is nothing to tell

`folder` is the run's, a Path, `name` its name; what belongs to one run is written inside, what runs share beside it.
`build` looks whether the package that it needs is there, and writes nothing.

    tracker.begin(fields, done)      `fields` of the recipe by name, texts; `done` epochs lie behind a resumed run, else 0
    tracker.row(epoch, values)       numbers by name, at the end of an epoch, counted from 1
    tracker.end(status, values)      "finished" or "stopped", and the final scores by name; nothing follows

A run that was stopped or killed calls `build` and `begin` once more and goes on in the tracker's same run. It may repeat epochs that
the tracker was told before, with the same numbers: each must show once.

A ValueError of `build` becomes the user's message. Whatever a tracker raises later costs one warning and the tracker, never the
training; so it must not wait long for a server that does not answer.
"""
