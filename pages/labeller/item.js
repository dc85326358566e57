// Draw an item: picture, text or record. Everything that comes from data is text, never markup.

const AHEAD = 6;     // pictures that are decoded before they are needed, one by one
const SMALL = 200;   // pixels: below this, enlarged pictures keep their edges

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// The pictures of the queue are fetched at once (so that work goes on without a network) and the next ones decoded.
class Pictures {
  constructor(base) {
    this.base = base;
    /** @type {Map<string, Picture>} */
    this.ready = new Map();
    /** @type {string[]} */
    this.next = [];
  }

  prepare(items, ahead = AHEAD) {
    const wanted = [...new Set(items.map((item) => item.sha).filter(Boolean))];
    for (const sha of this.ready.keys()) if (!wanted.includes(sha)) this.ready.delete(sha);
    for (const [place, sha] of wanted.entries()) {
      if (!this.ready.has(sha)) this.fetch(sha, place < ahead ? "high" : "low");
      if (place < ahead) this.ready.get(sha)?.decode();
    }
    this.next = wanted.slice(0, ahead);
  }

  fetch(sha, priority) {
    const picture = new Image();
    /** @type {Picture} */
    const entry = { picture, decoded: false, wait: 500, decode: () => {}, done: Promise.resolve() };
    const again = () => { if (this.ready.get(sha) === entry) picture.src = picture.src; };
    entry.done = new Promise((/** @type {(value?: void) => void} */ resolve) => {
      entry.decode = () => { if (picture.complete && !entry.decoded) picture.decode().then(() => { entry.decoded = true; resolve(); }, () => {}); };
      picture.onload = () => { if (this.next.includes(sha)) entry.decode(); };
      picture.onerror = () => setTimeout(again, (entry.wait = Math.min(30_000, 2 * entry.wait)));
    });
    picture.fetchPriority = priority;
    picture.src = `${this.base}/api/v1/items/${sha}`;
    this.ready.set(sha, entry);
  }
}

function drawStage(item, zoom) {
  const stage = element("div", { class: "stage", "data-part": "item" }, item);
  if (item.tagName === "IMG") zoom.follow(stage);
  return stage;
}

function drawItem(item, pictures, redraw) {
  if (item.kind === "text") return element("div", { class: "text", dir: "auto", tabindex: "0", role: "region", "aria-label": "Text" }, item.text ?? "");
  if (item.kind === "image") return drawPicture(item, pictures, redraw);
  return drawRecord(item);
}

function drawPicture(item, pictures, redraw) {
  if (!item.sha) return element("p", { class: "missing" }, "This picture cannot be read. Press F to flag it.");
  const entry = pictures.ready.get(item.sha);
  if (!entry.decoded) {
    entry.done.then(redraw);
    return element("div", { class: "skeleton", "data-loading": true }, "The picture is on its way.");
  }
  const { picture } = entry;
  picture.draggable = false;
  picture.alt = `Item ${isolated(item.row_id)}`;
  picture.className = Math.max(picture.naturalWidth, picture.naturalHeight) < SMALL ? "small" : "";
  return picture;
}

// What was changed of the picture so that it can be shown; the line is there for every picture, so that nothing moves.
function drawCaption(item) {
  return item.kind === "image" ? element("p", { class: "caption", "data-part": "caption" }, item.caption ?? "") : null;
}

function drawRecord(item) {
  const rows = item.table.map((cell) => element("tr", cell.unusual ? { class: "unusual" } : {},
    element("th", { scope: "row" }, element("bdi", {}, cell.name)),
    element("td", {}, element("bdi", {}, cell.value), cell.unusual ? element("em", {}, " ◆ unusual (mostly ", element("bdi", {}, cell.usual), ")") : null)));
  const table = element("table", {}, element("tbody", {}, ...rows));
  return element("div", { class: "record", tabindex: "0", role: "region", "aria-label": "Record" }, table);
}
