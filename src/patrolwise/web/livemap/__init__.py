"""Who is where now, what is owed, what needs a look; it only reads."""
