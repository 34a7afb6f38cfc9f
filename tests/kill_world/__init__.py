"""Writers that are killed at any moment, and a witness who reads what they leave."""
