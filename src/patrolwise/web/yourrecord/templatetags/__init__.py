"""What templates ask of disclosures."""
