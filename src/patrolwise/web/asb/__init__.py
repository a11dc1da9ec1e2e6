"""Anti-social behaviour casework: cases, who is harmed, who is held to do it, risk and powers.

Victims and subjects are two tables, on pages of their own, and never in one answer.
"""
