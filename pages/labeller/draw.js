// Draw the labeller from its state; called after every change, redraws only the parts that changed.

const SHOWN_CLASSES = 10;   // with more, "/" filters the list
const GRID_HELP = [["← ↑ → ↓", "go to an item"], ["X", "mark it as wrong, or not"], ["Enter", "keep the rest; the marked ones come next"],
  ["U", "undo: the last grid comes back"], ["Esc", "leave the grid"]];

function draw(desk) {
  const { root, sync, item, open } = desk;
  const trouble = sync.trouble === "busy" ? "" : sync.trouble;
  const { grid } = desk;
  const state = grid ? "grid" : item ? "asking" : !sync.settled ? (trouble ? "offline" : "loading") : sync.progress.total ? "done" : "empty";
  const focused = root.getRootNode().activeElement?.dataset;
  const asked = grid ? grid.items : item ? [item] : [];
  const decoded = asked.map(({ sha }) => sha && desk.pictures.ready.get(sha)?.decoded);
  part(desk, "progress", progressText(desk) + saving(sync), () => [progressBar(desk)]);
  part(desk, "tools", [state, !desk.past.length, desk.mode.on], () => tools(desk));
  if (root.querySelector("dialog")?.getAttribute("data-panel") !== open) root.querySelector("dialog")?.close();
  const shown = grid ? [grid.items.map(({ task, lost }) => [task, lost]), grid.present(sync.queue).length] : item?.task;
  const drawn = part(desk, "body", [state, shown, item?.blind, decoded, item ? "" : sync.progress],
    () => [grid ? drawGrid(desk) : item ? asking(desk, item) : waiting(desk, state)]);
  if (grid) markTiles(desk);
  part(desk, "below", grid && [grid.items[grid.place].task, desk.mode.kept(sync.queue).length], () => (grid ? drawBelow(desk) : []));
  part(desk, "last", [desk.warning, desk.past.at(-1)?.answers[0].uid], () => [lastAnswer(desk)]);
  const mine = state === "asking" ? sync.progress?.elsewhere.filter((other) => other.mine) ?? [] : [];
  part(desk, "own", mine, () => (mine.length ? [takeOver(desk, mine)] : []));
  part(desk, "panel", [open], () => panel(desk));
  drawers(desk, grid ? undefined : item);
  root.querySelector("dialog:not([open])")?.showModal();
  if (drawn && desk.zoom.enlarged) desk.zoom.show();
  root.dataset.state = root.querySelector("[data-loading]") ? "loading" : state;
  root.dataset.itemId = asked.map(({ row_id }) => row_id).join(" ");
  root.dataset.pending = sync.outbox.size;
  root.dataset.saved = trouble || (sync.outbox.size ? "pending" : "all");
  if (focused?.command && !root.getRootNode().activeElement) refocus(root, focused);
  if (grid && drawn && document.activeElement === document.body) tilesOf(root)[grid.place].focus({ preventScroll: true });
}

// One part of the page: what is typed into it and what has the focus stay while its key stays the same.
// Gives whether it was drawn anew.
function part(desk, name, key, build) {
  const { root, parts } = desk;
  if (!parts.has(name)) {
    const slot = element("div", { class: `part ${name}` });
    parts.set(name, { slot, key: null });
    root.append(slot);
  }
  const known = parts.get(name);
  const fresh = JSON.stringify(key);
  if (known.key === fresh) return false;
  known.key = fresh;
  known.slot.replaceChildren(...build());
  return true;
}

// Who goes through the buttons with the keyboard stays on the same one when the next item comes.
function refocus(root, { command, class: name }) {
  const same = [...root.querySelectorAll("[data-command]")].find((other) =>
    other.dataset.command === command && other.dataset.class === name);
  same?.focus({ preventScroll: true });
}

function progressText({ sync, moments }) {
  if (!sync.progress) return "";
  const { total, done, per_minute: before } = sync.progress;
  return progressLine(Math.min(total, Math.max(0, done + sync.outbox.ahead())), total, pace(moments) ?? before);
}

function progressBar(desk) {
  const troubled = ["offline", "expired"].includes(desk.sync.trouble);
  const saved = element("span", { class: troubled ? "saved trouble" : "saved" }, saving(desk.sync));
  return element("p", { "data-part": "progress" }, progressText(desk), saved);
}

