"""Whether crime changed, by how much, against what, and what may be said about it."""
