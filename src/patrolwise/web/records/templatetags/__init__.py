"""Filters for the pages of records."""
