"""What the sites of partners have alike: their first page, and the hot spots that were agreed."""
