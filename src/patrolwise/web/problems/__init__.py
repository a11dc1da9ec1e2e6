"""Plans that solve problems, and walks of places: what is wrong, who mends it, what came of it."""
