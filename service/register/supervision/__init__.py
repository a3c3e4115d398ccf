"""督查闭环: a unit is examined, told the conclusion, carded, put right, looked at again and cleared.

Law: 政府督查工作条例 art. 5 (whom), 12 (interviews), 15 (never twice for the same), 17 (objections); 代表法 art. 51
for the limit of six months. The colours are the house's own rule: officials keep them in processes/control_color.dmn.
Diagrams: supervision_closed_loop, conclusion_review, color_management, rectification.
Tables: supervision_cases, findings, conclusions, conclusion_reviews, control_cards, rectifications, look_backs.
Pages: /s (the board), /s/forecast and /u/days (the thirty days to come), /s/list/…, /s/… (one case), /s/card/… (one card, to print).

A case: `cases`, `findings`, `conclusions`, `reviews`. Its cards: `cards`, `measures`, `issuing`. What follows:
`rectification`, `look_backs`. The three colours: `facts`, `colors`, `proposals`, `standing`, and what they
would be later or with other due dates: `foresight`. What is due: `falling_due`, `forecast`.
Its readers: `file`, `board`.
"""
