#include "report/page.h"

namespace kjx::report {

// Words at the pointer, arrow keys within a figure, and light against dark. Without it the page only lacks these.
const char* const script = R"js(
"use strict";
(() => {
  const tip = document.getElementById("tip");
  const root = document.documentElement;

  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // What a node stands on and who stands on it, at any distance.
  const reach = (figure, node) => {
    const paths = [...figure.querySelectorAll("path")];
    const hot = new Set([node]);
    for (const [near, far] of [["from", "to"], ["to", "from"]]) {
      const left = [node];
      while (left.length) {
        const at = left.pop();
        for (const path of paths) {
          if (path.dataset[near] !== at) continue;
          path.classList.add("hot");
          if (!hot.has(path.dataset[far])) { hot.add(path.dataset[far]); left.push(path.dataset[far]); }
        }
      }
    }
    for (const mark of figure.querySelectorAll(".mark")) mark.classList.toggle("dim", !hot.has(mark.dataset.node));
  };

  const clear = figure => {
    for (const each of figure.querySelectorAll(".on, .dim, .hot")) each.classList.remove("on", "dim", "hot");
  };

  const choose = (figure, mark) => {
    clear(figure);
    mark.classList.add("on");
    if (mark.dataset.node !== undefined) reach(figure, mark.dataset.node);
    const words = figure.querySelector("figcaption");
    if (words) words.textContent = mark.dataset.tip;
  };

  for (const figure of document.querySelectorAll(".walk")) {
    const marks = () => [...figure.querySelectorAll(".mark")];
    figure.addEventListener("click", event => {
      const mark = event.target.closest(".mark");
      if (mark) choose(figure, mark); else clear(figure);
    });
    figure.addEventListener("keydown", event => {
      if (event.key === "Escape") return clear(figure);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const all = marks();
      const at = all.findIndex(mark => mark.classList.contains("on"));
      const next = all[at < 0 ? 0 : (at + step + all.length) % all.length];
      if (next) { choose(figure, next); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    });
    figure.addEventListener("pointermove", event => {
      const mark = event.target.closest(".mark");
      tip.hidden = !mark;
      if (!mark) return;
      tip.textContent = mark.dataset.tip;
      tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
      tip.style.top = Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8) + "px";
    });
    figure.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
})();
)js";

}  // namespace kjx::report
