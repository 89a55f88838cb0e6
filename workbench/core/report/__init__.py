"""What is known of a model, gathered for whoever wants to judge it or to make it again."""
