// The sentences of the labeller.

const TOGETHER = 50;   // ms: answers that follow each other faster are those of a grid

// Scripts that are written from right to left, by the blocks that Unicode keeps for them (UAX #9), and what turns text.
const TURNING = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}\u200f\u202a-\u202e\u2066-\u2068]/u;

// Such a name set apart from its sentence (U+2068, U+2069): what stands beside it keeps its place.
/** @param {string} name */
function isolated(name) { return TURNING.test(name) ? `\u2068${name}\u2069` : name; }

function question(item, numbers) {
  if (numbers) return item.blind || !item.suggested ? "Which number?" : `Is it about ${item.suggested}?`;
  if (item.blind || !item.suggested) return "Which class?";
  const article = !/^\d$/.test(item.suggested) ? "" : item.suggested === "8" ? "an " : "a ";
  return `Is this ${article}${quoted(item.suggested)}?`;
}

// What the server takes as a number: digits with a point, no separators.
function isNumber(words) {
  return typeof words === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(words) && Number.isFinite(Number(words));
}

/** @param {{action: string, label: string | null}} past */
function verdictOf({ action, label }) {
  return { skip: "skipped", unsure: "don’t know", flag: "flagged", note: "note" }[action] ?? isolated(label ?? "");
}

// A line of an item's history.
function pastWords(event) {
  const how = { import: " (came as a file)", adjudicate: " (settled a conflict)" }[event.action] ?? "";
  return `${clock(event.at)} ${isolated(event.person)}: ${verdictOf(event)}${how}${event.undone ? ", taken back" : ""} `;
}

function hiddenWords(hidden, told) {
  if (hidden) return `${hidden} ${hidden === 1 ? "entry" : "entries"} of others: hidden until you have answered.`;
  return told ? "" : "Nobody has answered it yet.";
}

function answered(past) {
  const parts = [`You: ${verdictOf(past)}`];
  if (past.action === "skip") return parts[0];
  if (past.item.given) parts.push(`before: ${isolated(past.item.given)}`);
  if (past.item.suggested) parts.push(`model: ${isolated(past.item.suggested)}`);
  return parts.join(" - ");
}

// What the last step was: an answer, or those of a grid.
function stepWords({ answers, grid, wrong = [] }) {
  if (!grid) return answered(answers[0]);
  const number = `${answers.length} ${answers.length === 1 ? "item" : "items"}`;
  return `You: ${quoted(grid.label)} for ${number} of a grid${wrong.length ? `, ${wrong.length} marked` : ""}`;
}

// A class in a sentence: a digit as it is, a name in quotes.
/** @param {string} name */
function quoted(name) { return /^\d$/.test(name) ? name : `“${isolated(name)}”`; }

function gridQuestion(label) { return `Which of these are not ${quoted(label)}?`; }

// What Enter does in a grid.
function keepWords(number, label) {
  if (number === 0) return "Ask about each";
  return `Keep ${number} as ${quoted(label)}`;
}

// In place of an item of a grid that is not asked about any more.
function whereTo(item, person) {
  if (!item.lost) return "settled elsewhere";
  return item.lost === person ? "in another tab of yours" : `with ${isolated(item.lost)}`;
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

// Answers a minute over the latest answers, breaks of more than a minute left out. Those of a grid have one moment:
// of the first ones nobody knows how long they took.
/** @param {number[]} moments */
function pace(moments) {
  const latest = moments.slice(-30);
  while (latest.length > 1 && latest[1] - latest[0] < TOGETHER) latest.shift();
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
  if (away) parts.push(`${away} ${away === 1 ? "is" : "are"} open elsewhere`);
  if (waiting) parts.push(`${waiting} ${waiting === 1 ? "waits" : "wait"} for somebody else’s answer`);
  if (rest > 0) parts.push(`${rest} cannot be shown just now`);
  return parts.join(", ");
}

// Who has questions, since when, and of others until when: what they have comes back by itself.
function whereabouts({ number, mine, person, since, until }) {
  const open = `${number} ${number === 1 ? "question is" : "questions are"} open`;
  return mine ? `${open} in another tab since ${clock(since)}` : `${open} with ${isolated(person)} since ${clock(since)}, until ${clock(until)}`;
}

/** @param {number} number */
function takeOverWords(number) {
  if (number > FULL) return `Take the first ${FULL} over`;
  return number === 1 ? "Take it over" : "Take them over";
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

// Of how many classes some are listed.
function fittingWords(fit, listed) {
  if (fit === 0) return "No class has this in its name.";
  return listed < fit ? `The first ${listed} of ${fit.toLocaleString("en-GB")}: type on.` : `${fit} ${fit === 1 ? "class" : "classes"}`;
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
