"""What is written about people is sealed, field by field, under keys kept elsewhere."""
