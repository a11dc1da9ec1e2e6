"""Plans, rotas, cards, briefs, debriefs and proposed changes."""
