"""What each attribute and child of Camunda, Flowable and Activiti means here: one table, for the reader and the check.

The three are one family: a name means the same under each prefix.
"""

from collections.abc import Mapping

CARRIED = ""
"""It has its effect here, or is refused with a reason of its own where it cannot."""
HARMLESS = "-"
"""It is about the other engine's own workings, or about a modeller's page; leaving it out changes no step."""

_LISTENER = "监听器不会执行；要做的事请改成服务任务，或用户任务的 on_complete 操作"
_NEXT_FORM = "请用 formData 在图上写明要填的字段"
_SPECIAL = "本系统没有这一项，流程照图走，不受它影响"
_ALWAYS_DONE = "不会跳过这个环节；要跳过请在前面画排他网关"

EXTENSIONS: Mapping[str, str] = {
    # who does it, and who may start it
    **dict.fromkeys(("assignee", "candidateUsers", "candidateGroups"), CARRIED),
    **dict.fromkeys(("candidateStarterUsers", "candidateStarterGroups", "initiator"), CARRIED),
    # by when, how urgent, with which form
    **dict.fromkeys(("dueDate", "followUpDate", "priority", "formKey", "formRef"), CARRIED),
    **dict.fromkeys(("formData", "formProperty", "properties"), CARRIED),
    **dict.fromkeys(("formRefBinding", "formRefVersion", "formFieldValidation"), HARMLESS),
    "formHandlerClass": _NEXT_FORM,
    "businessCalendarName": "到期日不按这个日历计算；要按工作日，请用 deadline 属性写明期限名称",
    "skipExpression": _ALWAYS_DONE,
    # what services do
    **dict.fromkeys(("type", "topic", "class", "expression", "delegateExpression"), CARRIED),
    **dict.fromkeys(("field", "inputOutput", "resultVariable", "resultVariableName"), CARRIED),
    **dict.fromkeys(("decisionRef", "decisionRefBinding", "decisionRefVersion"), CARRIED),
    **dict.fromkeys(("decisionRefVersionTag", "decisionRefTenantId"), CARRIED),
    "mapDecisionResult": CARRIED,
    "connector": "连接器不会执行；请改成 External 服务任务，在 topic 里写操作名",
    "errorEventDefinition": "这里的错误不会转成边界错误事件；请让操作自己报出错误",
    "mapException": "这里的异常不会转成边界错误事件；请让操作自己报出错误",
    "triggerable": "服务任务做完就往下走；要等外部答复，请在后面画消息捕获事件",
    # several times, calls, events
    **dict.fromkeys(("collection", "elementVariable", "in", "out", "inheritVariables"), CARRIED),
    **dict.fromkeys(("sameDeployment", "calledElementType"), HARMLESS),
    "variableAggregation": "各份的结果不会汇成列表；请用 loopDataOutputRef 和 outputDataItem，或由操作汇总",
    "endDate": "重复不会在这个时间停止；请写上次数，或在到期时用中断的定时事件",
    "elementIndexVariable": "序号不会写入变量；请用 loopCounter",
    "calledElementBinding": "被调用的流程一律用部署时的最新版本",
    "calledElementVersion": "被调用的流程一律用部署时的最新版本",
    "calledElementVersionTag": "被调用的流程一律用部署时的最新版本",
    "variableMappingClass": "变量映射类不会执行；请逐个写明 In 和 Out",
    "variableMappingDelegateExpression": "变量映射类不会执行；请逐个写明 In 和 Out",
    **dict.fromkeys(("errorCodeVariable", "errorMessageVariable"), CARRIED),
    "escalationCodeVariable": CARRIED,
    "variableName": CARRIED,
    "variableEvents": "变量新建和修改都会判断一次条件，不分是哪一种",
    # listeners
    **dict.fromkeys(("taskListener", "executionListener", "eventListener"), _LISTENER),
    # how the other engine does its work
    **dict.fromkeys(("async", "asyncBefore", "asyncAfter", "asyncLeave", "exclusive"), HARMLESS),
    **dict.fromkeys(("jobPriority", "taskPriority", "failedJobRetryTimeCycle"), HARMLESS),
    **dict.fromkeys(("historyTimeToLive", "versionTag", "isStartableInTasklist"), HARMLESS),
    **dict.fromkeys(
        ("asyncComplete", "asyncLeaveExclusive", "async-exclusive", "jobCategory"), HARMLESS
    ),
    # how modellers keep their pages
    **dict.fromkeys(("diagramRelationId", "modelerTemplate", "modelerTemplateVersion"), HARMLESS),
    **dict.fromkeys(("modelerTemplateIcon", "category", "text", "dataType", "userType"), HARMLESS),
}


def effect(name: str) -> str:
    """Return CARRIED, HARMLESS, or in words what is lost; an unknown name is reported as such."""
    return EXTENSIONS.get(name, _SPECIAL)


_CONSTRAINTS = frozenset({"required", "readonly", "minlength", "maxlength", "min", "max"})


def constraint(name: str) -> str:
    """Return CARRIED for a rule of a form field that is checked here, or in words what is lost."""
    if name in _CONSTRAINTS:
        return CARRIED
    return f"填写时不会按它检查；可用的约束有 {'、'.join(sorted(_CONSTRAINTS))}，其余请由操作检查"
