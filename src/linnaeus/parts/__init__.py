"""EVERYTHING A RECIPE CAN NAME, one file each. The shelf's `__init__` states its contract.

A part imports nothing of ours but a private helper of its own shelf, a file whose name begins with `_`.
"""
