"""What a text claims in figures, and whether a results file bears it out."""
