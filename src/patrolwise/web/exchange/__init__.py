"""The one path between the two sites: signed parcels of what a table allows, and nothing else."""
