"""Many runs, compared: studies, labs, and published tables."""
