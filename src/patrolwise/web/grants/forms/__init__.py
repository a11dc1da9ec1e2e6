"""The forms of grants: of applicants, of grantees, and of those who run rounds."""
