"""Case reviews: whoever anti-social behaviour harms asks how the bodies of the area answered it."""
