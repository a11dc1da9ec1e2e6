"""What changes cases: each change checks who may make it, and leaves its event in the record."""
