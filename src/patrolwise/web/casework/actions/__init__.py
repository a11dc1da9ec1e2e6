"""What changes casework: each change checks who may make it, and leaves its event in the record."""
