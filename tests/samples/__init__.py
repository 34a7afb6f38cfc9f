"""Files as registers deliver them, fictitious throughout, and what they should become."""
