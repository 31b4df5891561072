"""Documents drawn by a medium each: a page, a Word file, a notebook, a terminal."""
