// Changes the children of one element into those of another and keeps every node that stays the same, so that focus,
// selection and open popovers survive.

export const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

export function morph(target, source) {
  let there = target.firstChild;
  const past = (act) => {
    const next = there.nextSibling;
    act(there);
    there = next;
  };
  for (const node of [...source.childNodes]) {
    while (there && isBlank(there) && !same(there, node)) past((old) => old.remove());
    if (!there) target.append(node);
    else if (same(there, node)) past((old) => update(old, node));
    else if (isBlank(node)) there.before(node);
    else past((old) => old.replaceWith(node));
  }
  while (there) past((old) => old.remove());
}

const isBlank = (node) => node.nodeType === Node.TEXT_NODE && !node.data.trim();

const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");

function update(target, source) {
  if (target.nodeType === Node.TEXT_NODE) {
    if (target.data === source.data) return;
    // Appending keeps a selection that replacing the whole text would lose.
    if (source.data.startsWith(target.data)) target.appendData(source.data.slice(target.data.length));
    else target.data = source.data;
    return;
  }
  if (target.nodeType !== Node.ELEMENT_NODE) return;
  // A box that becomes another's takes that one's tick, and not the one that somebody gave the first.
  const another = target.nodeName === "INPUT" && target.getAttribute("value") !== source.getAttribute("value");
  for (const { name } of [...target.attributes]) {
    if (!source.hasAttribute(name) && name !== "open" && name !== "style") target.removeAttribute(name);
  }
  for (const { name, value } of source.attributes) {
    if (target.getAttribute(name) !== value) target.setAttribute(name, value);
  }
  if (another && "checked" in target) target.checked = source.checked;
  morph(target, source);
}
