"""提出与审查: a deputy proposes, others sign with them, and the congress office registers, returns or declines.

Law: 代表法第二十四条、第三十六条: to whom a deputy proposes in session and in recess; a proposal is clear and concrete.
Diagrams: suggestion_main, review_registration.
Tables: suggestions, suggestion_items, co_signers, reviews.
Pages: /new/suggestion_main (提出建议), /suggestions/<id>/withdraw (撤回建议).
"""
