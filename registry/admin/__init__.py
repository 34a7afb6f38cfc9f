"""The pages of the workplace that are about the register, by noun."""
