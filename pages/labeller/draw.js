// Draw the whole labeller from its state; called after every change.

function draw(desk) {
  const { root, sync, item } = desk;
  const typed = root.querySelector("[data-typing]")?.value ?? "";
  const state = item ? "asking" : !sync.started ? (sync.trouble ? "offline" : "loading") : sync.progress.total ? "done" : "empty";
  const parts = item ? asking(desk, item) : [waiting(desk, state)];
  root.replaceChildren(bar(desk), ...parts, lastAnswer(desk), ...panels(desk, typed));
  root.dataset.state = root.querySelector("[data-loading]") ? "loading" : state;
  root.dataset.itemId = item?.row_id ?? "";
  root.dataset.task = item?.task ?? "";
  root.dataset.pending = sync.outbox.size;
  root.dataset.saved = sync.trouble || (sync.outbox.size ? "pending" : "all");
}

function bar(desk) {
  const { sync } = desk;
  const saved = element("span", { class: sync.trouble ? "saved trouble" : "saved" }, saving(sync));
  const line = element("p", { class: "progress", "data-part": "progress" });
  if (sync.progress) {
    const done = Math.min(sync.progress.total, Math.max(0, sync.progress.done + sync.outbox.ahead()));
    line.append(progressLine(done, sync.progress.total, pace(desk.moments) ?? sync.progress.per_minute));
  }
  line.append(saved);
  const tools = [["help", "?", "Keys"], ["note", "N", "Note"], ["undo", "U", "Undo"]];
  return element("header", {}, line, element("div", { class: "tools" }, ...tools.map((tool) => button(desk, ...tool,
    { disabled: (tool[0] === "undo" && !desk.past.length) || (tool[0] === "note" && !desk.item) }))));
}

function button(desk, command, key, name, more = {}) {
  const press = more.onclick ?? (() => desk.press(command));
  const attributes = { type: "button", "data-command": command, ...more, onclick: press, "aria-keyshortcuts": key || undefined };
  return element("button", attributes, key ? element("kbd", {}, key) : null, name);
}

function asking(desk, item) {
  const stage = element("div", { class: desk.zoomed ? "stage zoomed" : "stage", "data-part": "item" },
    drawItem(item, desk.pictures, () => desk.render()));
  const asked = element("h2", { "data-part": "question" }, question(item));
  const reasons = item.blind || !item.reasons.length ? null
    : element("ul", { class: "reasons" }, ...item.reasons.map((reason) => element("li", {}, reason)));
  const choices = element("div", { class: "choices" }, ...verdicts(desk, item), ...classButtons(desk, item));
  const others = element("div", { class: "others" }, button(desk, "skip", "S", "Skip"),
    button(desk, "unsure", "D", "Don’t know"), button(desk, "flag", "F", "Flag"), button(desk, "zoom", "Z", "Zoom"));
  return [element("div", { class: "desk" }, stage, element("section", { class: "ask" }, asked, reasons, choices, others))];
}

function verdicts(desk, item) {
  if (item.blind) return [];
  const found = [];
  if (item.suggested) found.push(button(desk, "agree", "A", `Yes, ${item.suggested}`, { class: "main" }));
  if (item.given && item.given !== item.suggested) found.push(button(desk, "keep", "K", `Keep ${item.given}`));
  return found;
}

function classButtons(desk, item) {
  const said = item.blind ? [] : [item.suggested, item.given];
  const short = desk.classes.length <= SHOWN_CLASSES;
  const rest = short ? desk.classes.filter((name) => desk.classes.length > 2 ? true : !said.includes(name)) : [];
  const one = (name) => button(desk, "class", classDigit(name, desk.classes), name, { "data-class": name, onclick: () => desk.label(name) });
  const filter = short ? [] : [button(desk, "filter", "/", `Another of ${desk.classes.length} classes`)];
  return [element("div", { class: short && rest.every((name) => name.length < 3) ? "classes narrow" : "classes" }, ...rest.map(one), ...filter)];
}

function lastAnswer(desk) {
  const past = desk.past.at(-1);
  const words = desk.warning || (past ? answered(past) : "");
  return element("p", { class: desk.warning ? "last trouble" : "last", role: "status", "data-part": "last" }, words);
}

function waiting(desk, state) {
  const { sync, links } = desk;
  if (state === "loading") return element("div", { class: "rest" }, element("div", { class: "skeleton" }));
  if (state === "offline") return element("div", { class: "rest" }, element("p", {}, "The server does not answer. This page tries again by itself."));
  if (state === "empty") {
    return element("div", { class: "rest" }, element("h2", {}, "Nothing to relabel yet"),
      element("p", {}, "Suspected labels that are sent here wait for you on this page."),
      element("a", { href: links.suspects, class: "main" }, "Look at the suspects"));
  }
  const skipped = sync.progress.skipped;
  const again = () => { sync.again = true; sync.exhausted = false; sync.claimed = 0; sync.wake(); };
  return element("div", { class: "rest" }, element("h2", { "data-part": "summary" }, summary(sync.progress)),
    skipped ? element("button", { type: "button", "data-command": "again", onclick: again }, `Answer the ${skipped} skipped`) : null,
    element("a", { href: links.retrain, class: "main", "data-part": "retrain" }, "Retrain with these answers"));
}

function panels(desk, typed) {
  const shown = { help: helpPanel, note: notePanel, filter: filterPanel }[desk.open];
  const guideline = desk.guideline && element("details", {}, element("summary", {}, "Guideline"), element("p", {}, desk.guideline));
  return [shown ? shown(desk, typed) : null, guideline || null].filter(Boolean);
}

function helpPanel(desk) {
  const rows = [["A", "agree with the suggestion"], ["K", "keep the label given before"], ["1-9, 0", "a class"],
    ["S", "skip"], ["D", "don’t know"], ["F", "flag: the item is broken"], ["N", "note"], ["U", "undo"], ["Z", "zoom"], ["/", "filter the classes"]];
  const off = element("input", { type: "checkbox", checked: keysOff(), onchange: (event) => switchKeys(event.target.checked) });
  return element("section", { class: "panel", "aria-label": "Keys" },
    element("dl", {}, ...rows.flatMap(([key, name]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, name)])),
    element("label", {}, off, " Switch the keys off on this computer"));
}

function notePanel(desk, typed) {
  const field = element("textarea", { rows: "2", maxlength: "2000", "data-typing": true, "aria-label": "Note" });
  field.value = typed;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") desk.change({ open: "" });
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    desk.note(field.value);
  });
  const keep = element("button", { type: "button", onclick: () => desk.note(field.value) }, "Keep the note");
  return element("section", { class: "panel", "aria-label": "Note" }, field, keep);
}

function filterPanel(desk, typed) {
  const list = element("div", { class: "classes" });
  const fill = (words) => {
    const found = desk.classes.filter((name) => name.toLowerCase().includes(words.trim().toLowerCase())).slice(0, 12);
    list.replaceChildren(...found.map((name) => element("button", { type: "button", "data-class": name, onclick: () => desk.label(name) }, name)));
    return found;
  };
  const field = element("input", { type: "search", "data-typing": true, "aria-label": "Filter the classes", placeholder: "Type to filter, Enter takes the first" });
  field.value = typed;
  field.addEventListener("input", () => fill(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") desk.change({ open: "" });
    if (event.key === "Enter" && !event.isComposing) desk.label(fill(field.value)[0]);
  });
  fill(typed);
  return element("section", { class: "panel", "aria-label": "Classes" }, field, list);
}