function tools(desk) {
  const grid = desk.gridable ? [button(desk, "grid", "G", "Grid", { disabled: !desk.item, "aria-pressed": String(desk.mode.on) })] : [];
  return [button(desk, "help", "?", "Keys"), ...grid, button(desk, "note", "N", "Note", { disabled: !desk.item || Boolean(desk.grid) }),
    button(desk, "undo", "U", "Undo", { disabled: !desk.past.length })];
}

function button(desk, command, key, name, more = {}) {
  const press = more.onclick ?? (() => desk.press(command));
  const attributes = { type: "button", "data-command": command, ...more, onclick: press, "aria-keyshortcuts": key || undefined, title: more.title ?? (key ? `Key ${key}` : undefined) };
  return element("button", attributes, key ? element("kbd", {}, key) : null, name);
}

function asking(desk, item) {
  const stage = drawStage(drawItem(item, desk.pictures, () => desk.render()), desk.zoom);
  const asked = element("h2", { "data-part": "question" }, question(item, desk.numbers));
  const reasons = item.blind || !item.reasons.length ? null
    : element("ul", { class: "reasons" }, ...item.reasons.map((reason) => element("li", {}, reason)));
  const choices = element("div", { class: "choices" }, ...verdicts(desk, item), ...(desk.numbers ? [numberField(desk)] : classButtons(desk, item)));
  const others = element("div", { class: "others" }, button(desk, "skip", "S", "Skip"),
    button(desk, "unsure", "D", "Don’t know"), button(desk, "flag", "F", "Flag"), button(desk, "zoom", "Z", "Zoom", { "aria-pressed": String(desk.zoom.enlarged), title: "Key Z; + and - or the wheel: larger, smaller; 0: whole" }));
  return element("div", { class: "desk" }, element("div", { class: "view" }, stage, drawCaption(item)), element("section", { class: "ask" }, asked, reasons, choices, others));
}

function verdicts(desk, item) {
  if (item.blind) return [];
  const buttons = [];
  if (item.suggested) buttons.push(button(desk, "agree", "A", `Yes, ${isolated(item.suggested)}`, { class: "main" }));
  if (item.given && item.given !== item.suggested) buttons.push(button(desk, "keep", "K", `Keep ${isolated(item.given)}`));
  return buttons;
}

