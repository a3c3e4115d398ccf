"""What can go wrong, as one tree; each class knows its HTTP status and its Chinese sentence.

ServiceError
├── RequestUnreadable        400  a number, a text or a nesting that nothing could keep
├── NotFound                 404
├── NotAllowed               403
├── NotSignedIn              401
├── SignInRefused            401  wrong name or password, locked account
├── TaskNotOpen              409  somebody else finished it, or it was withdrawn
├── StaleVersion             409  the page shows an older state
├── InstanceNotRunning       409
├── MessageNotExpected       409
├── RepairImpossible         409  a value or version that would leave the case worse than it is
├── RetryFailed              409  run again, and it failed again
├── BpmnError                409  an error the diagram may handle: a boundary event, an event subprocess
├── FormInvalid              422  one message per field
├── UploadRefused            422
├── DiagramInvalid           422  findings with file, element and reason
│   └── DiagramForbidden     403  it names what it may not touch
├── ProcessFailed            500→incident: an expression, operation or limit failed inside a step
│   ├── ExpressionFailed
│   ├── OperationFailed
│   └── StepLimitExceeded
├── ScenarioInvalid          422  what somebody asked to be simulated
├── SettingInvalid           start-up
├── DatabaseUnavailable      503
└── DatabaseTooNew           start-up
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar


class ServiceError(Exception):
    """A fact that ends the command at hand; `str(error)` is a Chinese sentence for the person at the screen."""

    status: ClassVar[int] = 400
    sentence: ClassVar[str] = "操作没有完成。"

    def __init__(self, sentence: str = "", **facts: Any) -> None:
        super().__init__(sentence or self.sentence)
        self.facts = facts


class RequestUnreadable(ServiceError):
    """What came in could not be kept or counted; nothing has looked at it further."""

    status = 400
    sentence = "请求里有系统不能识别的内容，这次没有保存。请返回上一页，检查后重新填写。"


class NotFound(ServiceError):
    status = 404
    sentence = "没有找到您要的内容。它可能已被移走，请返回上一页重新选择。"


class NotAllowed(ServiceError):
    status = 403
    sentence = "您没有办理这件事的权限。如果您认为应当有，请联系系统管理员核对您的岗位。"


class NotSignedIn(ServiceError):
    status = 401
    sentence = "请先登录。"


class SignInRefused(ServiceError):
    status = 401
    sentence = "用户名或密码不正确，请重新输入。"


class TaskNotOpen(ServiceError):
    status = 409
    sentence = "这项任务已经由他人办结或已撤销，您的填写没有提交。请返回待办列表查看最新情况。"


class StaleVersion(ServiceError):
    status = 409
    sentence = "您打开页面之后，内容已有变化。请核对最新内容后再提交。"


class InstanceNotRunning(ServiceError):
    status = 409
    sentence = "这件事项已经办结，不能再操作。"


class MessageNotExpected(ServiceError):
    status = 409
    sentence = "目前没有环节在等待这个消息，没有作任何改动。"


class RepairImpossible(ServiceError):
    status = 409
    sentence = "这样修不好这件事项，没有作任何改动。"


class RetryFailed(ServiceError):
    """What failed was run again and failed again; `sentence` says why. Nothing has changed but the number of attempts."""

    status = 409
    sentence = "又试了一次，仍然没有成功。事项停在原处，没有作任何改动。"


class BpmnError(ServiceError):
    """Raised by an operation for an error a diagram may handle, by its code; drawn nowhere, it is a refusal.

    The step goes on from there, so an operation raises it before it has changed anything.
    """

    status = 409
    sentence = "这一步没有办成，请核对后重试。"

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence, code=code)
        self.code = code


class FormInvalid(ServiceError):
    """`messages` maps a field id to the sentence shown beside it; `values` is everything that was typed.

    `broken` is there where no other answer would do: what the diagram got wrong, for an incident.
    """

    status = 422
    sentence = "提交的内容有问题，请按提示修改后再提交。"

    def __init__(
        self,
        messages: Mapping[str, str],
        values: Mapping[str, Any],
        broken: "ProcessFailed | None" = None,
    ) -> None:
        super().__init__()
        self.messages = dict(messages)
        self.values = dict(values)
        self.broken = broken


class UploadRefused(ServiceError):
    status = 422
    sentence = "这个文件不能上传。"


class DiagramInvalid(ServiceError):
    """`findings` are `engine.drawn.findings.Finding`s; at least one of them is an error."""

    status = 422
    sentence = "流程图没有通过检查，请按列出的问题修改后再部署。"

    def __init__(self, findings: Sequence[Any], sentence: str = "", **facts: Any) -> None:
        super().__init__(sentence, **facts)
        self.findings = tuple(findings)


class DiagramForbidden(DiagramInvalid):
    """A diagram names what only other processes may name, or leaves open what must be sealed."""

    status = 403
    sentence = "流程图用了它不能用的操作，没有部署。请按列出的问题修改；这次尝试已经记录。"


class ProcessFailed(ServiceError):
    """A step of a process instance failed; nothing of it was kept. `element` is the BPMN id.

    `names` are the variables on whose values it failed, as far as that is known. `values` says what the variables of `process_id` held, for those who may read the incident and nobody else.
    """

    status = 500
    sentence = "流程在这一步遇到问题，已记录并通知运维人员。您的填写没有丢失，请稍后再试。"

    def __init__(
        self,
        sentence: str = "",
        *,
        element: str = "",
        cause: str = "",
        names: Iterable[str] = (),
        values: str = "",
        process_id: str = "",
    ) -> None:
        super().__init__(sentence, element=element, cause=cause)
        self.names = frozenset(names)
        self.element = element
        self.cause = cause
        self.values = values
        self.process_id = process_id


class ExpressionFailed(ProcessFailed):
    pass


class OperationFailed(ProcessFailed):
    pass


class StepLimitExceeded(ProcessFailed):
    pass


class ScenarioInvalid(ServiceError):
    """What somebody asked to be simulated makes no sense; the sentence says what to write instead."""

    status = 422
    sentence = "模拟的条件有误，请核对后重试。"


class SettingInvalid(ServiceError):
    pass


class DatabaseUnavailable(ServiceError):
    status = 503
    sentence = "数据库暂时连接不上，您的填写没有丢失，请稍等一分钟后再提交。"


class DatabaseTooNew(ServiceError):
    sentence = "数据库是由更新版本的程序建立的，请升级程序后再启动。"
