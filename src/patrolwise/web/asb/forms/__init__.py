"""The forms of anti-social behaviour casework. What is refused stands on the form, all at once."""
