"""EVERYTHING A RECIPE CAN NAME, one file each. The shelf's `__init__` states its contract; a part imports nothing of ours."""
