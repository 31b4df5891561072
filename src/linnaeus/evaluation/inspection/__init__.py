"""A closer look at a run: mistakes, label errors, Grad-CAM, neighbours, symmetry."""
