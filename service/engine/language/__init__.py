"""What designers write between the shapes: expressions, the idioms of other engines, moments, cells of tables."""
