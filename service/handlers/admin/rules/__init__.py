"""规则: the decision tables and lists that officials own, at `/m/rules`."""

from service.handlers.admin.rules import drafting, index, lists, tables
from service.handlers.admin.rules.pages import blueprint

__all__ = ["blueprint", "drafting", "index", "lists", "tables"]
