"""What each site is made of, and how it is configured."""
