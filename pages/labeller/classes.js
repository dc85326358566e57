// Choose among many classes by typing: names that begin so, then names that hold it; of both the recent ones first.

const OFFERED = 40;   // classes that stand in the list at once
const RECENT = 9;     // that come first

// Without accents (the marks of NFD, Unicode annex 15) and capitals.
/** @param {string} name */
function folded(name) { return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim(); }

/** @type {WeakMap<string[], string[]>} */
const foldedLists = new WeakMap();  // each list is folded once, not with every key

/** @param {string[]} classes */
function foldedList(classes) {
  const names = foldedLists.get(classes) ?? classes.map(folded);
  foldedLists.set(classes, names);
  return names;
}

// The classes that fit what was typed, the likeliest first.
/** @param {string[]} classes @param {string} words @param {string[]} recent */
function fitting(classes, words, recent) {
  const wanted = folded(words);
  const names = foldedList(classes);
  const begins = classes.filter((_, place) => names[place].startsWith(wanted));
  const holds = wanted ? classes.filter((_, place) => !names[place].startsWith(wanted) && names[place].includes(wanted)) : [];
  const first = (/** @type {string[]} */ some) => {
    const among = new Set(some);
    return [...new Set([...recent.filter((name) => among.has(name)), ...some])];
  };
  return [...first(begins), ...first(holds)];
}

// What was chosen last, the newest first.
/** @param {Step[]} past */
function recentClasses(past) {
  const labels = past.flatMap(({ answers }) => answers.map(({ label }) => label)).reverse();
  return [...new Set(labels.filter((label) => label !== null))].slice(0, RECENT);
}

function filterPanel(desk) {
  const recent = recentClasses(desk.past);
  const list = element("div", { class: "options", id: "classes", role: "listbox", "aria-label": "Classes" });
  const told = element("p", { class: "caption", role: "status" });
  const field = element("input", { type: "search", dir: "auto", autofocus: true, role: "combobox", autocomplete: "off", "aria-expanded": "true", "aria-controls": "classes",
    "aria-autocomplete": "list", "aria-label": "Class", title: "Type, ↑ ↓ to choose, Enter takes it", placeholder: "Type, ↑ ↓ to choose, Enter takes it" });
  let names = [];
  let place = 0;
  const choose = (next) => {
    list.children[place]?.setAttribute("aria-selected", "false");
    place = Math.max(0, Math.min(list.children.length - 1, next));
    list.children[place]?.setAttribute("aria-selected", "true");
    if (list.children.length) field.setAttribute("aria-activedescendant", `class-${place}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[place]?.scrollIntoView({ block: "nearest" });
  };
  const fill = () => {
    names = fitting(desk.classes, field.value, recent);
    list.replaceChildren(...names.slice(0, OFFERED).map((name, number) => element("div", { id: `class-${number}`, role: "option", "aria-selected": "false",
      "data-class": name, onclick: () => desk.label(name) }, isolated(name))));
    told.textContent = fittingWords(names.length, Math.min(names.length, OFFERED));
    choose(0);
  };
  field.addEventListener("input", fill);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (way) { event.preventDefault(); choose(place + way); }
    else if (event.key === "Enter") desk.label(names[place]);
  });
  fill();
  return [field, list, told];
}
