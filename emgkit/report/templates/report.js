// Zoom and a readout for the figures that show the cycle. Without this script the page lacks nothing that it says.
"use strict";
for (const figure of document.querySelectorAll("figure[data-places]")) {
  const view = figure.querySelector(".view"), svg = view.querySelector("svg");
  const places = JSON.parse(figure.dataset.places);
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Zoom of the figure");
  let zoom = 1;
  const to = (level) => {
    const middle = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
    zoom = Math.min(Math.max(level, 1), 8);
    svg.style.width = zoom * 100 + "%";
    view.scrollLeft = middle * view.scrollWidth - view.clientWidth / 2;
    reach();
  };
  for (const [sign, name, act] of [
    ["\u2212", "Zoom out", () => to(zoom / 1.5)],
    ["+", "Zoom in", () => to(zoom * 1.5)],
    ["Fit", "Whole figure", () => to(1)],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    bar.append(button);
  }
  const readout = document.createElement("output");
  bar.append(readout);
  figure.prepend(bar);

  const hair = document.createElement("div");
  hair.className = "hair";
  hair.hidden = true;
  view.append(hair);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect(), outer = view.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    const place = places.find(([, left, top, right, bottom]) => left <= x && x <= right && top <= y && y <= bottom);
    hair.hidden = !place;
    if (!place) { readout.textContent = ""; return; }
    const [label, left, top, right, bottom, first, last] = place;
    const pct = first + (last - first) * (x - left) / (right - left);
    readout.textContent = (label ? label + ": " : "") + pct.toFixed(1) + " %";
    hair.style.left = event.clientX - outer.left + view.scrollLeft + "px";
    hair.style.top = box.top - outer.top + view.scrollTop + top * box.height + "px";
    hair.style.height = (bottom - top) * box.height + "px";
  });
  svg.addEventListener("pointerleave", () => { hair.hidden = true; readout.textContent = ""; });
}

// what does not scroll is no stop for the Tab key
function reach() {
  for (const view of document.querySelectorAll(".view, .scroll")) {
    view.tabIndex = view.scrollWidth > view.clientWidth || view.scrollHeight > view.clientHeight + 1 ? 0 : -1;
  }
}
addEventListener("resize", reach);
reach();
