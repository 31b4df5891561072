"""What a notebook shows while a training runs."""
