"""Pages of administrators: 期限与规则, at `/m`."""
