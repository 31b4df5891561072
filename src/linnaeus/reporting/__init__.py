"""FROM FACTS TO WHAT PEOPLE READ: content, figures, renderers, and a file of words for each language. No torch here."""
