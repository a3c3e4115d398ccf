"""Pages and the interface, by who reads them; `web` says who asks and whether they may, `incoming` what may come in.

A handler reads the request, opens a transaction, calls one verb of the runtime or the register, and answers. Rights are
`service.authority`'s.
"""
