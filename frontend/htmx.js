// htmx, as it comes: pages use its attributes (hx-post, hx-trigger, …) and nothing else.
import "htmx.org";
