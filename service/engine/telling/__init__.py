"""A diagram in plain Chinese: `twin` gives the lines of its `story`; the other modules are the words they are made of."""
