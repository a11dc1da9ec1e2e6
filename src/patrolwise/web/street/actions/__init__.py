"""What changes the street's tables: from pages, and from phones that kept it without signal."""
