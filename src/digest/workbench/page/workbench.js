// The page of `digest preview --serve`. Texts reach the page as text only: no markup is made of them.
"use strict";

const $ = (id) => document.getElementById(id);
const VARIANTS = [
  ["light", "Light", "l"], ["dark", "Dark", "d"], ["forced-dark", "Forced dark", "f"],
  ["no-pictures", "No pictures", "i"], ["no-style", "No styles", "s"],
  ["text", "Text", "t"], ["source", "HTML", "h"],
];
const WIDTHS = ["320", "375", "600", "800", "all"];
const FIELDS = [
  ["subject", "Subject", "input"], ["preheader", "Preheader", "input"], ["intro", "Intro, in Markdown", "textarea"],
];
let state = null;
let anchor = "";
let shown = "";
const view = { variant: "light", width: matchMedia("(max-width: 700px)").matches ? "375" : "600" };

/** An element with attributes and children; text stays text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "click") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const button = (label, click, attributes = {}) => make("button", { type: "button", click, ...attributes }, label);

/** Fill an element anew; what had the keyboard keeps it, or what is nearest; open stays open. */
function fill(element, ...children) {
  const had = element.contains(document.activeElement) ? document.activeElement : null;
  const place = had && [...element.children].findIndex((each) => each.contains(had));
  const open = new Set([...element.querySelectorAll("details[open]")].map((each) => each.dataset.key));
  element.replaceChildren(...children);
  for (const each of element.querySelectorAll("details")) each.open = open.has(each.dataset.key);
  if (!had) return;
  const rows = [...element.children];
  const row = rows.find((each) => each.dataset.row && each.dataset.row === had.dataset.row) || rows[Math.min(place, rows.length - 1)];
  const again = had.dataset.key && element.querySelector(`[data-key="${CSS.escape(had.dataset.key)}"]:not(:disabled)`);
  (again || row?.querySelector(".acts button:not(:disabled), button:not(:disabled), summary"))?.focus({ preventScroll: true });
}

async function post(address, values) {
  const answer = await fetch(address, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(values),
  });
  return [answer.status, answer.headers.get("content-type").startsWith("application/json") ? await answer.json() : {}];
}

/** Change the issue file; say whether it was saved. */
async function edit(kind, path = "", value = "") {
  const issue = state.issue;
  const order = { newsletter: issue.newsletter, slot: issue.slot, base: issue.file.base, kind, path, value };
  let status, answer;
  try {
    [status, answer] = await post("edit", order);
  } catch {
    say("The workbench does not answer: nothing was saved. Is digest preview still running?");
    return false;
  }
  if (status === 200) {
    issue.file.base = answer.saved;
    say("");
    return true;
  }
  if (status === 409) {
    say(`${issue.file.path} was changed by somebody else just now; nothing was overwritten. `
      + "This page now follows the new file: do it again if you still want it.", answer.conflict);
  } else {
    say(problemText(answer.problems || [{ where: "digest", what: `answered ${status}`, remedy: "Load the page again." }]));
  }
  return false;
}

const problemText = (problems) => problems.map((each) => `${each.where}: ${each.what}. ${each.remedy}`).join("\n");

function say(words, detail = "") {
  $("said").hidden = !words;
  $("said").replaceChildren(...(words ? [make("p", {}, words), detail && make("pre", { tabindex: "0" }, detail),
    button("Understood", () => say(""))].filter(Boolean) : []));
}

// ---- what is shown -------------------------------------------------------------------------

function show(next) {
  state = next;
  const issue = state.issue;
  showStatus();
  showTrouble();
  document.body.classList.toggle("stale", state.problems.length > 0);
  if (!issue) return;
  document.title = `${issue.newsletter}/${issue.slot} – preview`;
  $("frozen").hidden = !issue.frozen;
  fill($("frozen"), ...(issue.frozen ? [make("strong", {}, `${issue.frozen.name} is frozen: this is what is sent. `),
    "If it may still be changed: ", make("code", {}, issue.frozen.hint)] : []));
  showPickers(issue);
  showFields(issue);
  showArticles(issue);
  showInbox(issue);
  showSize(issue);
  showChecks(issue);
  showMail();
}

