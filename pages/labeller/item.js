// Draw an item: picture, text or record. Everything that comes from data is text, never markup.

const AHEAD = 6;     // pictures that are decoded before they are needed
const SMALL = 200;   // pixels: below this, enlarged pictures keep their edges

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

class Pictures {
  constructor(base) {
    this.base = base;
    this.ready = new Map();
  }

  // Start to load and decode the pictures of the next items; forget those that went by.
  prepare(items) {
    const wanted = new Set(items.slice(0, AHEAD).map((item) => item.sha).filter(Boolean));
    for (const sha of this.ready.keys()) if (!wanted.has(sha)) this.ready.delete(sha);
    for (const sha of wanted) if (!this.ready.has(sha)) this.ready.set(sha, this.load(sha));
  }

  load(sha) {
    const picture = new Image();
    picture.src = `${this.base}/api/v1/items/${sha}`;
    const entry = { picture, decoded: false, failed: false };
    entry.done = picture.decode().then(() => { entry.decoded = true; }, () => { entry.failed = true; });
    return entry;
  }
}

function drawItem(item, pictures, redraw) {
  if (item.kind === "text") return element("div", { class: "text", tabindex: "0", role: "region", "aria-label": "Text" }, item.text ?? "");
  if (item.kind === "image") return drawPicture(item, pictures, redraw);
  return drawRecord(item);
}

function drawPicture(item, pictures, redraw) {
  if (!item.sha) return element("p", { class: "missing" }, "This picture cannot be read. Press F to flag it.");
  const entry = pictures.ready.get(item.sha);
  if (entry.failed) return element("p", { class: "missing" }, "This picture did not arrive. Press S to skip it.");
  if (!entry.decoded) {
    entry.done.then(redraw);
    return element("div", { class: "skeleton", "data-loading": true });
  }
  const { picture } = entry;
  picture.alt = `Item ${item.row_id}`;
  picture.className = Math.max(picture.naturalWidth, picture.naturalHeight) < SMALL ? "small" : "";
  return picture;
}

function drawRecord(item) {
  const rows = item.table.map((cell) => element("tr", cell.unusual ? { class: "unusual" } : {},
    element("th", { scope: "row" }, cell.name),
    element("td", {}, cell.value, cell.unusual ? element("em", {}, ` ▲ unusual (mostly ${cell.usual})`) : null)));
  const table = element("table", {}, element("tbody", {}, ...rows));
  return element("div", { class: "record", tabindex: "0", role: "region", "aria-label": "Record" }, table);
}
