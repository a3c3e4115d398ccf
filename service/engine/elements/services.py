"""Tasks the host or a decision table does: what they are given, and what comes back."""

from collections.abc import Mapping
from types import MappingProxyType

from SpiffWorkflow.bpmn.specs import defaults

from service.engine.deciding import ruling
from service.engine.deciding.decisions import Decision
from service.engine.deciding.ruling import Ruling
from service.engine.elements.activities import Activity
from service.engine.elements.errors import Fault
from service.engine.host import OperationCall
from service.engine.language.expressions import Template
from service.engine.running.instances import Token
from service.engine.running.values import evaluated, plain
from service.errors import BpmnError, OperationFailed, ProcessFailed


class ServiceTask(Activity, defaults.ServiceTask):
    """Asks the host to carry out an operation; what it returns becomes variables.

    Its inputs are the parameters of the operation, its outputs are computed from them and from what came back.
    """

    parameters: Mapping[str, Template]
    outcomes: Mapping[str, Template]

    def _run_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        values = {name: evaluated(text, my_task) for name, text in self.parameters.items()}
        parameters = plain(values, self.bpmn_id)
        process_id = my_task.workflow.spec.process_id
        variables = MappingProxyType(my_task.data)
        call = OperationCall(process_id, self.bpmn_id, my_task.id, variables, parameters)
        try:
            result = top.host.call(self.element.topic, call)
        except BpmnError as error:
            return self._fail(my_task, error)
        except top.passing:
            raise
        except Exception as error:
            raise OperationFailed(element=self.bpmn_id, cause=repr(error)) from error
        names = {**my_task.data, **parameters}
        returned = plain(result or {}, self.bpmn_id)
        my_task.assign(returned)
        if self.outcomes:
            names |= returned
            outcomes = {k: evaluated(text, my_task, names) for k, text in self.outcomes.items()}
            my_task.assign(plain(outcomes, self.bpmn_id))
        return True

    @staticmethod
    def _fail(my_task: Token, error: BpmnError) -> bool:
        """An error the diagram draws goes there; any other is the refusal of the operation."""
        if not Fault("error", error.code, message=str(error)).is_caught(my_task):
            raise error
        return False


class BusinessRuleTask(Activity, defaults.ServiceTask):
    """Decides by a table: by the newest one, unless the diagram is bound to that of its own deployment.

    Its inputs are seen by the table and its outputs, which also have the whole answer as `decisionResult`.
    """

    ruling: Ruling
    bound: Decision | None
    parameters: Mapping[str, Template]
    outcomes: Mapping[str, Template]

    def _run_hook(self, my_task: Token) -> bool:
        values = {name: evaluated(text, my_task) for name, text in self.parameters.items()}
        parameters = plain(values, self.bpmn_id)
        answer = self._decision(my_task).answer({**my_task.data, **parameters}, self.bpmn_id)
        my_task.assign(plain(ruling.variables(self.ruling, answer, self.bpmn_id), self.bpmn_id))
        if self.outcomes:
            names = {**my_task.data, **parameters, ruling.WHOLE: ruling.whole(answer)}
            outcomes = {k: evaluated(text, my_task, names) for k, text in self.outcomes.items()}
            my_task.assign(plain(outcomes, self.bpmn_id))
        return True

    def _decision(self, my_task: Token) -> Decision:
        found = self.bound or my_task.workflow.top_workflow.host.decision(self.ruling.key)
        if found is None:
            raise ProcessFailed(
                f"环节“{self.bpmn_name or self.bpmn_id}”要用的决策“{self.ruling.key}”没有部署，"
                "请流程设计员部署它的 .dmn 文件后重试。",
                element=self.bpmn_id,
                cause=f"no decision {self.ruling.key!r}",
            )
        return found
