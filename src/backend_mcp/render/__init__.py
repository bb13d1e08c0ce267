"""From values to words: the structured result, Markdown and the terminal. Never computes."""