// Typed and entered; Escape gives the keys back.
function numberField(desk) {
  const save = element("button", { type: "submit", "data-command": "number", disabled: true }, "Save the number");
  const field = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", "data-number": true, "aria-label": "Another number", placeholder: "Another number, then Enter" });
  field.addEventListener("input", () => {
    save.disabled = !isNumber(field.value);
    field.setAttribute("aria-invalid", String(field.value !== "" && save.disabled));
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Escape") { field.value = ""; field.blur(); } });
  const submit = (event) => { event.preventDefault(); desk.label(field.value.trim()); };
  return element("form", { class: "number", onsubmit: submit }, field, save);
}

function classButtons(desk, item) {
  const offered = item.blind ? [] : [item.suggested, item.given];  // they have buttons of their own
  const short = desk.classes.length <= SHOWN_CLASSES;
  const rest = short ? desk.classes.filter((name) => desk.classes.length > 2 ? true : !offered.includes(name)) : [];
  const one = (name) => button(desk, "class", classDigit(name, desk.classes), isolated(name), { "data-class": name, onclick: () => desk.label(name) });
  const filter = short ? [] : [button(desk, "filter", "/", `Another of ${desk.classes.length} classes`)];
  return [element("div", { class: short && rest.every((name) => name.length < 3) ? "classes narrow" : "classes" }, ...rest.map(one), ...filter)];
}

function lastAnswer(desk) {
  const past = desk.past.at(-1);
  const words = desk.warning || (past ? stepWords(past) : "");
  return element("p", { class: desk.warning ? "last trouble" : "last", role: "status", "data-part": "last" }, words);
}

function waiting(desk, state) {
  const { sync, links } = desk;
  if (state === "loading") return element("div", { class: "rest" }, element("div", { class: "skeleton" }));
  if (state === "offline") return element("div", { class: "rest" }, element("p", {}, unreachable(sync.trouble)));
  if (state === "empty") {
    return element("div", { class: "rest" }, element("h2", {}, "Nothing to relabel yet"),
      element("p", {}, "Suspected labels that are sent here wait for you on this page."),
      element("a", { href: links.suspects, class: "main" }, "Look at the suspects"));
  }
  return endCard(desk);
}

function endCard(desk) {
  const { sync, links } = desk;
  const { open, skipped, elsewhere, changed, kept, unsure, flagged, conflict } = sync.progress;
  const some = changed + kept + unsure + flagged + conflict > 0;
  const again = () => sync.seek({ again: true });
  return element("div", { class: "rest" }, element("h2", { "data-part": "summary" }, summary(sync.progress)),
    open && some ? element("p", {}, `Until now: ${outcomes(sync.progress)}`) : null,
    elsewhere.length ? takeOver(desk, elsewhere) : null,
    elsewhere.length ? element("p", {}, "An open tab keeps its questions, a closed one gives them back after five minutes at most. Answers that still come from there count as well.") : null,
    skipped ? element("button", { type: "button", "data-command": "again", onclick: again }, `Answer the ${skipped} skipped`) : null,
    some ? element("a", { href: links.retrain, class: "main", "data-part": "retrain" }, "Retrain with these answers") : null);
}

function takeOver(desk, elsewhere) {
  const one = (other) => element("li", {}, `${whereabouts(other)} `,
    button(desk, "takeover", other.mine ? "T" : "", takeOverWords(other.number), { "data-class": other.person, onclick: () => desk.sync.seek({ whose: other.person }) }));
  return element("ul", { class: "elsewhere", "data-part": "elsewhere", "aria-label": "Questions that are open elsewhere" }, ...elsewhere.map(one));
}

// Over the page, so that it is in sight wherever the page stands; closing gives the focus back.
function panel(desk) {
  const { open } = desk;
  const shown = { help: helpPanel, note: notePanel, filter: filterPanel }[open];
  if (!shown) return [];
  const name = { help: "Keys", note: "Note", filter: "Classes" }[open];
  const leave = () => desk.change({ open: "" });
  const close = element("button", { type: "button", "data-command": "close", autofocus: open === "help", onclick: leave }, "Close");
  // The event of a dialog that was replaced comes late: it must not close the one that is open by then.
  const ended = (event) => { if (event.target.isConnected) desk.closed(open); };
  const dialog = element("dialog", { class: "panel", "data-panel": open, "aria-label": name, onclose: ended },
    element("h2", {}, name), ...shown(desk), close);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) leave(); });
  return [dialog];
}

function helpPanel(desk) {
  const off = element("input", { type: "checkbox", checked: keysOff(), onchange: (event) => switchKeys(event.target.checked) });
  const rows = desk.grid ? GRID_HELP : keysHelp(desk);
  return [element("dl", {}, ...rows.flatMap(([key, name]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, name)])),
    element("label", {}, off, " Switch the keys off on this computer")];
}

function keysHelp(desk) {
  const choose = desk.numbers ? ["0-9", "another number, Enter saves it"] : ["1-9, 0", "a class"];
  const last = desk.numbers ? ["/", "write another number"] : ["/", "filter the classes"];
  const verdict = desk.item?.blind ? [] : [["A", "agree with the suggestion"], ["K", "keep the label given before"]];
  const grid = desk.gridable ? [["G", desk.mode.on ? "no more grids" : "grid: many of one class at once"]] : [];
  return [...verdict, choose, ["S", "skip"], ["D", "don’t know"], ["F", "flag: the item is broken"], ...grid, ["N", "note"], ["U", "undo"], ["Z", "zoom and back"], ["+ -", "larger, smaller"], ["0", "the whole picture, where no class has this key"],
    ["T", "take over what another tab of yours has"], ["E", desk.numbers ? "guideline" : "guideline and examples"], ["H", "history of this item"],
    ["M", "my answers: look for one and change it"], last];
}

function notePanel(desk) {
  const field = element("textarea", { rows: "2", dir: "auto", maxlength: "2000", autofocus: true, "aria-label": "Note" });
  field.value = desk.draft;  // closing loses nothing that was written
  field.addEventListener("input", () => { desk.draft = field.value; });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    desk.note(field.value);
  });
  const keep = element("button", { type: "button", onclick: () => desk.note(field.value) }, "Keep the note");
  return [field, keep];
}
