"""The record of who read and who changed what: only added to, and chained by hashes."""
