
"use strict";
(() => {
  const form = document.querySelector("form.search");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const items = [...document.querySelectorAll(".facts")].map((facts) => {
    const item = facts.closest("li");
    return { item, text: fold(item.textContent), year: facts.dataset.year, type: facts.dataset.type };
  });
  // A hidden item has no number, so all items get the number that they have now.
  for (const list of new Set(items.map(({ item }) => item.parentElement))) {
    if (list.tagName !== "OL") continue;
    let number = list.start;
    for (const item of list.children) {
      if (!item.hasAttribute("value")) item.value = number;
      number = item.value + 1;
    }
  }
  const sections = [...document.querySelectorAll("section")].filter((part) => part.querySelector(".facts") && !part.contains(form));
  const show = () => {
    const words = fold(form.words.value).split(/\s+/).filter(Boolean);
    const chosen = (name) => form[name]?.value ?? "";
    let count = 0;
    for (const { item, text, year, type } of items) {
      const fits = words.every((word) => text.includes(word)) &&
        ["", year].includes(chosen("year")) && ["", type].includes(chosen("type"));
      item.hidden = !fits;
      count += fits;
    }
    for (const section of sections) section.hidden = !section.querySelector("li:not([hidden]) .facts");
    form.querySelector("output").textContent = `${count} / ${items.length}`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
