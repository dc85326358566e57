// Broken here: among many classes the one that is meant is not offered first, or not at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./scripts.js";

const { fitting, fittingWords, recentClasses } = load({});
const CLASSES = ["Genf", "Basel", "Zürich", "Neuchâtel", "Bözberg", "bözingen", "Unterzürich", "Łódź"];

test("names that begin so come before names that hold it, in their order; accents and capitals do not count", () => {
  assert.deepEqual(fitting(CLASSES, "zurich", []), ["Zürich", "Unterzürich"]);
  assert.deepEqual(fitting(CLASSES, " BOZ", []), ["Bözberg", "bözingen"]);
  assert.deepEqual(fitting(CLASSES, "Neucha\u0302", []), ["Neuchâtel"]);
  assert.deepEqual(fitting(CLASSES, "nowhere", []), []);
});

test("what was chosen last comes first among its like, and before all where nothing was typed", () => {
  assert.deepEqual(fitting(CLASSES, "", ["bözingen", "Genf"]).slice(0, 4), ["bözingen", "Genf", "Basel", "Zürich"]);
  assert.deepEqual(fitting(CLASSES, "boz", ["Genf", "bözingen"]), ["bözingen", "Bözberg"]);
  assert.deepEqual(fitting(CLASSES, "zurich", ["Unterzürich"]), ["Zürich", "Unterzürich"]);
  assert.equal(fitting(CLASSES, "", ["Genf"]).length, CLASSES.length);
  const past = ["Genf", null, "Basel", "Genf", "Zürich"].map((label) => ({ answers: [{ label }] }));
  assert.deepEqual(recentClasses(past), ["Zürich", "Genf", "Basel"]);
});

test("how many more there are is told", () => {
  assert.equal(fittingWords(1200, 40), "The first 40 of 1,200: type on.");
  assert.equal(fittingWords(1, 1), "1 class");
  assert.equal(fittingWords(0, 0), "No class has this in its name.");
});
