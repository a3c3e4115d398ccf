"""Pages of the offices that supervise: the board, its lists, one supervision, one card."""
