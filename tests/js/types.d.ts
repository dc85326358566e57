// What goes between the browser and the server (core/api/annotation_routes.py): one description for all scripts.

/** What an expert did with an item, as it is sent. */
interface Answer {
  uid: string;
  at: number;
  task: number;
  action: "label" | "skip" | "unsure" | "flag" | "note" | "undo";
  label?: string | null;
  note?: string;
  supersedes?: string;
  shown?: string;
  mode?: string;
  ms?: number;
}

interface Cell {
  name: string;
  value: string;
  unusual: boolean;
  usual: string;
}

/** An item of the queue, as `claims` gives it. */
interface Item {
  task: number;
  row_id: string;
  kind: "image" | "text" | "record";
  blind: boolean;
  given: string | null;
  suggested: string | null;
  reasons: string[];
  sha?: string | null;
  caption?: string;
  text?: string | null;
  table: Cell[];
  lost?: string;
  before?: PastAnswer;
}

/** Items that are with another tab or person. */
interface Elsewhere {
  person: string;
  mine: boolean;
  number: number;
  since: string;
  until: string;
}

interface Progress {
  total: number;
  done: number;
  open: number;
  skipped: number;
  waiting: number;
  changed: number;
  kept: number;
  unsure: number;
  flagged: number;
  conflict: number;
  per_minute: number | null;
  elsewhere: Elsewhere[];
}

/** Why the server took no answers, and how many milliseconds it asks us to wait. */
interface Refusal extends Error {
  status?: number;
  after?: number;
}

/** What `Sync` needs of the labeller. */
interface SyncDesk {
  token: string;
  holder: string;
  base: string;
  renew(): void;
  history(answers: object[]): void;
  lost(items: Item[]): void;
  refused(answer: { uid: string; message: string; hint: string }): void;
}

/** An answer that can be taken back. */
interface PastAnswer {
  uid: string;
  action: string;
  label: string | null;
  at?: number;
  item: Item;
}

/** What one undo takes back: an answer, or those of a grid, of which these were marked as wrong. */
interface Step {
  answers: PastAnswer[];
  grid?: Grid;
  wrong?: Item[];
}

/** Pixels that tiles may take. */
interface Space {
  width: number;
  height: number;
}

/** What the page gives the component (pages/_relabel/labeller.py). */
interface LabellerData {
  token: string;
  person: string;
  model: string;
  classes: string[];
  kind: "image" | "text" | "record";
  guideline: string;
  base: string;
  links: { retrain: string; suspects: string };
}

interface Picture {
  picture: HTMLImageElement;
  decoded: boolean;
  wait: number;
  decode(): void;
  done: Promise<void>;
}
