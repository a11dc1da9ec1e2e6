"""What outreach workers do on the street: shifts, contacts, debriefs, and their phones."""
