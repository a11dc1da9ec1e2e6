"""What partner agencies did: patrols by phone, file or tracker, and one ledger of their hours."""
