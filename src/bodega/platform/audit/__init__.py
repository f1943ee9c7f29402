"""The audit log: who came in, whose rights were changed, what was taken out, and the proof that nobody touched it."""
