"""What the editors of the site write: notices, policies, stories, typical cases."""
