// The script of the preview page: show what the server sends, and keep the scroll position when an output is rebuilt.

const byId = (id) => document.getElementById(id);
const REVIEW = "review";
const VIEWER = navigator.pdfViewerEnabled ?? true;

let events; // the EventSource
let themes = []; // the names of the themes
let list = []; // the filters with their formats, as in entries_as_data
let snapshot = null; // the state of the selected output, as in snapshot_as_data
let overview = { broken: [], findings: [] }; // what is known about all filters, as in overview_as_data
let shown = null; // what the frame shows: the key of the selection and the stamp of the file
let page = 1; // page number of a PDF

const selection = () => {
  const query = new URLSearchParams(location.search);
  return { filter: query.get("filter") ?? "", show: query.get("show") ?? "", theme: query.get("theme") ?? "" };
};
const key = ({ filter, show, theme = "" }) => `${filter}/${show}${theme && `/${theme}`}`;

// ---------------------------------------------------------------- events from the server

function listen() {
  events?.close();
  events = new EventSource(`events?${new URLSearchParams(selection())}`);
  events.addEventListener("list", (event) => { list = JSON.parse(event.data); showList(); showBar(); });
  events.addEventListener("themes", (event) => { themes = JSON.parse(event.data); showThemes(); });
  events.addEventListener("building", () => setStatus("Building …"));
  events.addEventListener("snapshot", (event) => { snapshot = JSON.parse(event.data); showSnapshot(); });
  events.addEventListener("overview", (event) => {
    const broken = String(overview.broken);
    overview = JSON.parse(event.data);
    if (String(overview.broken) !== broken) showList(); // Otherwise the list stays, and with it the focus.
    showFindings();
    showCounts();
  });
  events.onerror = () => setStatus("The preview has stopped. Start it again with “polyvita preview”.");
}

function setStatus(text) {
  byId("status").textContent = text;
}

function showSnapshot() {
  byId("stale").hidden = snapshot.current;
  byId("stale").textContent = snapshot.good
    ? "This is the last good version. Your latest changes cannot be shown; see the findings."
    : "This output cannot be built yet; see the findings.";
  showBar();
  showFindings();
  showOutput();
  document.body.dataset.state = snapshot.current ? "current" : "last good";
}

// ---------------------------------------------------------------- the list, and the bar above the page

