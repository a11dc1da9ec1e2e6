"""What patrols delivered: fixes to visits, dwell and dose, with the error of the minutes."""
