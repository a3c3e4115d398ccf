"""评价: deputies rate every unit that answered, back to back, sealed for all at one common moment.

Law: 代表法第五十一条 asks for the reply; that it is rated, and by the deputy alone, is the congress's own rule.
Diagrams: back_to_back_evaluation, proxy_evaluation.
Tables: evaluations, evaluation_supplements, proxy_entries.
Pages: /evaluations (我的评价), /suggestions/<id>/exchange (沟通与评价).
"""
