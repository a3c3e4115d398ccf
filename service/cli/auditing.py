"""`tibanping audit`: whether the chain of what keepers changed is intact."""

import sys

import click

from service import audit
from service.cli.stores import opened
from service.cli.wording import refusing


@refusing
def verify() -> None:
    """Write what computing the chain again found and its end; the status is 1 when it was altered."""
    with opened() as (database, _), database.reading() as session:
        found = audit.verify(session)
    for fault in found.faults:
        click.echo(fault, err=True)
    if not found.faults:
        click.echo(f"共 {found.head.seq} 条，校验完好。")
    if found.head.seq:
        click.echo(f"第 {found.head.seq} 条的校验值：{found.head.hash}")
    sys.exit(bool(found.faults))
