// Comfort for forms that work without it: fields that do not apply are hidden, letters are counted,
// a second click is ignored, and the reader is taken to what must be put right.
(() => {
  "use strict";

  const follow = (form) => {
    const fields = [...form.querySelectorAll("[data-show-when]")];
    const show = () => {
      const data = new FormData(form);
      const without = new Set(); // answers to what does not apply are none, also for what comes later
      const values = (name) => (without.has(name) ? [] : data.getAll(name));
      for (const field of fields) {
        field.hidden = !conditions.applies(JSON.parse(field.dataset.showWhen), values);
        if (field.hidden) field.querySelectorAll("[name]").forEach((control) => without.add(control.name));
      }
    };
    if (fields.length === 0) return;
    for (const field of fields) field.querySelector(".when")?.remove(); // the page itself now says it
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    show();
  };

  const count = (area) => {
    const line = document.createElement("p");
    line.className = "hint";
    const write = () => {
      const written = [...area.value].length;
      const over = written - Number(area.dataset.count);
      line.textContent = over > 0 ? `已写 ${written} 个字，多了 ${over} 个字。` : `已写 ${written} 个字。`;
      line.classList.toggle("error", over > 0);
    };
    area.after(line);
    area.addEventListener("input", write);
    write();
  };

  // A long list of names: how many are ticked, and a box that narrows it down.
  const pick = (list) => {
    const labels = [...list.querySelectorAll("label")];
    const box = document.createElement("input");
    const line = document.createElement("p");
    box.type = "search";
    box.className = "form-control short";
    box.placeholder = "输入几个字筛选";
    box.setAttribute("aria-label", `在“${list.dataset.many}”中筛选`);
    line.className = "hint";
    const ticked = (label) => label.querySelector("input").checked;
    const write = () => {
      const names = labels.filter(ticked).map((label) => label.textContent.trim());
      line.textContent = names.length ? `已选 ${names.length} 项：${names.join("、")}。` : "还没有选择。";
    };
    const narrow = () => {
      for (const label of labels) label.hidden = !ticked(label) && !label.textContent.includes(box.value.trim());
    };
    box.addEventListener("input", (event) => { event.stopPropagation(); narrow(); });
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    list.addEventListener("change", write);
    list.before(box);
    list.after(line);
    write();
  };

  const once = (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 10000);
    });
  };

  document.querySelectorAll("form").forEach(follow);
  document.querySelectorAll("textarea[data-count]").forEach(count);
  document.querySelectorAll("[data-many]").forEach(pick);
  document.querySelectorAll("form[data-once]").forEach(once);
  document.getElementById("error-summary")?.focus();
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((f) => delete f.dataset.sent));
})();
