"""Schedules of the learning rate. One file each, with

    build(*, …options) -> f(fraction, losses) -> factor

`fraction` of the training done, in [0, 1); `losses` the validation losses of the epochs so far; the learning rate is
the optimizer's `lr` times the factor. The function is pure: same arguments, same factor. A schedule that reads
`losses` sets `f.needs_validation = True`. An option named `epochs` that the recipe leaves open is filled in with the
recipe's.
"""
