"""Dose, crimes, harm, cost, separation and evaluations; it only reads and runs."""
