// The sentences of the labeller.

function question(item, numbers) {
  if (numbers) return item.blind || !item.suggested ? "Which number?" : `Is it about ${item.suggested}?`;
  if (item.blind || !item.suggested) return "Which class?";
  if (/^\d$/.test(item.suggested)) return `Is this ${item.suggested === "8" ? "an" : "a"} ${item.suggested}?`;
  return `Is this “${item.suggested}”?`;
}

// What the server takes as a number: digits with a point, no separators.
function isNumber(words) {
  return typeof words === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(words) && Number.isFinite(Number(words));
}

function answered(past) {
  const said = { label: past.label, skip: "skipped", unsure: "don’t know", flag: "flagged" }[past.action];
  const parts = [`You: ${said}`];
  if (past.action === "skip") return parts[0];
  if (past.item.given) parts.push(`before: ${past.item.given}`);
  if (past.item.suggested) parts.push(`model: ${past.item.suggested}`);
  return parts.join(" - ");
}

function saving(sync) {
  const waiting = sync.outbox.size;
  const safe = `${waiting} ${waiting === 1 ? "answer" : "answers"} kept safe`;
  const kept = waiting ? `, ${safe}` : "";
  if (sync.trouble === "expired") return `Reload the page to go on${kept}`;
  if (sync.trouble === "offline") return `Working offline${kept}`;
  if (sync.trouble === "busy" && waiting) return `Saving… ${safe}`;
  return waiting ? `${waiting} not saved yet` : "All saved";
}

// Answers a minute over the latest answers, breaks of more than a minute left out.
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

function summary(progress) {
  const parts = [`changed ${progress.changed}`, `kept ${progress.kept}`, `unsure ${progress.unsure}`];
  for (const rare of ["flagged", "conflict", "skipped"]) if (progress[rare]) parts.push(`${rare} ${progress[rare]}`);
  return `All done: ${parts.join(", ")}`;
}
