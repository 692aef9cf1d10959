// Follows an answer as it is written. The server draws; this puts each block in its place and tells screen readers twice:
// that an answer is being written, and the whole of it once it is finished.
import { morph, parse } from "./morph.js";

const NEAR_THE_END = 160; // pixels: a reader this close to the end follows the text
const SILENCE = 40_000; // milliseconds: the server says every 15 seconds that it is still there
const LONGEST_PAUSE = 15_000; // between two attempts to reach it

export function follow(reply) {
  const find = (name) => reply.querySelector(`[data-${name}]`);
  const token = reply.querySelector("input[type=hidden]")?.value;
  let follows = atEnd();
  const watch = () => (follows = atEnd());
  addEventListener("scroll", watch, { passive: true });
  let said = ""; // the status before the line was lost
  setTimeout(() => announce(reply.dataset.writing)); // a live region tells of what changes after the page is there

  const line = connect(reply.dataset.events, Number(reply.dataset.seen), {
    status({ text }) {
      find("status").textContent = said = text;
    },
    block({ i, html }) {
      const blocks = find("blocks");
      while (blocks.children.length <= i) {
        blocks.append(Object.assign(document.createElement("div"), { className: "block" }));
      }
      morph(blocks.children[i], parse(html));
      if (follows) scrollTo({ top: Math.min(document.documentElement.scrollHeight - innerHeight, top(reply)), behavior: "instant" });
    },
    sources({ html }) {
      morph(find("sources"), parse(html));
    },
    done({ html, text }) {
      line.close();
      removeEventListener("scroll", watch);
      const had = reply.contains(document.activeElement) ? document.activeElement : null;
      const ending = parse(html);
      for (const field of ending.querySelectorAll("input[name=csrf]")) field.setAttribute("value", token);
      morph(reply, ending);
      for (const name of ["aria-busy", "data-events", "data-seen", "data-lost", "data-writing"]) reply.removeAttribute(name);
      if (had && !had.isConnected) reply.closest("article").focus({ preventScroll: true });
      tell(reply, text);
      reply.dispatchEvent(new CustomEvent("answer", { bubbles: true }));
    },
    lost() {
      said ||= find("status").textContent;
      find("status").textContent = reply.dataset.lost;
    },
    found() {
      find("status").textContent = said;
    },
  });
  reply.querySelector("[data-stop]")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { form, button } = { form: event.target, button: event.submitter };
    button.setAttribute("aria-disabled", "true");
    try {
      await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    } catch {
      button.removeAttribute("aria-disabled"); // the line is broken: it can be tried again
      delete form.dataset.sent;
    }
  });
}

// A line that mends itself: after an error, and where the server has been silent for too long, it begins again behind the last
// event that came.
function connect(address, last, handlers) {
  let source, silence, again, attempts = 0, closed = false;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE);
    if (attempts) handlers.found();
    attempts = 0;
  };
  function open() {
    clearTimeout(again);
    source = new EventSource(last ? `${address}?efter=${last}` : address);
    for (const name of ["status", "block", "sources", "done", "still"]) {
      source.addEventListener(name, (event) => {
        if (closed) return;
        heard();
        last = Number(event.lastEventId) || last;
        handlers[name]?.(JSON.parse(event.data));
      });
    }
    source.onerror = lose;
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE);
  }
  function lose() {
    if (closed) return;
    source.close();
    clearTimeout(silence);
    clearTimeout(again);
    handlers.lost();
    again = setTimeout(open, Math.min(LONGEST_PAUSE, 500 * 2 ** attempts++));
  }
  const reach = () => !closed && attempts && open();
  addEventListener("online", reach);
  open();
  return {
    close() {
      closed = true;
      source.close();
      clearTimeout(silence);
      clearTimeout(again);
      removeEventListener("online", reach);
    },
  };
}

// The reader is taken along until the question reaches the top: from there the answer is read from its beginning.
const top = (reply) => reply.closest("article").getBoundingClientRect().top + scrollY - 16;

const atEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - NEAR_THE_END;

// A finished answer, for those who do not see it.
export function tell(reply, text) {
  announce(text);
  speak(reply.querySelector(".body"));
}

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
