"""人员与岗位: who the people are, which posts they hold, and how they prove it.

Law: none; who may act follows from the posts the congress and the government give.
Diagrams: none.
Tables: people, posts, deputies, units, terms, web_sessions, api_tokens, calendar_feeds.
Pages: /login (登录), /calendar (我的日历订阅).
"""
