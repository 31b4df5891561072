"""LABORATORY WORKS: what a lab asks, how it is done, how hand-ins are scored. No torch here."""
