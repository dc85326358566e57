// The grid: items that are to be of one class, all on one screen; the wrong ones are marked, the rest is kept.

const MOST = 24;       // items of a grid at most: half a queue stays in hand for the next one
const LOOK = 300;      // ms a grid is on the screen before Enter counts: a double press keeps nothing that nobody saw
const SHARE = 0.55;    // of the window's height that tiles take: what is kept was in sight, from the question to the button
const NARROW = [720, 0.45];  // px: below this width, where more stands above them, they take that share
const GAP = 8;         // px between tiles
/** @type {Record<string, number[][]>} px, the largest first: they are as large as lets all stand on the screen */
const TILES = { image: [[240, 240], [156, 156], [104, 104]], text: [[400, 72]] };

// The class that an item is expected to have.
/** @param {Item} item */
function classOf(item) { return item.suggested ?? item.given; }

// What is blind would be given away by a grid's question; a record needs its lines, and what cannot be shown a flag.
/** @param {Item} item @param {string[]} classes */
function needsItself(item, classes) {
  const hidden = item.blind || !classes.includes(classOf(item) ?? "");
  return hidden || Boolean(item.lost) || !TILES[item.kind] || (item.kind === "image" && !item.sha);
}

/** @param {number[]} tile @param {Space} space */
function roomFor([width, height], space) {
  const fit = (length, size) => Math.max(1, Math.floor((length + GAP) / (size + GAP)));
  const [least, less] = NARROW;
  return fit(space.width, width) * fit((space.width < least ? less : SHARE) * space.height, height);
}

// The items of the class of the first one; none where it has no company, or has to be asked by itself.
/** @param {Item[]} queue @param {(item: Item) => boolean} fits @param {Space} space */
function nextGrid(queue, fits, space) {
  const [first] = queue;
  if (!first || !fits(first)) return null;
  const alike = queue.filter((item) => fits(item) && classOf(item) === classOf(first));
  const items = alike.slice(0, Math.min(MOST, roomFor(TILES[first.kind].at(-1) ?? [], space)));
  return items.length > 1 ? new Grid(items) : null;
}

// Which of label and suggestion the question gives away.
/** @param {Item} item */
function onDisplay(item) {
  if (!item.suggested) return "given";
  return item.given === item.suggested ? "both" : "model";
}

class Grid {
  /** @param {Item[]} items */
  constructor(items) {
    this.items = items;
    this.label = classOf(items[0]) ?? "";
    this.place = 0;  // of the tile that the keys mean
  }

  // What is with somebody else by now, or settled, is neither kept nor asked about.
  /** @param {Item[]} queue */
  present(queue) {
    const here = new Set(queue.filter((item) => !item.lost).map((item) => item.task));
    return this.items.filter((item) => here.has(item.task));
  }

  /** @param {string} key @param {number} columns */
  move(key, columns) {
    const last = this.items.length - 1;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -this.place, End: last - this.place }[key] ?? 0;
    const place = this.place + step;
    if (place >= 0 && place <= last) this.place = place;
  }
}

// The answers of before a reload as the steps in which they were made: those of one moment were a grid.
/** @param {PastAnswer[]} answers @returns {Step[]} */
function stepsOf(answers) {
  /** @type {PastAnswer[][]} */
  const steps = [];
  for (const answer of answers) {
    const before = steps.at(-1)?.at(-1);
    const together = before && answer.action === "label" && before.label === answer.label && (answer.at ?? 0) - (before.at ?? 0) < TOGETHER;
    if (together && classOf(answer.item) === answer.label && !answer.item.blind) steps.at(-1)?.push(answer);
    else steps.push([answer]);
  }
  return steps.map((step) => (step.length > 1 ? { answers: step, grid: new Grid(step.map(({ item }) => item)) } : { answers: step }));
}

// Whether items are asked about in grids, and where that stands.
class GridMode {
  /** @param {string[]} classes */
  constructor(classes) { this.classes = classes; }

  on = false;
  /** @type {Grid | null} */
  grid = null;  // the one on the screen
  /** @type {Item | undefined} */
  front = undefined;  // the first of the queue when a grid was looked for
  /** @type {Set<number>} */
  marked = new Set();  // tasks: wrong in a grid
  /** @type {Set<number>} */
  single = new Set();  // tasks that are asked one by one beside grids

  /** @param {boolean} on */
  turn(on) { Object.assign(this, { on, grid: null, front: undefined }); }

  // A new grid comes when the first item is another one: what is on the screen stays there when more items come.
  /** @param {Item[]} queue @param {Space} space */
  lay(queue, space) {
    if (!this.grid?.present(queue).length) this.grid = null;
    const fits = (/** @type {Item} */ item) => !this.single.has(item.task) && !needsItself(item, this.classes);
    if (this.on && !this.grid && queue[0] !== this.front) this.grid = nextGrid(queue, fits, space);
    this.front = queue[0];
  }

  /** @param {Grid} grid @param {number} place @param {Item[]} queue */
  mark(grid, place, queue) {
    const item = grid.items[place];
    grid.place = place;
    if (grid.present(queue).includes(item) && !this.marked.delete(item.task)) this.marked.add(item.task);
  }

  // What Enter keeps of the grid.
  /** @param {Item[]} queue */
  kept(queue) { return this.grid?.present(queue).filter((item) => !this.marked.has(item.task)) ?? []; }

  // The grid is done: what is kept, what was wrong and is asked one by one, first of all, and the queue from now on.
  /** @param {Grid} grid @param {Item[]} queue */
  finish(grid, queue) {
    const kept = this.kept(queue);
    const wrong = grid.present(queue).filter((item) => this.marked.delete(item.task));
    for (const { task } of wrong) this.single.add(task);
    const tasks = new Set(grid.items.map((item) => item.task));
    this.grid = null;
    return { kept, wrong, rest: [...wrong, ...queue.filter((item) => !tasks.has(item.task))] };
  }

  // What was taken back stands as it stood: the grid with its marks, or the item by itself.
  /** @param {Step} step */
  restore({ answers, grid, wrong = [] }) {
    this.grid = grid ?? null;
    if (grid) this.on = true;
    else if (this.on) this.single.add(answers[0].item.task);
    for (const { task } of wrong) {
      this.marked.add(task);
      this.single.delete(task);
    }
  }
}
