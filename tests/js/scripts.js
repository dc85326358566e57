// The labeller as the page loads it: its scripts joined in order (SCRIPTS in pages/_relabel/labeller.py).
import { readFileSync } from "node:fs";

const PAGES = new URL("../../pages/", import.meta.url);
const order = readFileSync(new URL("_relabel/labeller.py", PAGES), "utf-8").match(/^SCRIPTS = \(([^)]*)\)$/m)[1];
export const SCRIPTS = order.match(/\w+/g);

const read = (name) => readFileSync(new URL(`labeller/${name}.js`, PAGES), "utf-8");

/** Names that the scripts declare for each other. */
export function names() {
  return SCRIPTS.flatMap((name) => [...read(name).matchAll(/^(?:const|let|class|function) (\w+)/gm)].map((match) => match[1]));
}

/** The joined module, run with these in place of what a browser gives; gives its declarations. */
export function load(globals) {
  const joined = SCRIPTS.map(read).join("\n").replace("export default function", "function");
  return new Function(...Object.keys(globals), `"use strict";\n${joined}\nreturn { ${names().join(", ")}, mount };`)(...Object.values(globals));
}
