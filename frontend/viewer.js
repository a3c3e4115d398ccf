// Draws each <div data-diagram="address of the .bpmn"> of a page. `data-active` and `data-done` name the elements
// a case stands at and has passed, `data-faulty` and `data-doubtful` those a check has something to say about. A link with
// `data-shows="id"` centres and selects that element in the first drawing of the page; without this script it leads to the
// drawing. The text twin beside it says the same; the bpmn.io mark stays visible.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { getBBox } from "diagram-js/lib/util/Elements";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./viewer.css";

const CHOSEN = "is-chosen";
const MARGIN = 60;
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
  return viewer;
};

// Moves the drawing so that a box stands in the middle, at its own size or smaller where it would not fit.
const centre = (canvas, box) => {
  const { outer } = canvas.viewbox();
  const fitting = Math.min(outer.width / (box.width + MARGIN), outer.height / (box.height + MARGIN));
  const scale = Math.min(Math.max(canvas.zoom(), 1), fitting);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height });
};

// Shows one element at a size in which its name can be read; what is not drawn leaves the link as it is.
const show = (viewer, id) => {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const element = registry.get(id);
  if (!element) return false;
  registry.filter((one) => canvas.hasMarker(one, CHOSEN)).forEach((one) => canvas.removeMarker(one, CHOSEN));
  canvas.addMarker(element, CHOSEN);
  viewer.get("selection").select(element);
  centre(canvas, getBBox(element));
  canvas.getContainer().scrollIntoView({ block: "center" });
  return true;
};

const drawn = [...document.querySelectorAll("[data-diagram]")].map(draw);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-shows]");
  if (!link || !drawn.length) return;
  event.preventDefault();
  const viewer = await drawn[0];
  if (!viewer || !show(viewer, link.dataset.shows)) document.querySelector(link.hash)?.scrollIntoView();
});
