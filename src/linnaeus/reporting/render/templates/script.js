"use strict";
// The page is whole without this: cells open by their fragments, values stand in titles. It only makes both handier.

// Curves: the epoch under the pointer, or chosen by the arrow keys, is told above its curve.
for (const plot of document.querySelectorAll(".plot")) {
  const zones = [...plot.querySelectorAll(".zone")];
  const reading = plot.closest("figure")?.querySelector(".reading");
  if (!zones.length || !reading) continue;
  let at = -1;
  const show = (place) => {
    zones[at]?.classList.remove("on");
    at = place;
    zones[at]?.classList.add("on");
    reading.textContent = zones[at] ? zones[at].querySelector("title").textContent : "";
  };
  plot.setAttribute("tabindex", "0");
  plot.addEventListener("pointerover", (event) => show(zones.indexOf(event.target.closest(".zone"))));
  plot.addEventListener("pointerleave", () => show(-1));
  plot.addEventListener("blur", () => show(-1));
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(at < 0 ? zones.length - 1 : Math.min(Math.max(at + step, 0), zones.length - 1));
  });
}

// Commands: a button copies them, where the browser lets it; else they are selected, to be copied by hand.
for (const button of document.querySelectorAll(".copy")) {
  const code = button.parentElement.querySelector("code"), label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      if (!document.execCommand("copy")) return;
    }
    getSelection().removeAllRanges();
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  });
}

// Confusions: the cell whose images are shown is marked; a matrix that is a picture is opened where it is clicked.
const mark = () => {
  for (const link of document.querySelectorAll(".matrix a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};
addEventListener("hashchange", mark);
mark();

for (const matrix of document.querySelectorAll(".matrix-picture img")) {
  const places = JSON.parse(matrix.dataset.places), classes = Number(matrix.dataset.classes);
  matrix.addEventListener("click", (event) => {
    const box = matrix.getBoundingClientRect();
    const place = (at, from, length) => Math.min(classes - 1, Math.floor((classes * (at - from)) / length));
    const fragment = places[`${place(event.clientY, box.top, box.height)}-${place(event.clientX, box.left, box.width)}`];
    if (fragment) location.hash = fragment;
  });
}

addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".row:target .close, .cell:target .close");
  if (open) location.hash = open.hash;
});

// A link to a part that is folded opens it.
const opened = () => {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  const around = part && (part.querySelector(":scope > details.part") || part.closest("details.part"));
  if (around) around.open = true;
};
addEventListener("hashchange", opened);
opened();

// On paper nothing is folded.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) folded.open = folded.dataset.paper = true;
});
addEventListener("afterprint", () => {
  for (const folded of document.querySelectorAll("details[data-paper]")) folded.open = false;
});
