// Changes the children of one element into those of another and keeps every node that stays the same, so that focus,
// selection and open popovers survive.

export const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

export function morph(target, source) {
  const wanted = [...source.childNodes];
  wanted.forEach((node, i) => {
    const there = target.childNodes[i];
    if (!there) target.append(node);
    else if (same(there, node)) update(there, node);
    else there.replaceWith(node);
  });
  while (target.childNodes.length > wanted.length) target.lastChild.remove();
}

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
  for (const { name } of [...target.attributes]) {
    if (!source.hasAttribute(name) && name !== "open" && name !== "style") target.removeAttribute(name);
  }
  for (const { name, value } of source.attributes) {
    if (target.getAttribute(name) !== value) target.setAttribute(name, value);
  }
  morph(target, source);
}
