// Lights up what belongs to one term of a formula: its glyphs, its button, its row and its line of code.
"use strict";
(() => {
  const TERM = "data-texsor-term";
  const WHOLE = "tr[id^='texsor-row-'], span[id^='texsor-in-']"; // what a number in it stands for
  const parts = new Map(); // of a term: its elements
  const terms = new Map(); // of an element: its terms
  let [pinned, hovered, focused] = [null, null, null]; // the element that was meant
  let lit = new Set();

  const add = (map, key, value) => map.set(key, (map.get(key) || new Set()).add(value));
  for (const found of document.querySelectorAll(`[${TERM}]`)) {
    for (const term of found.getAttribute(TERM).split(" ")) {
      for (const part of [found, found.closest(WHOLE)].filter(Boolean)) {
        add(parts, term, part);
        add(terms, part, term);
      }
    }
  }
  const buttons = document.querySelectorAll("a.texsor-button");

  // The innermost part that holds an element.
  const near = (element) => {
    while (element && !terms.has(element)) element = element.parentElement;
    return element;
  };
  const show = () => {
    const wanted = new Set();
    for (const term of terms.get(hovered || focused || pinned) || []) {
      for (const part of parts.get(term)) wanted.add(part);
    }
    for (const part of new Set([...lit, ...wanted])) part.classList.toggle("texsor-on", wanted.has(part));
    lit = wanted;
  };
  // What is pressed stays lit and is said; hovering and focusing say nothing.
  const pin = (element) => {
    pinned = element;
    for (const box of document.querySelectorAll(".texsor-note")) {
      box.firstElementChild.textContent = "";
      box.lastElementChild.hidden = true;
    }
    for (const button of buttons) {
      const pressed = Boolean(element) && terms.get(element).has(button.getAttribute(TERM));
      button.setAttribute("aria-pressed", String(pressed));
      if (!pressed || element.closest(WHOLE)) continue;
      const box = button.parentElement.querySelector(".texsor-note");
      box.firstElementChild.textContent = button.dataset.texsorNote;
      box.lastElementChild.href = button.hash;
      box.lastElementChild.hidden = false;
    }
    show();
  };
  const press = (event) => {
    const part = event.currentTarget;
    if (part !== near(event.target) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (part.matches("a.texsor-button")) event.preventDefault();
    else if (event.target.closest("a[href]")) return pin(part); // lit where the link leads
    else if (!getSelection().isCollapsed) return;
    pin(pinned && String([...terms.get(part)]) === String([...terms.get(pinned)]) ? null : part);
  };
  // On each of them: a phone clicks nothing that does not listen.
  for (const part of terms.keys()) part.addEventListener("click", press);
  for (const button of buttons) {
    button.setAttribute("role", "button");
    button.setAttribute("aria-pressed", "false");
  }

  const on = (type, act) => document.addEventListener(type, act);
  const hover = (event) => {
    if (event.pointerType === "touch") return;
    hovered = event.type === "pointerover" ? near(event.target) : null;
    show();
  };
  on("pointerover", hover);
  document.documentElement.addEventListener("pointerleave", hover);
  const focus = (event) => {
    focused = event.type === "focusin" && event.target.matches(":focus-visible") ? near(event.target) : null;
    show();
  };
  on("focusin", focus);
  on("focusout", focus);
  // A finger that scrolls cancels its pointer and does not get here.
  on("pointerup", (event) => {
    if (pinned && !near(event.target) && !event.target.closest(".texsor-note")) pin(null);
  });
  on("keydown", (event) => {
    if (event.key === "Escape") {
      hovered = focused = null;
      pin(null);
    } else if (event.key === " " && event.target.matches("a.texsor-button")) {
      event.preventDefault(); // a link would scroll the page
      event.target.click();
    }
  });
})();
