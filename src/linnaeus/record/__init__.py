"""WHAT WAS DONE: a run's record, its scores, and the folder that holds them. No torch here."""
