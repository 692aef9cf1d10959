// A page that tells of work under way fetches itself anew while it lasts: what stands in it changes, focus and what is typed stay.

import { morph } from "./morph.js";

const MOST = 10_000; // ms between two looks
const isUnderWay = () => document.querySelector("[data-live]");

for (let wait = 1000; isUnderWay(); wait = Math.min(wait * 1.2, MOST)) {
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (document.hidden) continue;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (response?.redirected) break; // the log-in has ended
  if (!response?.ok) continue; // the line is broken: looked at again
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = document.querySelector("main"), focused = document.activeElement;
  morph(main, fresh.querySelector("main"));
  if (focused.isConnected) continue;
  const like = (one) => (focused.href ? one.href === focused.href : one.textContent === focused.textContent);
  [...main.querySelectorAll(focused.localName)].find(like)?.focus({ preventScroll: true });
}
