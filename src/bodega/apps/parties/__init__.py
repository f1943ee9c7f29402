"""People and organisations: who the customers are and how they are reached."""
