"""What somebody sees of their own record: what was written, who was told, changing their mind."""
