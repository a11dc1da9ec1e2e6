"""Words of money and scores, for templates."""
