// The scripts of the labeller are one module when joined (pages/_relabel/labeller.py): each sees the names of the others.
import js from "@eslint/js";
import globals from "globals";
import { SCRIPTS, names } from "./scripts.js";

const [LAST, ...OTHERS] = SCRIPTS.map((name) => `pages/labeller/${name}.js`).reverse();
const browser = { ...globals.browser, ...Object.fromEntries(names().map((name) => [name, "readonly"])) };
const rules = {
  ...js.configs.recommended.rules,
  "no-redeclare": ["error", { builtinGlobals: false }],
  "no-unused-vars": ["error", { vars: "local" }],
  "no-implicit-coercion": "error",
  "no-self-assign": ["error", { props: false }],  // a picture is fetched again that way
  "no-shadow": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-var": "error",
  "prefer-const": "error",
  curly: ["error", "multi-line"],
  eqeqeq: "error",
  "max-lines": ["error", 300],
  "max-lines-per-function": ["error", 40],
};

export default [
  { files: OTHERS, languageOptions: { sourceType: "script", globals: browser }, rules },
  { files: [LAST], languageOptions: { sourceType: "module", globals: browser }, rules },
  { files: ["tests/js/*.js"], languageOptions: { globals: globals.node }, rules: { ...rules, "no-unused-vars": "error", "max-lines-per-function": "off" } },
];
