"""Tags and filters of the templates of case reviews."""
