"""What the business keeps and does: one folder per theme, in the order of a case's life; a later one knows earlier ones.

Inside a theme `operations` (what diagrams call) and `lists` (what forms offer) stand above the rules, which alone write
rows. Each theme's first lines name its law, diagrams, tables and pages.
"""
