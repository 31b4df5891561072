"""Where the trials of a study run: processes of this machine, or a Ray cluster."""
