"""Crimes, fixes, areas and programmes as they were read in, and hot spot sets."""
