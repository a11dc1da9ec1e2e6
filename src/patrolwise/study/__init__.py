"""What a programme declares, and how it becomes results: the recipe and its parts."""
