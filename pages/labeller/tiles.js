// Draw a grid: its tiles, and below them what is said of the one that the keys mean.

const CUT = 400;   // letters of a text on a tile: more than its lines hold

function drawGrid(desk) {
  const { grid, sync, pictures } = desk;
  const here = new Set(grid.present(sync.queue));
  const drawn = new Set();  // pictures: a second row with the same one gets a copy
  const tiles = grid.items.map((item, place) => {
    const inside = here.has(item) ? thumbnail(item, pictures, drawn, () => desk.render()) : element("span", { class: "away" }, whereTo(item, desk.person));
    return element("div", { class: "tile", role: "option", "aria-disabled": here.has(item) ? undefined : "true", onclick: () => desk.mark(place),
      onkeydown: (event) => { if (event.key === " ") { event.preventDefault(); desk.mark(place); } } },
    inside, element("span", { class: "wrong" }, "✕ wrong"));
  });
  const asked = gridQuestion(grid.label);
  const list = element("div", { class: "tiles", "data-kind": grid.items[0].kind, role: "listbox", "aria-multiselectable": "true", "aria-label": asked }, ...tiles);
  const sizes = TILES[grid.items[0].kind];
  const [width, height] = sizes.find((tile) => roomFor(tile, desk.space) >= tiles.length) ?? sizes[sizes.length - 1];
  list.style.gridTemplateColumns = `repeat(auto-fill, minmax(min(${width}px, 100%), 1fr))`;
  list.style.gridAutoRows = `${height}px`;
  return element("section", { class: "grid" }, element("h2", { "data-part": "question" }, asked), list);
}

function thumbnail(item, pictures, drawn, redraw) {
  if (item.kind === "text") return element("span", { class: "lines", dir: "auto" }, (item.text ?? "").slice(0, CUT));
  const picture = drawPicture(item, pictures, redraw);
  if (!drawn.has(picture)) return drawn.add(picture) && picture;
  return Object.assign(picture.cloneNode(true), { decoding: "sync" });
}

// Marks and the place of the keys, on tiles that stand: nothing is drawn anew by a key.
function markTiles({ root, grid, mode }) {
  for (const [place, tile] of tilesOf(root).entries()) {
    tile.setAttribute("aria-selected", String(mode.marked.has(grid.items[place].task)));
    tile.tabIndex = place === grid.place ? 0 : -1;
  }
}

function tilesOf(root) { return [...root.querySelectorAll("[role=option]")]; }

function columnsOf(root) {
  const list = root.querySelector("[role=listbox]");
  return list ? getComputedStyle(list).gridTemplateColumns.split(" ").length : 1;
}

// Below the tiles: the one that the keys mean, in whole, and what Enter and Escape do.
function drawBelow(desk) {
  const { grid } = desk;
  const item = grid.items[grid.place];
  const whole = item.kind === "text" ? element("div", { class: "whole" }, drawItem(item)) : drawCaption(item);
  const keep = keepWords(desk.mode.kept(desk.sync.queue).length, grid.label);
  return [whole, element("div", { class: "others" }, button(desk, "confirm", "Enter", keep, { class: "main" }), button(desk, "leave", "Esc", "Leave the grid"))];
}
