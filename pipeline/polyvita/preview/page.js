// The page of the preview: shows what it is told as news, and keeps its place when the shown page is made anew.

const by = (id) => document.getElementById(id);
const REVIEW = "review";
const VIEWER = navigator.pdfViewerEnabled ?? true;

let news; // the stream of what the server tells
let list = []; // the filters with their formats
let seen = null; // what there is to see
let shown = null; // what the frame shows: where it is in the list, and which stamp it has
let page = 1; // of a PDF

const look = () => {
  const asked = new URLSearchParams(location.search);
  return { filter: asked.get("filter") ?? "", show: asked.get("show") ?? "" };
};
const key = ({ filter, show }) => `${filter}/${show}`;

// ---------------------------------------------------------------- news

function listen() {
  news?.close();
  const { filter, show } = look();
  news = new EventSource(`/events?${new URLSearchParams({ filter, show })}`);
  news.addEventListener("list", (event) => { list = JSON.parse(event.data); showList(); showBar(); });
  news.addEventListener("making", () => say("Making it …"));
  news.addEventListener("seen", (event) => { seen = JSON.parse(event.data); showSeen(); });
  news.onerror = () => say("The preview has ended: start it again with “polyvita preview”");
}

function say(text) {
  by("status").textContent = text;
}

function showSeen() {
  const count = seen.findings.length;
  const found = count ? `${count} finding${count > 1 ? "s" : ""}` : "nothing to mend";
  say(`${new Date().toLocaleTimeString("en-GB")}, ${found}`);
  by("stale").hidden = seen.current;
  by("stale").textContent = seen.good
    ? "This is the last good version. What you saved since cannot be shown: see the findings."
    : "This cannot be made yet: see the findings.";
  showBar();
  showFindings();
  showGood();
  document.body.dataset.seen = seen.current ? "current" : "last good";
}

// ---------------------------------------------------------------- the list, and the bar above the page

