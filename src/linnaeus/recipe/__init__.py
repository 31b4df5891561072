"""WHAT SHALL BE DONE: parts written as calls, the shelves they stand on, and the recipe made of them. No torch here."""
