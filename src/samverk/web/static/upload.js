// Adds files to a collection: a folder or files dragged in or chosen, three sent at a time, each followed until it is read.
// Without it the form sends everything at once. Also follows documents on the page that are being read.

const AT_ONCE = 3;
const ROWS = 60; // files that are drawn: those under way and those that failed; the rest are counted
const FOLLOWED = 100; // documents that are asked for at a time
const HIDDEN = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

const form = document.getElementById("upload");
const number = new Intl.NumberFormat(document.documentElement.lang);
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => number.format(facts[name]));
const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
const BADGES = { read: "good", reading: "fair", sending: "fair", not_read: "bad", refused: "bad", failed: "bad" };
const DONE = ["read", "unchanged", "not_read", "refused", "failed", "stopped"];
const retryable = (one) => one.file && ["failed", "stopped"].includes(one.status);
const FAILED = ["not_read", "refused", "failed"];

if (form) uploads(form);
for (const place of document.querySelectorAll("[data-follow]")) follow(place);

// ---- documents on the page that are being read

async function follow(place) {
  const rows = () => [...(place.matches("[data-reading]") ? [place] : place.querySelectorAll("[data-reading]"))];
  for (let wait = 1500; rows().length; wait = Math.min(wait * 1.3, 10_000)) {
    await pause(wait);
    const files = await ask(place.dataset.follow, rows().map((row) => row.dataset.document));
    for (const file of files ?? []) {
      const row = rows().find((row) => row.dataset.document === file.id);
      row?.querySelector(".why")?.remove();
      if (file.why) (row?.querySelector("th") ?? row)?.append(because(file));
      if (file.status === "reading") continue;
      if (row === place) return location.reload();
      delete row.dataset.reading;
      row.querySelector(".badge").replaceWith(make("span", `badge ${BADGES[file.status]}`, file.label));
    }
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function ask(address, ids) {
  const query = new URLSearchParams(ids.slice(0, FOLLOWED).map((id) => ["id", id]));
  try {
    const response = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).files : null;
  } catch {
    return null; // the line is broken: asked again
  }
}

function because(file) {
  const why = make("p", file.status === "reading" ? "why waits" : "why");
  why.append(make("strong", "", file.why), ` ${file.todo}`);
  return why;
}

// ---- files that are added

function uploads(form) {
  const text = form.dataset;
  const find = (selector) => form.querySelector(selector);
  const queue = find(".queue"), list = find(".files"), said = find("[role=status]");
  const files = [], waiting = [], count = {};
  const rows = new Map(); // the files that are drawn
  const asked = new Map(); // the documents that are being read, by id, the oldest first
  let active = 0, leftOut = 0, following = false, due = false, wasOver = false;

  find(".drop").hidden = false;
  find(".send").hidden = true;
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  find(".cancel").addEventListener("click", cancel);
  find(".retry").addEventListener("click", () => files.filter(retryable).forEach(again));
  addEventListener("beforeunload", (event) => (active || waiting.length) && event.preventDefault());
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    for (const entry of entries) await walk(entry, add);
  });

  function add(found) {
    for (const { file, path } of found) {
      if (path.split("/").some((part) => HIDDEN.test(part))) {
        leftOut++;
        continue;
      }
      const one = { file, path, status: "" };
      files.push(one);
      if (file.size > text.most * 2 ** 20) {
        set(one, "refused", { why: fill(text.tooLarge, { most: Number(text.most) }), todo: "" });
      } else {
        set(one, "waiting");
        waiting.push(one);
      }
    }
    if (files.length) queue.hidden = false;
    draw();
    next();
  }

  function next() {
    while (active < AT_ONCE && waiting.length) send(waiting.shift());
  }

  function send(one) {
    const request = (one.request = new XMLHttpRequest());
    const body = new FormData();
    body.append("csrf", form.elements.csrf.value);
    body.append("files", one.file, one.path);
    active++;
    set(one, "sending");
    request.upload.addEventListener("progress", (event) => {
      one.part = event.loaded / event.total;
      draw();
    });
    request.addEventListener("load", () => arrived(one, request));
    request.addEventListener("error", () => set(one, "failed", { why: text.lost, todo: "" }));
    request.addEventListener("abort", () => set(one, "stopped"));
    request.addEventListener("loadend", () => {
      active--;
      one.request = null;
      next();
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  }

  function arrived(one, request) {
    let answer;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      answer = {};
    }
    const [told] = answer.files ?? [];
    if (!told) {
      if ([401, 403].includes(request.status)) cancel(); // the log-in has ended: no other file would get further
      const why = document.documentElement.lang === "sv" ? answer.error?.message_sv : answer.error?.message;
      return set(one, "failed", { why: why ?? text.lost, todo: "" });
    }
    one.file = null; // it has arrived: the browser need not hold it
    set(one, told.status, told);
    if (told.status === "reading") {
      asked.set(told.id, one);
      followQueue();
    }
  }

  async function followQueue() {
    if (following) return;
    following = true;
    for (let wait = 700; asked.size; ) {
      await pause(wait);
      const told = await ask(text.state, [...asked.keys()].slice(0, FOLLOWED));
      const settled = (told ?? []).filter((file) => file.status !== "reading");
      for (const file of settled) {
        const one = asked.get(file.id);
        asked.delete(file.id);
        set(one, file.status, file);
      }
      wait = settled.length ? 700 : Math.min(wait * 1.4, 6_000);
    }
    following = false;
  }

  function cancel() {
    for (const one of waiting.splice(0)) set(one, "stopped");
    for (const one of files) one.request?.abort();
    find(".cancel").blur();
  }

  function again(one) {
    set(one, "waiting");
    waiting.push(one);
    next();
  }

  function set(one, status, told = {}) {
    count[one.status] = (count[one.status] ?? 0) - 1;
    count[status] = (count[status] ?? 0) + 1;
    Object.assign(one, { status, label: told.label, why: told.why, todo: told.todo, href: told.href, part: 0, stale: true });
    draw();
  }

  // Drawn at most ten times a second, however many files there are.
  function draw() {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      drawSummary();
      drawRows();
    }, 100);
  }

  function drawSummary() {
    const sum = (statuses) => statuses.reduce((total, status) => total + (count[status] ?? 0), 0);
    const done = sum(DONE), failed = sum(FAILED), total = files.length;
    const over = done === total;
    const facts = { done, total, failed, busy: sum(["sending", "reading"]), read: sum(["read", "unchanged"]) };
    const line = over ? text.done : text.summary;
    find(".summary").textContent = fill(line, facts) + (leftOut ? ` ${fill(text.leftOut, { n: leftOut })}` : "");
    Object.assign(find(".queue > progress"), { max: total || 1, value: done });
    find(".cancel").hidden = !active && !waiting.length;
    find(".finished").hidden = !over;
    find(".retry").hidden = !over || !files.some(retryable);
    if (over && !wasOver) refresh();
    wasOver = over;
    if (over && said.textContent !== fill(text.done, facts)) said.textContent = fill(text.done, facts);
    if (!over && said.textContent) said.textContent = "";
  }

  // A small batch is drawn whole; of a large one what is under way and what failed.
  function drawRows() {
    const small = files.length <= ROWS;
    const busy = (one) => ["sending", "reading"].includes(one.status);
    const wanted = small ? files : [...take(files, (one) => FAILED.includes(one.status)), ...take(files, busy)].slice(0, ROWS);
    const kept = new Set(wanted);
    for (const [one, row] of rows) {
      if (kept.has(one)) continue;
      row.remove();
      rows.delete(one);
    }
    for (const one of wanted) {
      if (!rows.has(one)) {
        rows.set(one, make("li", ""));
        one.stale = true;
      }
      if (one.stale) fillRow(one, rows.get(one));
      const bar = rows.get(one).querySelector("progress");
      if (bar) bar.value = one.part;
    }
    if (list.children.length !== wanted.length) list.append(...wanted.map((one) => rows.get(one)));
    const rest = find(".rest");
    rest.hidden = files.length === wanted.length;
    rest.textContent = fill(text.moreRows, { n: files.length - wanted.length });
  }

  function fillRow(one, row) {
    const focused = row.contains(document.activeElement);
    const own = { waiting: text.waiting, sending: text.sending, stopped: text.stopped, failed: "", reading: text.checking };
    const name = one.href ? Object.assign(make("a", "name", one.path), { href: one.href }) : make("span", "name", one.path);
    name.dir = "auto";
    row.replaceChildren(name);
    const label = one.label ?? own[one.status];
    if (label) row.append(make("span", `badge ${BADGES[one.status] ?? ""}`, label));
    if (one.status === "sending") row.append(Object.assign(make("progress", ""), { max: 1, value: one.part, ariaLabel: one.path }));
    if (one.why) row.append(because(one));
    if (retryable(one)) {
      const button = Object.assign(make("button", "small", text.again), { type: "button" });
      button.append(make("span", "sr", ` ${one.path}`));
      button.addEventListener("click", () => again(one));
      row.append(button);
    }
    if (focused) row.querySelector("a, button")?.focus();
    one.stale = false;
  }
}

// The documents below and what is said of the collection, as they are now.
async function refresh() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of [".documents", ".columns > aside"]) {
    const old = document.querySelector(part), made = fresh.querySelector(part);
    if (old && made && !old.contains(document.activeElement)) old.replaceWith(made);
  }
}

function take(files, wanted) {
  const found = [];
  for (const one of files) {
    if (wanted(one) && found.push(one) === ROWS) break;
  }
  return found;
}

// A folder as it was dropped: its files with their paths, handed over some at a time.
async function walk(entry, hand, path = "") {
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) hand([{ file, path: path + file.name }]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return;
    for (const one of some) await walk(one, hand, `${path}${entry.name}/`);
  }
}
