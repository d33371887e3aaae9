"""From a question to a cited, verified answer, and the faces it is given through."""
