"""MANY RUNS: a plan and its space, trials and where they are trained, and what came of them. No torch here."""
