// Follows an answer as it is written. The server draws; this puts each block in its place and tells screen readers twice:
// that an answer is being written, and the whole of it once it is finished.
import { morph, parse } from "./morph.js";

const NEAR_THE_END = 160; // pixels: a reader this close to the end follows the text

export function follow(reply) {
  const find = (name) => reply.querySelector(`[data-${name}]`);
  const token = reply.querySelector("input[type=hidden]")?.value;
  const source = new EventSource(reply.dataset.events);
  const on = (name, handle) => source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  let follows = atEnd();
  const watch = () => (follows = atEnd());
  addEventListener("scroll", watch, { passive: true });
  let told = false;

  on("status", ({ text }) => {
    find("status").textContent = text;
    if (!told) announce(reply.dataset.writing);
    told = true;
  });
  on("block", ({ i, html }) => {
    const blocks = find("blocks");
    while (blocks.children.length <= i) {
      blocks.append(Object.assign(document.createElement("div"), { className: "block" }));
    }
    morph(blocks.children[i], parse(html));
    if (follows) scrollTo({ top: Math.min(document.documentElement.scrollHeight - innerHeight, top(reply)), behavior: "instant" });
  });
  on("sources", ({ html }) => morph(find("sources"), parse(html)));
  on("done", ({ html, text }) => {
    source.close();
    removeEventListener("scroll", watch);
    const had = reply.contains(document.activeElement) ? document.activeElement : null;
    const ending = parse(html);
    for (const field of ending.querySelectorAll("input[type=hidden][value='']")) field.value = token;
    for (const field of ending.querySelectorAll("input[type=hidden]")) field.setAttribute("value", field.value);
    morph(reply, ending);
    for (const name of ["aria-busy", "data-events", "data-lost", "data-writing"]) reply.removeAttribute(name);
    if (had && !had.isConnected) reply.closest("article").focus({ preventScroll: true });
    announce(text);
    speak(reply.querySelector(".body"));
  });
  source.onerror = () => {
    const status = find("status");
    if (status && source.readyState !== EventSource.CLOSED) status.textContent = reply.dataset.lost;
  };
  reply.querySelector("[data-stop]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.submitter.setAttribute("aria-disabled", "true");
    fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)), redirect: "manual" });
  });
}

// The reader is taken along until the question reaches the top: from there the answer is read from its beginning.
const top = (reply) => reply.closest("article").getBoundingClientRect().top + scrollY - 16;

const atEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - NEAR_THE_END;

function announce(text) {
  document.getElementById("status").textContent = text;
}

// The finished text once, block by block, for the live region alone.
function speak(body) {
  const log = document.getElementById("spoken");
  const lines = [...body.querySelectorAll("[data-blocks] > .block, .dont-know, .help")].map((block) => {
    return Object.assign(document.createElement("p"), { textContent: block.innerText });
  });
  log.replaceChildren(...lines);
  setTimeout(() => log.replaceChildren(), 5000);
}
