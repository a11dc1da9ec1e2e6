"""What the partnership is told to do, learns and decides."""
