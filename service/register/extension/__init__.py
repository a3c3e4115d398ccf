"""延期 — a unit asks for a later day for its reply, the government office and the congress office say what they think.

Law: 代表法第五十一条: within three months of the dispatch, or six where the matter is wide and hard; never later.
Diagrams: deadline_extension, extension_review.
Tables: `extensions`.
Pages: `/suggestions/<id>/extension` (申请延期), and the tasks of these diagrams.
"""
