"""案卷: what one reader sees of a case, stage by stage; it reads every theme's tables and writes none.

Law: 代表法第五十一条: units keep in touch with the deputy, and how suggestions were handled is made public.
Diagrams: none.
Tables: none.
Pages: /suggestions (建议), /suggestions/<id> (案件), /suggestions/<id>/history (办理经过), /suggestions/<id>/flow (流程图).
"""
