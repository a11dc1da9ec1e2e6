"""Street outreach: words of its records, and its rules of consent, referral, sharing, keeping."""
