"""Where trained weights come from, and how they are brought to a network."""
