"""How far photos may be disturbed before a model fails."""
