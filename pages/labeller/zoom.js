// Enlarge a picture at the pointer, and move it; of a text or a record the letters get larger.

const STEP = 1.25;                       // times larger or smaller, of a key and of a notch of the wheel
const NOTCH = [100, 10];                 // pixels that the wheel moves for one step; fingers on a touchpad
const LINE = 33;                         // pixels of a line, of wheels that count lines
const SIZES = { IMG: [2, 16], other: [1.4, 3] };  // of Z, and the largest; 1 is the whole picture

class Zoom {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.scale = 1;
  }

  /** @returns {HTMLElement | null} */
  get stage() { return this.root.querySelector(".stage"); }

  get enlarged() { return this.scale > 1; }

  get sizes() { return this.stage?.firstElementChild?.tagName === "IMG" ? SIZES.IMG : SIZES.other; }

  toggle() { this.by(this.enlarged ? 0 : this.sizes[0]); }

  // Times larger or smaller; what is at this point of the window stays there (without one: in the middle).
  /** @param {number} factor @param {{x: number, y: number}} [point] @returns {boolean} whether that changed anything */
  by(factor, point) {
    const before = this.scale;
    this.scale = Math.min(this.sizes[1], Math.max(1, before * factor));
    if (this.scale < 1.01) this.scale = 1;
    if (this.scale !== before) this.show(point);
    return this.scale !== before;
  }

  // The stage as it is to be; also after it was drawn anew.
  /** @param {{x: number, y: number}} [point] */
  show(point) {
    const { stage } = this;
    this.root.querySelector("[data-command=zoom]")?.setAttribute("aria-pressed", String(this.enlarged));
    const picture = stage?.firstElementChild;
    if (!stage || !picture) return;
    if (picture.tagName === "IMG") enlarge(stage, /** @type {HTMLImageElement} */ (picture), this.scale, point ?? middleOf(stage));
    else stage.style.setProperty("--zoom", String(this.scale));
  }

  // A wheel, two fingers, and a mouse that drags.
  /** @param {HTMLElement} stage */
  follow(stage) {
    stage.addEventListener("wheel", (event) => {
      const moved = event.deltaY * (event.deltaMode ? LINE : 1);
      const changed = this.by(STEP ** (-moved / NOTCH[Number(event.ctrlKey)]), event);
      if (changed || event.ctrlKey) event.preventDefault();  // what is whole already lets the page scroll
    }, { passive: false });
    stage.addEventListener("pointermove", (event) => {
      if (event.buttons === 1 && event.pointerType === "mouse") stage.scrollBy(-event.movementX, -event.movementY);
    });
    /** @type {ReturnType<typeof fingers> | null} */
    let before = null;
    stage.addEventListener("touchstart", (event) => { before = event.touches.length === 2 ? fingers(event) : null; }, { passive: true });
    stage.addEventListener("touchmove", (event) => {
      if (event.touches.length !== 2 || !before) return;
      event.preventDefault();
      const now = fingers(event);
      stage.scrollBy(before.x - now.x, before.y - now.y);
      this.by(now.apart / before.apart, now);
      before = now;
    }, { passive: false });
  }
}

/** @param {TouchEvent} event */
function fingers({ touches: [one, other] }) {
  const [x, y] = [one.clientX - other.clientX, one.clientY - other.clientY];
  return { x: other.clientX + x / 2, y: other.clientY + y / 2, apart: Math.max(1, Math.hypot(x, y)) };
}

/** @param {Element} stage */
function middleOf(stage) {
  const box = stage.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// What a picture takes of its element (object-fit: contain).
/** @param {HTMLImageElement} picture */
function inside(picture) {
  const box = picture.getBoundingClientRect();
  const fit = Math.min(box.width / picture.naturalWidth, box.height / picture.naturalHeight);
  const [width, height] = [fit * picture.naturalWidth, fit * picture.naturalHeight];
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
}

// An enlarged picture is larger than its stage, which scrolls: dragging, fingers and the arrow keys move it.
/** @param {HTMLElement} stage @param {HTMLImageElement} picture @param {number} scale @param {{x: number, y: number}} point */
function enlarge(stage, picture, scale, { x, y }) {
  const before = inside(picture);
  const [across, down] = [(x - before.x) / before.width, (y - before.y) / before.height];
  stage.classList.remove("zoomed");
  const whole = inside(picture);
  stage.style.setProperty("--width", `${scale * whole.width}px`);
  stage.style.setProperty("--height", `${scale * whole.height}px`);
  const large = { class: "zoomed", tabindex: "0", role: "region", "aria-label": "Picture, enlarged" };
  for (const [name, value] of Object.entries(large).slice(1)) scale > 1 ? stage.setAttribute(name, value) : stage.removeAttribute(name);
  if (scale === 1) return;
  stage.classList.add(large.class);
  const after = inside(picture);
  stage.scrollBy(after.x + across * after.width - x, after.y + down * after.height - y);
  if (document.activeElement === document.body) stage.focus({ preventScroll: true });
}
