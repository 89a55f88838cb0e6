"""Mode *improve*: the instant model's head first, then the last stages with it, kept only if that wins."""
