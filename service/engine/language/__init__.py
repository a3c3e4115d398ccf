"""What designers write between the shapes: `expressions`, the `idioms` of other engines, moments and durations in `timing`."""
