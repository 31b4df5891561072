"""NUMBERS AND THEIR UNCERTAINTY: scores and intervals, paired tests, seeds, effects, calibration, published tables. No torch here."""
