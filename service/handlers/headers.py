"""What every answer carries: what its page may load, and how long it may be kept."""

from flask import Response, g, request

from service.handlers import web

# What a page may load. The diagram editor alone asks for styles of its own (`g.inline_styles`).
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}
_YEAR = 31_536_000


def of_every_answer(response: Response) -> Response:
    """Add the headers of security and caching, unless the view has set its own."""
    policy = CONTENT_SECURITY_POLICY
    if g.get("inline_styles"):
        policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if web.settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    if request.endpoint == "static" and response.status_code == 200:
        is_named_by_content = "v" in request.args or request.path.startswith("/static/build/")
        response.headers["Cache-Control"] = (
            f"public, max-age={_YEAR}, immutable" if is_named_by_content else "no-cache"
        )
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