function showStatus() {
  const status = $("status");
  const wrong = state.problems.length > 0;
  status.classList.toggle("wrong", wrong);
  status.classList.toggle("busy", state.building);
  status.textContent = state.building ? "Building …"
    : wrong ? (state.issue ? "Wrong; the last good version is shown" : "Wrong; nothing to show yet")
      : `Built in ${state.took.toFixed(1)} s`;
}

function showTrouble() {
  $("trouble").hidden = state.problems.length === 0;
  fill($("trouble"), ...state.problems.map((each) => make("p", {}, make("strong", {}, each.where), ` ${each.what} `,
    make("span", { class: "remedy" }, each.remedy))));
}

function options(select, rows, chosen) {
  if (!rows.some(([value]) => value === chosen)) rows = [[chosen, chosen], ...rows];
  if (document.activeElement === select && select.value === chosen && select.options.length === rows.length) return;
  select.replaceChildren(...rows.map(([value, label]) => make("option", { value, selected: value === chosen }, label)));
  select.value = chosen;
}

function showPickers(issue) {
  options($("newsletter"), issue.newsletters, issue.newsletter);
  options($("slot"), issue.slots.map((name) => [name, name]), issue.slot);
  if (document.activeElement !== $("as-of")) $("as-of").value = issue.as_of.slice(0, 10);
}

function turn(values) {
  const issue = state.issue || { newsletter: "", slot: "", as_of: "" };
  post("look", { newsletter: issue.newsletter, slot: issue.slot, as_of: issue.as_of, ...values });
}

/** A line or text of the issue file, with what was typed kept until it is saved or taken back. */
function field(key, label, tag, save, attributes = {}) {
  const input = make(tag, { "data-key": key, ...attributes });
  const note = make("p", { class: "small changed", hidden: true });
  const keep = button("Save", () => store(), { class: "main", "data-key": `${key}-save` });
  const undo = button("Take back", () => { input.value = box.theirs; changed(); input.focus(); }, { "data-key": `${key}-undo` });
  const acts = make("div", { class: "acts", hidden: true }, keep, undo);
  const box = make("div", { class: "field" }, make("label", {}, label, input), note, acts);
  async function store() {
    keep.disabled = true;
    const typed = input.value;
    if (await save(typed)) { box.theirs = typed; box.began = typed; changed(); }
    keep.disabled = false;
  }
  function changed() {
    const dirty = input.value !== box.theirs;
    box.dirty = dirty;
    if (!dirty) box.began = box.theirs;
    acts.hidden = !dirty;
    note.hidden = !dirty || box.began === box.theirs;
    note.textContent = `The file says now: ${box.theirs || "nothing"}. Save writes yours over it.`;
  }
  input.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (tag === "input" || event.ctrlKey || event.metaKey)) { event.preventDefault(); if (box.dirty) store(); }
    if (event.key === "Escape" && box.dirty) { event.stopPropagation(); input.value = box.theirs; changed(); }
  });
  box.update = (theirs, settings) => {
    box.theirs = theirs;
    if (!box.dirty) input.value = theirs;
    Object.assign(input, settings);
    changed();
  };
  return box;
}

const fields = new Map();
const blurbs = new Map();
let fieldsOf = "";
function showFields(issue) {
  const name = `${issue.newsletter}/${issue.slot}`;
  if (fieldsOf !== name) {
    fieldsOf = name;
    fields.clear();
    blurbs.clear();
    for (const [key, label, tag] of FIELDS) {
      fields.set(key, field(key, label, tag, (typed) => edit(key, "", typed), tag === "textarea" ? { rows: 4 } : {}));
    }
    $("fields").replaceChildren(...fields.values());
  }
  for (const [key] of FIELDS) {
    const placeholder = key === "intro" ? "No words above the stories" : issue[key] || "";
    fields.get(key).update(issue.file[key].trim(), { placeholder, disabled: Boolean(issue.frozen) });
  }
  fill($("file"), issue.file.exists ? "Decided in " : "Nothing decided yet; it would stand in ", make("code", {}, issue.file.path));
}

