"""The disclosure desk: what is told to another organisation, by whom, under which law, and why."""
