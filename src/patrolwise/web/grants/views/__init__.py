"""The pages of grants: for applicants and grantees, assessors, those who run rounds, everybody."""
