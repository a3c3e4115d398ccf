"""答复: drafted item by item, proofed, endorsed, signed, numbered and delivered to each deputy.

Law: 代表法第五十一条: a reply within three months of the dispatch, six for what is wide and hard.
Diagrams: reply_issuing, reply_review.
Tables: replies, reply_items, reply_versions, reply_returns, deliveries.
Pages: the tasks of these diagrams.
"""