/** The value a table of the issue file has for an article, under whatever name. */
function decided(issue, table, path) {
  const found = Object.keys(issue.file[table]).find((name) => name === path || issue.file.names[name] === path);
  return found === undefined ? "" : issue.file[table][found];
}
const named = (issue, list, path) => issue.file[list].findIndex((name) => name === path || issue.file.names[name] === path);
const day = (text) => new Date(text.slice(0, 10)).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function showArticles(issue) {
  $("count").textContent = issue.stories.length;
  const none = make("li", { class: "none" }, "No article for these days. See below what there is, and why not.");
  fill($("stories"), ...(issue.stories.length ? issue.stories.map((story, index) => storyRow(issue, story, index)) : [none]));
  showLeft(issue);
}

function storyRow(issue, story, index) {
  const path = story.path;
  const pin = named(issue, "pin", path);
  const off = Boolean(issue.frozen);
  const act = (kind, label, more = {}) => button(label, () => edit(kind, path),
    { disabled: off, "data-key": `${kind}:${path}`, "data-row": path, "aria-label": `${label}: ${story.title}`, ...more });
  const facts = [story.place, day(story.published_at), story.category,
    story.points === undefined ? "" : `${story.points.toFixed(1)} points`, story.carried_over ? "carried over" : ""];
  const moves = make("select", { disabled: off, "data-key": `move:${path}` },
    make("option", { value: "" }, "by its category"),
    ...issue.sections.map((title) => make("option", { value: title }, title)));
  moves.value = decided(issue, "move", path);
  moves.addEventListener("change", () => edit("move", path, moves.value));
  if (!blurbs.has(path)) blurbs.set(path, field(`blurb:${path}`, "Words instead of the excerpt", "textarea", (typed) => edit("blurb", path, typed), { rows: 3 }));
  const blurb = blurbs.get(path);
  blurb.update(decided(issue, "blurb", path).trim(), { placeholder: story.excerpt || "", disabled: off });
  const score = Object.entries(story.score || {}).map(([name, points]) => `${name} ${points > 0 ? "+" : ""}${points.toFixed(2)}`);
  return make("li", { class: pin >= 0 ? "pinned" : "", "data-row": path },
    make("span", { class: "number", "aria-hidden": "true" }, String(index + 1)),
    make("div", { class: "told" },
      button(story.title, () => visit(`story-${index + 1}`), { class: "title", dir: "auto", "data-key": `title:${path}`, title: "Show it in the mail" }),
      make("p", { class: "small" }, facts.filter(Boolean).join(" · "), pin >= 0 ? make("b", { class: "tag" }, "pinned") : "",
        story.pinned && pin < 0 ? make("b", { class: "tag" }, "pinned by itself") : ""),
      make("div", { class: "acts tight" },
        pin < 0 ? act("pin", "Pin") : act("unpin", "Unpin"),
        pin >= 0 ? act("earlier", "Earlier", { disabled: off || pin === 0 }) : "",
        pin >= 0 ? act("later", "Later", { disabled: off || pin === issue.file.pin.length - 1 }) : "",
        act("exclude", "Exclude"),
      make("details", { "data-key": `more:${path}` }, make("summary", { "data-key": `summary:${path}` }, "More"),
        make("label", {}, "Section", moves), blurb,
        make("p", { class: "small" }, score.join(", "), make("br"), make("code", {}, path),
          ...(story.versions || []).flatMap((each) => [make("br"), "also told by ", make("code", {}, each)]))))));
}

