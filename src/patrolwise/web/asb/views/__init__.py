"""The pages of anti-social behaviour casework."""
