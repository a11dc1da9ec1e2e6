"""How patrols are planned: who is on which shift, and who is in which hot spot when."""
