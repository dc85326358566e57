// Broken here: an item is shown as something that it is not.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Window } from "happy-dom";
import { load } from "./scripts.js";

let window, parts;

beforeEach(() => {
  window = new Window();
  parts = load({ document: window.document });
});
afterEach(() => window.happyDOM.close());

test("a text says its own direction", () => {
  const text = parts.drawItem({ kind: "text", text: "שלום, world" });
  assert.equal(text.dir, "auto");
  assert.equal(text.textContent, "שלום, world");
});

test("each name and value of a record is set apart from what stands beside it", () => {
  const table = [{ name: "عدد", value: "שלום 12", unusual: true, usual: "א, 7" }, { name: "n", value: "7", unusual: false, usual: "" }];
  const rows = [...parts.drawRecord({ table }).querySelectorAll("tr")];
  assert.deepEqual([...rows[0].querySelectorAll("bdi")].map((part) => part.textContent), ["عدد", "שלום 12", "א, 7"]);
  assert.equal(rows[0].textContent, "عددשלום 12 ◆ unusual (mostly א, 7)");
  assert.equal(rows[1].textContent, "n7");
});

test("under a picture stands what was changed of it, and room for it where nothing was", () => {
  assert.equal(parts.drawCaption({ kind: "image", caption: "first of 12 frames" }).textContent, "first of 12 frames");
  assert.equal(parts.drawCaption({ kind: "image", caption: "" }).textContent, "");
  assert.equal(parts.drawCaption({ kind: "text", caption: "" }), null);
});
