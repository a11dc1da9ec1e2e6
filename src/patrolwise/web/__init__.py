"""The two sites: one for the police and partners, one for the outreach service."""