function showLeft(issue) {
  const wanted = $("filter").value.trim().toLowerCase();
  const off = Boolean(issue.frozen);
  const groups = new Map();
  for (const one of issue.left_out) {
    if (wanted && !`${one.title || ""} ${one.path} ${one.reason} ${one.detail || ""}`.toLowerCase().includes(wanted)) continue;
    if (!groups.has(one.reason)) groups.set(one.reason, []);
    groups.get(one.reason).push(one);
  }
  const lists = [...groups].map(([reason, rows]) => make("details", { "data-key": `left:${reason}` },
    make("summary", { "data-key": `left-summary:${reason}` }, `${reason} `, make("span", { class: "badge" }, String(rows.length))),
    make("ul", { class: "left" }, ...rows.slice(0, 200).map((one) => make("li", {},
      make("div", { class: "told" }, make("span", { dir: "auto" }, one.title || one.path),
        make("p", { class: "small" }, [one.detail, one.published_at && day(one.published_at), one.category,
          one.points === undefined ? "" : `${one.points.toFixed(1)} points`, one.more ? "in “More stories”" : ""].filter(Boolean).join(" · "))),
      one.reason === "excluded by the issue file"
        ? button("Allow", () => edit("allow", one.path), { disabled: off, "data-key": `allow:${one.path}`, "aria-label": `Allow: ${one.title || one.path}` })
        : one.title ? button("Pin", () => edit("pin", one.path), { disabled: off, "data-key": `pin:${one.path}`, "aria-label": `Pin: ${one.title}` }) : "")))));
  fill($("left"), ...lists, make("p", { class: "small" }, issue.outside ? `and ${issue.outside.toLocaleString("en")} files dated far outside` : ""));
  if (wanted) for (const each of $("left").querySelectorAll("details")) each.open = true;
}

function showInbox(issue) {
  fill($("clients"), make("li", {}, make("b", {}, issue.sender[0]), make("span", { class: "small" }, ` ${issue.sender[1]}`)),
    ...(issue.inbox || []).map((line) => make("li", {},
      make("span", { class: "small client" }, line.client, line.cut ? make("b", { class: "tag" }, "subject cut") : ""),
      make("p", { dir: "auto" }, make("b", {}, line.subject), ` ${line.preheader}`))));
}

function showSize(issue) {
  const size = issue.size;
  if (!size) return $("meter").replaceChildren();
  const number = (bytes) => bytes.toLocaleString("en");
  const part = size.html / size.clip;
  fill($("meter"), make("meter", { min: 0, max: size.clip, value: size.html, high: size.budget, low: size.budget - 1, optimum: 0,
    "aria-label": "Bytes of HTML, out of those after which Gmail clips" }),
  make("p", { class: "small" }, `${number(size.html)} bytes of HTML, ${Math.round(part * 100)} % of the ${number(size.clip)} after which Gmail clips; `
    + `text ${number(size.text)} bytes.`, size.steps.length ? ` To fit: ${size.steps.join(", ")}.` : part < 1 ? " Nothing is clipped." : " Gmail hides the rest."));
}

function showChecks(issue) {
  const checks = issue.checks || [];
  const notes = issue.notes.map((each) => ({ severity: "warning", ...each }));
  const bad = issue.bad.map((each) => ({ severity: "note", ...each }));
  const worst = checks.filter((each) => each.severity === "error").length;
  $("check-count").textContent = worst ? `${worst} wrong` : String(checks.length + notes.length);
  $("check-count").classList.toggle("wrong", worst > 0);
  const rows = [...checks, ...notes, ...bad].map((each, index) => make("li", { class: each.severity },
    make("b", { class: `tag ${each.severity}` }, each.severity),
    make("span", {}, ` ${each.what} `),
    each.anchor || each.line
      ? button(each.where, () => (each.anchor ? visit(each.anchor) : visit(`L${each.line}`, "source")), { class: "place", "data-key": `check:${index}` })
      : make("span", { class: "small where" }, each.where),
    make("p", { class: "small" }, each.remedy || "", each.rule ? make("code", {}, ` ${each.rule}`) : "")));
  if (!rows.length) rows.push(make("li", { class: "none" }, "Nothing is wrong with this mail."));
  if (issue.bad_count > bad.length) rows.push(make("li", { class: "small" }, `and ${issue.bad_count - bad.length} more bad files: digest articles --bad`));
  fill($("findings"), ...rows);
}

// ---- the mail --------------------------------------------------------------------------------

