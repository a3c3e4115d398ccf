"""A contract goes to the child that checks, and comes back as it was."""

import json
from dataclasses import asdict

from service.engine.checking.contract import Contract, Need, Variable


def test_a_contract_survives_json():
    column = Need("verdict", "结论", ("enum",), choices=("good", "bad"))
    contract = Contract(
        "record_look_back",
        "登记回头看。",
        needs=(
            Need("opinion", "意见", ("string", "longtext"), may_be_empty=True),
            Need("items", "逐项", ("table",), may_be_missing=True, columns=(column,)),
        ),
        reads=(Variable("supervision", "督查"),),
        gives=(Variable("passed", "是否到位", may_be_missing=True),),
        cases=("supervision",),
        processes=("rectification",),
        is_sealed=True,
        is_open=True,
    )

    assert Contract.of(json.loads(json.dumps(asdict(contract)))) == contract
