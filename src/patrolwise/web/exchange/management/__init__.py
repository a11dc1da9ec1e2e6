"""Commands of the sites."""