function showList() {
  const now = key({ ...selection(), theme: "" });
  byId("list").replaceChildren(...list.map((filter) => {
    const links = filter.formats.map((format) => {
      const link = element("a", { href: format.address }, format.name);
      if (key({ filter: filter.name, show: format.format }) === now) link.setAttribute("aria-current", "page");
      return link;
    });
    const broken = filter.broken || overview.broken.includes(filter.name);
    const title = broken ? "This filter has errors" : filter.title;
    return element("li", {},
      element("p", { class: "filter" }, filter.name),
      title && element("p", { class: broken ? "title broken" : "title" }, title),
      element("p", { class: "formats" }, ...links));
  }));
  byId("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function showBar() {
  const { filter, show, theme } = selection();
  const entry = list.find((item) => item.name === filter);
  const format = entry?.formats.find((item) => item.format === show);
  const last = sessionStorage.getItem(`format of ${filter}`) ?? entry?.formats[0]?.address;
  if (show !== REVIEW) sessionStorage.setItem(`format of ${filter}`, location.search);
  byId("what").textContent = show === REVIEW ? `${filter}, review` : [filter, format?.name ?? show].join(", ");
  const links = [];
  if (show === REVIEW && last) links.push(element("a", { href: last }, "Back to the output"));
  if (entry && show !== REVIEW) links.push(element("a", { href: entry.review }, "Review: what is left out"));
  const good = snapshot && key(snapshot) === key({ filter, show, theme }) ? snapshot.good : null;
  if (good && good.kind !== "file")
    links.push(element("a", { href: good.address, target: "_blank", rel: "noopener" }, `Open ${good.name} in a tab`));
  byId("links").replaceChildren(...links);
  showPages(good);
}

// A theme that is tried here is in the address of the page, and not in the filter.
function showThemes() {
  const { show, theme } = selection();
  byId("dress").hidden = show === REVIEW;
  const options = ["", ...themes].map((name) => element("option", { value: name }, name || "as in the filter"));
  byId("theme").replaceChildren(...options);
  byId("theme").value = theme;
}

function chooseTheme() {
  const query = new URLSearchParams(location.search);
  query.delete("theme");
  if (byId("theme").value) query.set("theme", byId("theme").value);
  go(`?${query}`);
}

function showPages(good) {
  const paged = good?.kind === "viewer" && good.pages > 1 && VIEWER;
  byId("pages").hidden = !paged;
  if (!paged) return;
  page = Math.min(page, good.pages);
  byId("page").textContent = `page ${page} of ${good.pages}`;
  byId("previous").disabled = page <= 1;
  byId("next").disabled = page >= good.pages;
}

function turnPages(count) {
  page += count;
  const address = new URL(location);
  address.hash = page > 1 ? `page=${page}` : "";
  history.replaceState(null, "", address);
  showPages(snapshot.good);
  shown = null; // The PDF viewer opens a page only when it loads the file.
  showOutput();
}

// ---------------------------------------------------------------- the output

function showOutput() {
  const good = snapshot.good;
  const frames = byId("frame");
  if (!good) {
    shown = null;
    frames.replaceChildren();
    return;
  }
  const now = { key: key(snapshot), stamp: good.stamp };
  if (shown?.key === now.key && shown.stamp === now.stamp) return; // The content is the same, so the frame stays.
  if (good.kind === "file" || (good.kind === "viewer" && !VIEWER)) {
    shown = now;
    frames.replaceChildren(download(good));
    return;
  }
  for (const outdated of frames.querySelectorAll(".loading")) outdated.remove();
  const frame = element("iframe", { class: "loading", title: `${snapshot.filter}, ${snapshot.show}: ${good.name}` });
  // In an output no script runs, and links open in a new tab. A PDF needs a frame without a sandbox, because the viewer of
  // the browser does not work in one.
  if (good.kind !== "viewer") frame.sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  frame.addEventListener("load", () => {
    const old = frames.querySelector("iframe:not(.loading)");
    if (shown?.key === now.key) savePosition(shown.key, old);
    if (good.kind !== "viewer") {
      for (const link of frame.contentDocument.querySelectorAll("a[href^='http'], a[href^='mailto']")) link.target = "_blank";
      restorePosition(now.key, frame);
    }
    shown = now;
    frame.classList.remove("loading");
    for (const other of [...frames.children]) if (other !== frame && !other.matches(".loading")) other.remove();
    document.body.dataset.stamp = now.stamp;
  }, { once: true });
  frame.src = good.address + (good.kind === "text" ? "&frame" : good.kind === "viewer" ? `#page=${page}&navpanes=0` : "");
  frames.append(frame);
}

function download(good) {
  return element("div", { class: "note" },
    element("p", { class: "get" }, element("a", { href: good.address, download: good.name }, `Download ${good.name}`)),
    element("p", {}, "Browsers cannot show this kind of file. The download contains your latest saved changes."));
}

// The scroll position in an output: the last element with an id above the window, and its distance. So the text in the
// window does not move when content above it grows.
function savePosition(name, frame) {
  const view = frame?.contentDocument?.documentElement && frame.contentWindow;
  if (!view || !frame.sandbox.length) return;
  let position = { y: view.scrollY };
  for (const node of frame.contentDocument.querySelectorAll("main [id]")) {
    const top = node.getBoundingClientRect().top;
    if (top <= 1) position = { y: view.scrollY, id: node.id, top };
  }
  sessionStorage.setItem(`position in ${name}`, JSON.stringify(position));
}

function restorePosition(name, frame) {
  const position = JSON.parse(sessionStorage.getItem(`position in ${name}`) ?? "null");
  if (!position?.y) return;
  const view = frame.contentWindow;
  const node = position.id && frame.contentDocument.getElementById(position.id);
  const y = node ? view.scrollY + node.getBoundingClientRect().top - position.top : position.y;
  view.scrollTo({ top: y, behavior: "instant" });
}

// ---------------------------------------------------------------- findings

// The findings about the other filters: those about all filters, without those about this output.
function findingsElsewhere() {
  const here = new Set(snapshot.findings.map((finding) => JSON.stringify(finding)));
  return overview.findings.filter((finding) => !here.has(JSON.stringify(finding)));
}

function showCounts() {
  const all = [...snapshot.findings, ...findingsElsewhere()];
  const counts = Object.entries({ error: "errors", warning: "warnings", info: "infos" }).map(([severity, plural]) => {
    const count = all.filter((finding) => finding.severity === severity).length;
    return count && `${count} ${count > 1 ? plural : severity}`;
  });
  setStatus([new Date().toLocaleTimeString("en-GB"), ...(all.length ? counts.filter(Boolean) : ["no findings"])].join(", "));
}

function showFindings() {
  const here = snapshot.findings, elsewhere = findingsElsewhere();
  byId("found").classList.toggle("empty", !here.length && !elsewhere.length && !snapshot.fitted);
  byId("found-head").textContent = here.length ? "Findings" : elsewhere.length ? "No findings in this output" : "No findings";
  byId("fitted").textContent = snapshot.fitted;
  byId("findings").replaceChildren(...here.map(findingItem));
  byId("elsewhere-head").hidden = !elsewhere.length;
  byId("elsewhere").replaceChildren(...elsewhere.map(findingItem));
}

function findingItem(finding) {
  const position = [finding.file, finding.line || null, finding.line ? finding.column : null].filter(Boolean).join(":");
  const quote = finding.quote;
  return element("li", { class: finding.severity },
    element("p", { class: "location" }, element("span", { class: "severity" }, finding.severity), ` ${finding.code}`,
      position && " · ", finding.link ? element("a", { href: finding.link, title: "Open in the editor" }, position) : position),
    element("p", {}, finding.message),
    quote && element("p", { class: "quote" }, element("span", { class: "number" }, `${finding.line}  `),
      quote.before, element("mark", {}, quote.marked || " "), quote.after),
    finding.hint && element("p", { class: "hint" }, finding.hint));
}

// ---------------------------------------------------------------- navigation

function go(address) {
  if (shown) savePosition(shown.key, byId("frame").querySelector("iframe:not(.loading)"));
  if (address) history.pushState(null, "", address);
  snapshot = null;
  page = Number(/page=(\d+)/.exec(location.hash)?.[1] ?? 1);
  document.title = `${selection().filter || byId("what").textContent} – polyvita preview`;
  if (matchMedia("(max-width: 44rem)").matches) byId("outputs").open = false;
  showList();
  showBar();
  showThemes();
  listen();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='?']");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
addEventListener("popstate", () => go());
addEventListener("pagehide", () => shown && savePosition(shown.key, byId("frame").querySelector("iframe:not(.loading)")));
byId("previous").addEventListener("click", () => turnPages(-1));
byId("next").addEventListener("click", () => turnPages(1));
byId("theme").addEventListener("change", chooseTheme);

const narrow = matchMedia("(max-width: 44rem)");
const fold = () => { byId("outputs").open = !narrow.matches; };
narrow.addEventListener("change", fold);
fold();
go();

function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  node.append(...children.filter((child) => child || child === 0));
  return node;
}
