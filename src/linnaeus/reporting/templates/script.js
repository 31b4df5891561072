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

// Confusions: the cell whose images are shown is marked; a matrix that is a picture is opened where it is clicked.
const mark = () => {
  for (const link of document.querySelectorAll(".matrix a, .pairs a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};
addEventListener("hashchange", mark);
mark();

for (const matrix of document.querySelectorAll(".matrix-picture img")) {
  matrix.addEventListener("click", (event) => {
    const classes = Number(matrix.dataset.classes), box = matrix.getBoundingClientRect();
    const place = (at, from, length) => Math.min(classes - 1, Math.floor((classes * (at - from)) / length));
    const fragment = [matrix.dataset.prefix, place(event.clientY, box.top, box.height), place(event.clientX, box.left, box.width)].join("-");
    if (document.getElementById(fragment)) location.hash = fragment;
  });
}

addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".gallery:target .close, .cell:target .close");
  if (open) location.hash = open.hash;
});
