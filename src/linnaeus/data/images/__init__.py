"""Images as files: which are opened, and what is seen in them. No torch here."""
