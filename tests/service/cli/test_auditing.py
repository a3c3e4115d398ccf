"""An operator has the chain of changes verified without a browser."""

from sqlalchemy import update

from service import audit
from service.audit import Act
from service.database import Database
from service.settings import Settings
from service.tables.audit import AuditEvent
from tests.conftest import MORNING


def test_the_chain_is_verified_and_its_end_written(run) -> None:
    run("init")
    settings = Settings.read()
    database = Database(settings.database_url, settings.signing_key())
    with database.transaction() as session:
        audit.record(session, "root", MORNING, Act.LIMIT, "sign", "改短。", "要求")
        head = audit.head(session)

    intact = run("audit", "verify")
    assert intact.exit_code == 0
    assert f"共 {head.seq} 条，校验完好。" in intact.output
    assert f"第 {head.seq} 条的校验值：{head.hash}" in intact.output

    with database.transaction() as session:
        session.execute(update(AuditEvent).where(AuditEvent.seq == head.seq).values(reason="无"))
    database.close()
    altered = run("audit", "verify")
    assert altered.exit_code == 1
    assert f"第 {head.seq} 条记录“改短。”与校验值不符" in altered.output
