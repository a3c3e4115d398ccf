// Draws each <div data-diagram="address of the .bpmn"> of a page. `data-active` and `data-done` name the elements
// a case stands at and has passed, `data-faulty` and `data-doubtful` those a check has something to say about. The text twin beside it says the same; the bpmn.io mark stays visible.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./viewer.css";

const ids = (text) => (text ?? "").split(",").map((id) => id.trim()).filter(Boolean);

const draw = async (container) => {
  const viewer = new NavigatedViewer({ container });
  try {
    const answer = await fetch(container.dataset.diagram, { headers: { Accept: "application/xml" } });
    if (!answer.ok) throw new Error(String(answer.status));
    await viewer.importXML(await answer.text());
  } catch {
    container.textContent = "流程图暂时打不开，请看下面的文字说明。";
    return;
  }
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const mark = (names, marker) => names.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, marker));
  mark(ids(container.dataset.done), "is-done");
  mark(ids(container.dataset.active), "is-active");
  mark(ids(container.dataset.doubtful), "is-doubtful");
  mark(ids(container.dataset.faulty), "is-faulty");
  canvas.zoom("fit-viewport", "auto");
};

document.querySelectorAll("[data-diagram]").forEach(draw);
