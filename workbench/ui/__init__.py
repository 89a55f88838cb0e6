"""What the person sees. No torch here, ever."""
