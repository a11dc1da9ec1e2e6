"""What is done to rounds, applications, assessments and awards: each in one transaction."""
