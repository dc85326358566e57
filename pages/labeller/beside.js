// Beside the item: guideline and examples, its history, and what this person chose before; read when they are opened.

const TYPED = 250;        // ms without a key until what was typed is looked for
const KNOWN_CLASSES = 4;  // of many classes those in question, then the latest, have examples
const DRAWERS = new Set(["examples", "history", "mine"]);

function drawers(desk, item) {
  const examples = desk.guideline || !desk.numbers;
  part(desk, "guideline", [], () => (examples ? [drawer(desk, "examples", "E", desk.numbers ? "Guideline" : "Guideline and examples", showExamples)] : []));
  part(desk, "history", [item?.task], () => (item ? [drawer(desk, "history", "H", "History of this item", showHistory)] : []));
  part(desk, "mine", [], () => [drawer(desk, "mine", "M", "My answers", showMine)]);
}

function drawer(desk, command, key, title, show) {
  const inside = element("div", { class: "drawer" });
  const box = element("details", { "data-drawer": command, ontoggle: () => { if (box.open) show(desk, inside); } },
    element("summary", { title: `Key ${key}`, "aria-keyshortcuts": key, "data-command": command }, element("kbd", {}, key), title), inside);
  return box;
}

// Opened with the focus in it, closed with the focus on its line.
function turnDrawer(root, command) {
  const box = root.querySelector(`[data-drawer=${command}]`);
  if (!box) return;
  box.open = !box.open;
  box.querySelector("summary").focus();
}

// Fill in what the server says; what is asked later wins.
async function fill(desk, inside, wanted, build) {
  const turn = inside.turn = (inside.turn ?? 0) + 1;
  let nodes;
  try {
    nodes = build(await desk.sync.post("beside", wanted));
  } catch {
    nodes = [element("p", {}, "This cannot be read just now. Open it again later.")];
  }
  if (inside.turn === turn) inside.replaceChildren(...nodes);
}

function showExamples(desk, inside) {
  const { item, classes } = desk;
  const asked = !item || item.blind ? [] : [item.suggested, item.given].filter((name) => classes.includes(name));
  const labels = classes.length <= SHOWN_CLASSES ? classes : [...new Set([...asked, ...recentClasses(desk.past)])].slice(0, KNOWN_CLASSES);
  const words = desk.guideline ? [element("p", { dir: "auto" }, desk.guideline)] : [];
  const known = ({ examples }) => examples.filter(({ items }) => items.length);
  return fill(desk, inside, { labels }, (reply) => [...words, ...(known(reply).length || desk.numbers ? [] : [element("p", {}, "No item is settled yet as one of these classes.")]),
    ...known(reply).map(({ label, items }) => element("section", { class: "example", "aria-label": label }, element("h3", {}, isolated(label)),
      ...items.map((each) => miniature(desk, each))))]);
}

function showHistory(desk, inside) {
  return fill(desk, inside, { task: desk.item?.task }, ({ history }) => {
    const lines = history.events.map((event) => element("li", {}, pastWords(event), event.note ? element("q", { dir: "auto" }, event.note) : null));
    return [lines.length ? element("ul", {}, ...lines) : null, element("p", {}, hiddenWords(history.hidden, lines.length))].filter(Boolean);
  });
}

function showMine(desk, inside) {
  const found = inside.querySelector(".found") ?? element("div", { class: "found", role: "status" });
  const look = (words) => fill(desk, found, { words }, ({ own }) => (own.length ? own.map((past) => ownAnswer(desk, past)) : [element("p", {}, "None of your answers.")]));
  if (!inside.firstChild) inside.append(mineField(look), found);
  return look(inside.querySelector("input").value);
}

function mineField(look) {
  let waiting;
  const field = element("input", { type: "search", dir: "auto", "aria-label": "Search my answers", placeholder: "Class, note or row", title: "Escape gives the keys back" });
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => look(field.value), TYPED); });
  field.addEventListener("keydown", (event) => { if (event.key === "Escape") field.blur(); });
  return field;
}

function ownAnswer(desk, past) {
  const change = element("button", { type: "button", "data-command": "change", "data-class": past.item.row_id, title: `Change the answer to ${past.item.row_id}`,
    onclick: () => desk.reopen(past) }, "Change");
  return element("div", { class: "past" }, miniature(desk, past.item), element("span", {}, `${verdictOf(past)}, ${clock(past.at)}`), change);
}

function miniature(desk, item) {
  if (item.kind === "image" && item.sha) return element("img", { src: `${desk.base}/api/v1/items/${item.sha}`, alt: `Item ${isolated(item.row_id)}`, loading: "lazy" });
  const words = item.kind === "text" ? item.text : item.table.slice(0, KNOWN_CLASSES).map(({ name, value }) => `${name}: ${value}`).join(", ");
  return element("span", { class: "lines", dir: "auto" }, (words || item.row_id).slice(0, CUT));
}
