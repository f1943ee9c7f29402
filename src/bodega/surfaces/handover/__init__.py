"""When somebody leaves or is away: what they had goes to others, and a deputy hears of what comes."""
