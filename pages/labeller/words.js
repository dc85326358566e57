// The sentences of the labeller.

// Scripts that are written from right to left, by the blocks that Unicode keeps for them (UAX #9), and what turns text.
const TURNING = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}\u200f\u202a-\u202e\u2066-\u2068]/u;

// Such a name set apart from its sentence (U+2068, U+2069): what stands beside it keeps its place.
/** @param {string} name */
function isolated(name) { return TURNING.test(name) ? `\u2068${name}\u2069` : name; }

function question(item, numbers) {
  if (numbers) return item.blind || !item.suggested ? "Which number?" : `Is it about ${item.suggested}?`;
  if (item.blind || !item.suggested) return "Which class?";
  if (/^\d$/.test(item.suggested)) return `Is this ${item.suggested === "8" ? "an" : "a"} ${item.suggested}?`;
  return `Is this “${isolated(item.suggested)}”?`;
}

// What the server takes as a number: digits with a point, no separators.
function isNumber(words) {
  return typeof words === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(words) && Number.isFinite(Number(words));
}

function answered(past) {
  const verdict = { label: isolated(past.label ?? ""), skip: "skipped", unsure: "don’t know", flag: "flagged" }[past.action];
  const parts = [`You: ${verdict}`];
  if (past.action === "skip") return parts[0];
  if (past.item.given) parts.push(`before: ${isolated(past.item.given)}`);
  if (past.item.suggested) parts.push(`model: ${isolated(past.item.suggested)}`);
  return parts.join(" - ");
}

function saving(sync) {
  const waiting = sync.outbox.size;
  const safe = `${waiting} ${waiting === 1 ? "answer" : "answers"} kept safe`;
  const more = waiting ? `, ${safe}` : "";
  if (sync.trouble === "expired") return `Reload the page to go on${more}`;
  if (sync.trouble === "offline") return `Working offline${more}`;
  if (sync.trouble === "busy" && waiting) return `Saving… ${safe}`;
  return waiting ? `${waiting} not saved yet` : "All saved";
}

function unreachable(trouble) {
  if (trouble === "expired") return "This page’s permission has ended. Reload the page to go on.";
  return "The server does not answer. This page tries again by itself.";
}

// Answers a minute over the latest answers, breaks of more than a minute left out.
/** @param {number[]} moments */
function pace(moments) {
  const latest = moments.slice(-30);
  if (latest.length < 4) return null;
  let spent = 0;
  for (let k = 1; k < latest.length; k += 1) spent += Math.min(latest[k] - latest[k - 1], 60_000);
  return (60_000 * (latest.length - 1)) / Math.max(spent, 1);
}

function progressLine(done, total, perMinute) {
  const parts = [`${done}/${total}`];
  if (perMinute) {
    parts.push(`${perMinute < 100 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute`);
    if (done < total) parts.push(`about ${Math.max(1, Math.round((total - done) / perMinute))} min left`);
  }
  return `${parts.join(" - ")} - `;
}

// The end card's headline: "All done" only when every item is answered.
function summary(progress) {
  const { open, skipped } = progress;
  if (open) return partly(progress);
  return `${skipped ? `All but the ${skipped} you skipped` : "All done"}: ${outcomes(progress)}`;
}

function partly({ total, done, open, skipped, waiting, elsewhere }) {
  const away = elsewhere.reduce((sum, other) => sum + other.number, 0);
  const rest = open - away - waiting;
  const parts = [`${done} of ${total} done${skipped ? ` (${skipped} skipped)` : ""}`];
  if (elsewhere.length === 1) parts.push(whereabouts(elsewhere[0]));
  else if (away) parts.push(`${away} are with others`);
  if (waiting) parts.push(`${waiting} ${waiting === 1 ? "waits" : "wait"} for somebody else’s answer`);
  if (rest > 0) parts.push(`${rest} cannot be shown just now`);
  return parts.join(", ");
}

function whereabouts({ number, mine, person, since }) {
  return `${number} ${number === 1 ? "is" : "are"} ${mine ? "in another tab of yours" : `with ${isolated(person)}`} since ${clock(since)}`;
}

// The time of day here, with the day unless it is today.
function clock(moment) {
  const at = new Date(moment);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return time;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

function wentTo(items, person, first) {
  const whom = [...new Set(items.map((item) => (item.lost === person ? "another tab of yours" : isolated(item.lost))))].join(" and ");
  const number = `${items.length} ${items.length === 1 ? "item" : "items"} of this tab went to ${whom}`;
  return items.includes(first) ? `${number}, also this one: your answer to it still counts.` : `${number}.`;
}

// Why a key does nothing on this item.
function unsuited(command, item, numbers) {
  const instead = numbers ? "type a number" : "choose a class";
  if (item.blind) return `This one is asked blind: ${instead}.`;
  return `This one has ${command === "agree" ? "no suggestion" : "no label from before"}: ${instead}.`;
}

function outcomes(progress) {
  const parts = [`changed ${progress.changed}`, `kept ${progress.kept}`, `unsure ${progress.unsure}`];
  for (const rare of ["flagged", "conflict", "skipped"]) if (progress[rare]) parts.push(`${rare} ${progress[rare]}`);
  return parts.join(", ");
}
