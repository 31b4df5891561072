"""THE HAND-OVER OBJECT: weights, class names, preprocessing, calibration."""
