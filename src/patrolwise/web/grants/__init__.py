"""Rounds of grants: applications without an account, blind scores, awards, reports, payments."""
