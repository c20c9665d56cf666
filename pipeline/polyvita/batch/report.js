
"use strict";
const text = (row, column) => row.cells[column]?.textContent.trim() ?? "";

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const ascending = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const column = head.cellIndex;
      const compare = (a, b) => text(a, column).localeCompare(text(b, column), undefined, { numeric: true });
      const rows = [...body.rows].sort(ascending ? compare : (a, b) => compare(b, a));
      body.append(...rows);
    });
  }
}

const people = document.getElementById("people");
if (people) {
  const bar = document.createElement("form");
  bar.className = "filters";
  const add = (label, control) => {
    const wrapper = document.createElement("label");
    wrapper.append(`${label} `, control);
    bar.append(wrapper);
    control.addEventListener("input", show);
    return control;
  };
  const search = document.createElement("input");
  search.type = "search";
  const choices = [];
  function show() {
    const wanted = search.value.toLowerCase();
    for (const row of people.tBodies[0].rows) {
      const fits = choices.every(([column, control]) => !control.value || text(row, column) === control.value);
      row.hidden = !fits || !row.textContent.toLowerCase().includes(wanted);
    }
  }
  add("Search", search);
  for (const [label, column] of [["Unit", 2], ["Filter", 3], ["State", 4]]) {
    const select = document.createElement("select");
    const values = [...new Set([...people.tBodies[0].rows].map((row) => text(row, column)))].filter(Boolean).sort();
    select.add(new Option("all", ""));
    for (const value of values) select.add(new Option(value, value));
    choices.push([column, add(label, select)]);
  }
  bar.addEventListener("submit", (event) => event.preventDefault());
  people.before(bar);
}
