"""Quarterly returns, public updates, and the second person who lets them out."""
