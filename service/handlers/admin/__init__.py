"""Pages of administrators: 期限与规则, at `/m`. Whoever imports the package has every route of its blueprints."""

from service.handlers.admin import changes, limit, limits, sections

__all__ = ["changes", "limit", "limits", "sections"]
