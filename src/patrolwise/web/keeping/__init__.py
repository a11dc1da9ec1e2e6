"""How long records are kept, who lets them go, and who takes them over when a contract ends."""