function showList() {
  const now = key(look());
  by("list").replaceChildren(...list.map((filter) => {
    const links = filter.formats.map((format) => {
      const link = element("a", { href: format.address }, format.name);
      if (key({ filter: filter.name, show: format.format }) === now) link.setAttribute("aria-current", "page");
      return link;
    });
    const title = filter.broken ? "cannot be read as it is" : filter.title;
    return element("li", {},
      element("p", { class: "filter" }, filter.name),
      title && element("p", { class: filter.broken ? "title broken" : "title" }, title),
      element("p", { class: "formats" }, ...links));
  }));
  by("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function showBar() {
  const { filter, show } = look();
  const entry = list.find((one) => one.name === filter);
  const format = entry?.formats.find((one) => one.format === show);
  const last = sessionStorage.getItem(`format of ${filter}`) ?? entry?.formats[0]?.address;
  if (show !== REVIEW) sessionStorage.setItem(`format of ${filter}`, location.pathname + location.search);
  by("what").textContent = show === REVIEW ? `${filter}, review` : [filter, format?.name ?? show].join(", ");
  const ways = [];
  if (show === REVIEW && last) ways.push(element("a", { href: last }, "Back to the output"));
  if (entry && show !== REVIEW) ways.push(element("a", { href: entry.review }, "Review: what is left out"));
  const good = seen && key(seen) === key({ filter, show }) ? seen.good : null;
  if (good && good.kind !== "file")
    ways.push(element("a", { href: good.address, target: "_blank", rel: "noopener" }, `Open ${good.name} in a tab`));
  by("ways").replaceChildren(...ways);
  showPages(good);
}

function showPages(good) {
  const many = good?.kind === "pdf" && good.pages > 1 && VIEWER;
  by("pages").hidden = !many;
  if (!many) return;
  page = Math.min(page, good.pages);
  by("page").textContent = `page ${page} of ${good.pages}`;
  by("back").disabled = page <= 1;
  by("on").disabled = page >= good.pages;
}

function turn(by_) {
  page += by_;
  const address = new URL(location);
  address.hash = page > 1 ? `page=${page}` : "";
  history.replaceState(null, "", address);
  showPages(seen.good);
  shown = null; // the viewer goes to a page when it is opened
  showGood();
}

// ---------------------------------------------------------------- the page itself

function showGood() {
  const good = seen.good;
  const frames = by("frame");
  if (!good) {
    shown = null;
    frames.replaceChildren();
    return;
  }
  const now = { key: key(seen), stamp: good.stamp };
  if (shown?.key === now.key && shown.stamp === now.stamp) return; // the same bytes: nothing moves
  if (good.kind === "file" || (good.kind === "pdf" && !VIEWER)) {
    shown = now;
    frames.replaceChildren(download(good));
    return;
  }
  for (const late of frames.querySelectorAll(".coming")) late.remove();
  const frame = element("iframe", { class: "coming", title: `${seen.filter}, ${seen.show}: ${good.name}` });
  // No script runs in an output, and a link of it opens in a tab of its own. A PDF is shown by the browser's viewer,
  // which works in no such frame.
  if (good.kind !== "pdf") frame.sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  frame.addEventListener("load", () => {
    const old = frames.querySelector("iframe:not(.coming)");
    if (shown?.key === now.key) remember(shown.key, old);
    if (good.kind !== "pdf") {
      for (const link of frame.contentDocument.querySelectorAll("a[href^='http'], a[href^='mailto']")) link.target = "_blank";
      restore(now.key, frame);
    }
    shown = now;
    frame.classList.remove("coming");
    for (const other of [...frames.children]) if (other !== frame && !other.matches(".coming")) other.remove();
    document.body.dataset.stamp = now.stamp;
  }, { once: true });
  frame.src = good.address + (good.kind === "text" ? "&frame" : good.kind === "pdf" ? `#page=${page}&navpanes=0` : "");
  frames.append(frame);
}

function download(good) {
  return element("div", { class: "note" },
    element("p", { class: "get" }, element("a", { href: good.address, download: good.name }, `Download ${good.name}`)),
    element("p", {}, "A browser does not show this kind of file. The download is of what you saved last."));
}

// The place in a page: the last part that began above the window, and how far above; it stays where it is when
// something before it grows.
function remember(of, frame) {
  const inside = frame?.contentDocument?.documentElement && frame.contentWindow;
  if (!inside || !frame.sandbox.length) return;
  let place = { y: inside.scrollY };
  for (const part of frame.contentDocument.querySelectorAll("main [id]")) {
    const above = part.getBoundingClientRect().top;
    if (above <= 1) place = { y: inside.scrollY, id: part.id, above };
  }
  sessionStorage.setItem(`place in ${of}`, JSON.stringify(place));
}

function restore(of, frame) {
  const place = JSON.parse(sessionStorage.getItem(`place in ${of}`) ?? "null");
  if (!place?.y) return;
  const inside = frame.contentWindow;
  const part = place.id && frame.contentDocument.getElementById(place.id);
  const y = part ? inside.scrollY + part.getBoundingClientRect().top - place.above : place.y;
  inside.scrollTo({ top: y, behavior: "instant" });
}

// ---------------------------------------------------------------- findings

function showFindings() {
  by("found").classList.toggle("empty", !seen.findings.length && !seen.fitted);
  by("found-head").textContent = seen.findings.length ? "Findings" : "Nothing to mend";
  by("fitted").textContent = seen.fitted;
  by("findings").replaceChildren(...seen.findings.map((finding) => {
    const where = [finding.file, finding.line || null, finding.line ? finding.column : null].filter(Boolean).join(":");
    const quote = finding.quote;
    return element("li", { class: finding.severity },
      element("p", { class: "where" }, element("span", { class: "severity" }, finding.severity),
        ` ${finding.code}${where ? ` · ${where}` : ""}`),
      element("p", {}, finding.message),
      quote && element("p", { class: "quote" }, element("span", { class: "number" }, `${finding.line}  `),
        quote.before, element("mark", {}, quote.marked), quote.after),
      finding.hint && element("p", { class: "hint" }, finding.hint));
  }));
}

// ---------------------------------------------------------------- going from one to another

function go(address) {
  if (shown) remember(shown.key, by("frame").querySelector("iframe:not(.coming)"));
  if (address) history.pushState(null, "", address);
  seen = null;
  page = Number(/page=(\d+)/.exec(location.hash)?.[1] ?? 1);
  document.title = `${look().filter || by("what").textContent} – polyvita preview`;
  if (matchMedia("(max-width: 44rem)").matches) by("outputs").open = false;
  showList();
  showBar();
  listen();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/?']");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
addEventListener("popstate", () => go());
addEventListener("pagehide", () => shown && remember(shown.key, by("frame").querySelector("iframe:not(.coming)")));
by("back").addEventListener("click", () => turn(-1));
by("on").addEventListener("click", () => turn(1));

const narrow = matchMedia("(max-width: 44rem)");
const fold = () => { by("outputs").open = !narrow.matches; };
narrow.addEventListener("change", fold);
fold();
go();

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child || child === 0));
  return made;
}
