// What script adds to files beside a question: dropping and pasting them, and their state while they are read.
import { morph, parse } from "./morph.js";

const box = document.querySelector("[data-attach]");
if (box) attaching(box, box.closest("form"));

function attaching(box, form) {
  const list = box.querySelector("[data-files]");
  const status = box.querySelector("[data-attach-status]");
  const input = box.querySelector("input[type=file]");
  const pick = box.querySelector("[data-pick]");
  let sending = 0;
  let waits = false; // the question was sent while files were on their way
  let timer;

  const say = (text) => (status.textContent = text);
  const place = () => list.querySelector("[data-place]")?.dataset.place;

  // What was refused or removed stays said until something else is done with the files.
  function show(html, notes = []) {
    const read = !!list.querySelector("[data-is-reading]");
    const next = parse(html);
    next.prepend(...[...notes].map((note) => note.cloneNode(true)));
    morph(list, next);
    for (const button of list.querySelectorAll("[data-file-act]")) button.type = "button"; // Enter sends the question, not this
    let hidden = form.elements.attached;
    if (place() && !hidden) {
      hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "attached" });
      form.append(hidden);
    }
    if (hidden && place()) hidden.value = place();
    clearTimeout(timer);
    if (list.querySelector("[data-is-reading]")) timer = setTimeout(look, 1000);
    else if (read) say(box.dataset.read);
  }

  async function look() {
    try {
      const response = await fetch(`/bilagor/${place()}`);
      if (response.ok) return show(await response.text(), list.querySelectorAll(".notice"));
    } catch {}
    timer = setTimeout(look, 5000); // the line is broken, or the log-in has ended: asked again
  }

  async function post(address, fields) {
    try {
      const response = await fetch(`${address}?lista=1`, { method: "POST", body: fields });
      if (!response.ok || response.redirected) throw new Error(response.status);
      show(await response.text());
      return true;
    } catch {
      say(box.dataset.lost);
      return false;
    }
  }

  function fields() {
    const all = new FormData();
    for (const name of ["csrf", "assistant", "conversation", "attached", "level"]) {
      if (form.elements[name]?.value) all.set(name, form.elements[name].value);
    }
    return all;
  }

  async function send(files) {
    if (!files.length) return;
    const all = fields();
    for (const file of files) all.append("files", file, file.name);
    sending += 1;
    say(box.dataset.sending.replace("{names}", [...files].map((file) => file.name).join(", ")));
    const arrived = await post("/bilagor", all);
    sending -= 1;
    if (arrived) say("");
    if (waits && !sending) {
      waits = false;
      if (arrived) form.requestSubmit();
    }
  }

  pick.hidden = false;
  box.querySelector("details").hidden = true;
  box.querySelector("details button").type = "button";
  pick.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    await send([...input.files]);
    input.value = ""; // what is attached is not sent with the question
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-file-act]");
    if (!button) return;
    event.preventDefault();
    if (await post(button.getAttribute("formaction"), new URLSearchParams(fields()))) {
      (list.querySelector(".removed button") ?? pick).focus();
    }
  });

  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    send([...event.dataTransfer.files]);
  });
  form.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return; // words are pasted as words
    event.preventDefault();
    send(files);
  });
  // Before anybody else hears of it: a question waits for its files.
  addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || !sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waits = true;
      say(box.dataset.waiting);
    },
    true,
  );
  show(list.innerHTML);
}
