"""People, teams, and who may do what."""
