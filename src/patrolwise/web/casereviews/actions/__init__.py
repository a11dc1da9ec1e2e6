"""What changes case reviews: each change is one transaction, with its event in the record."""