function visit(place, variant = view.variant === "text" || view.variant === "source" ? "light" : view.variant) {
  anchor = place;
  view.variant = variant;
  document.querySelector(`input[name=variant][value=${variant}]`).checked = true;
  shown = "";
  showMail();
  $("mail").scrollIntoView({ block: "nearest" });
}

/** The frames, made anew only when the mail or the way it is shown is another. */
function showMail() {
  const wanted = `${state.mail} ${view.variant} ${view.width} ${anchor}`;
  $("eml").hidden = !state.mail;
  if (!state.mail) { $("frames").replaceChildren(make("p", { class: "none" }, "There is no mail: no article was chosen.")); shown = ""; return; }
  if (wanted === shown) return;
  shown = wanted;
  const widths = view.width === "all" ? WIDTHS.slice(0, 4) : [view.width];
  const frames = widths.map((width) => {
    const frame = make("iframe", { sandbox: "", referrerpolicy: "no-referrer", title: `The mail at ${width} pixels, ${view.variant}`,
      src: `mail/${view.variant}?${state.mail}${anchor ? `#${encodeURIComponent(anchor)}` : ""}` });
    frame.style.width = `${width}px`;
    return make("figure", { class: "frame" }, frame, make("figcaption", { class: "small" }, `${width} px`));
  });
  const stage = make("div", { class: "stage coming" }, ...frames);
  const waiting = frames.map((each) => new Promise((done) => each.firstChild.addEventListener("load", done, { once: true })));
  $("frames").append(stage);
  // The old mail stays until the new one is there: no white flash.
  Promise.race([Promise.all(waiting), new Promise((done) => setTimeout(done, 1500))]).then(() => {
    if (shown !== wanted) { stage.remove(); return; }
    stage.classList.remove("coming");
    for (const each of [...$("frames").children]) if (each !== stage) each.remove();
    $("frames").dataset.shown = wanted;
  });
}

function segments(id, name, rows) {
  for (const [value, label] of rows) {
    const input = make("input", { type: "radio", name, value, id: `${name}-${value}`, checked: view[name] === value });
    input.addEventListener("change", () => { view[name] = value; if (name === "variant") anchor = ""; showMail(); });
    $(id).append(make("label", {}, input, make("span", {}, label)));
  }
}

// ---- what happens ----------------------------------------------------------------------------

function choose(name, value) {
  const input = document.querySelector(`input[name=${name}][value="${value}"]`);
  input.checked = true;
  input.dispatchEvent(new Event("change"));
}

async function load() {
  const answer = await fetch("state").catch(() => null); // the stream of events says why
  if (answer?.ok) show(await answer.json());
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || !$("keys-on").checked) return;
  if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return; // typing is typing
  const variant = VARIANTS.find(([, , key]) => key === event.key);
  if (variant) choose("variant", variant[0]);
  else if (/^[1-5]$/.test(event.key)) choose("width", WIDTHS[event.key - 1]);
  else if (event.key === "b") turn({});
  else if (event.key === "/") $("filter").focus();
  else if (event.key === "?") $("help").showModal();
  else return;
  event.preventDefault();
}

segments("variants", "variant", VARIANTS);
segments("widths", "width", WIDTHS.map((width) => [width, width === "all" ? "All" : width]));
$("newsletter").addEventListener("change", () => turn({ newsletter: $("newsletter").value, slot: "" }));
$("slot").addEventListener("change", () => turn({ slot: $("slot").value }));
$("as-of").addEventListener("change", () => turn({ as_of: $("as-of").value }));
$("pickers").addEventListener("submit", (event) => event.preventDefault());
$("pin-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = $("pin-name").value.trim();
  if (name && await edit("pin", name)) $("pin-name").value = "";
});
$("filter").addEventListener("input", () => state.issue && showLeft(state.issue));
$("again").addEventListener("click", () => turn({}));
$("help-open").addEventListener("click", () => $("help").showModal());
$("help-close").addEventListener("click", () => $("help").close());
document.addEventListener("keydown", keys);
const events = new EventSource("events");
events.onmessage = load;
events.onerror = () => { $("status").textContent = "The workbench does not answer"; $("status").classList.add("wrong"); };
