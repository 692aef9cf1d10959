// Keeps what is typed until it has been sent: a reload, a lost line or a session that ends lose nothing. Drafts stay in this
// tab, under the name of the person who wrote them.
const PREFIX = "samverk-draft:";

// Returns the runs that were sent from here and stand on the page for the first time.
export function keepDrafts() {
  const sent = forgetSent();
  for (const field of document.querySelectorAll("[data-draft]")) keep(field);
  return sent;
}

function keep(field) {
  const key = PREFIX + field.dataset.draft;
  const run = () => field.form.elements.run.value;
  const store = (sent) => {
    if (field.value === field.defaultValue && !sent) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ text: field.value, sent }));
  };
  const draft = read(key);
  if (draft?.text && draft.text !== field.value && isFresh(field)) {
    field.value = draft.text;
    const details = field.closest("details");
    if (details) details.open = true;
  }
  field.addEventListener("input", () => store());
  field.form.addEventListener("submit", () => store(run()));
}

// A field that came back with what was refused has the newest words already.
const isFresh = (field) => !field.defaultValue || field.closest("[data-edit]:not([open])");

// Sent is what stands on a page as a question: its run is there, or its words are.
function forgetSent() {
  const asked = new Set([...document.querySelectorAll(".question > p")].map((p) => p.textContent.trim()));
  const found = [];
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
    const { sent, text } = read(key) ?? {};
    if (!sent || !(document.getElementById(`svar-${sent}`) || asked.has(text.trim()))) continue;
    sessionStorage.removeItem(key);
    found.push(sent);
  }
  return found;
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}
