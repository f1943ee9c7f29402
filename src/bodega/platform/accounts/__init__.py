"""Who may sign in: people, their passwords, and what keeps guessers out."""
