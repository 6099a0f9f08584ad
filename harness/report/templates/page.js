"use strict";
// Tables that can be sorted and searched. Without this script every page is whole, and readable.
(() => {
  const say = document.createElement("p");
  say.className = "unseen";
  say.setAttribute("role", "status");

  const parse = (text) => {
    const found = text.replace(/\u2212/g, "-").match(/[-+]?\d+(\.\d+)?(e[-+]?\d+)?/i);
    return found ? Number(found[0]) : NaN;
  };

  const keyOf = (cell, isNumber) => {
    const shown = cell.firstElementChild || cell;
    const text = (cell.dataset.value ?? shown.textContent).trim();
    return isNumber ? parse(text) : text;
  };

  const isMissing = (key) => (typeof key === "number" ? Number.isNaN(key) : key === "" || key === "–");

  const compare = (a, b) =>
    typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });

  const sort = (body, rows, place, isNumber, order) => {
    const keyed = rows.map((row, index) => ({ row, index, key: keyOf(row.cells[place], isNumber) }));
    if (order !== "none") {
      const sign = order === "ascending" ? 1 : -1;
      keyed.sort((a, b) => {
        const [first, second] = [isMissing(a.key), isMissing(b.key)];
        if (first || second) return first - second || a.index - b.index;  // what is missing goes last
        return sign * compare(a.key, b.key) || a.index - b.index;
      });
    }
    body.append(...keyed.map((item) => item.row));
  };

  const makeSortable = (table) => {
    const [body] = table.tBodies;
    const headings = [...table.tHead.rows[0].cells];
    const rows = [...body.rows];
    if (rows.length < 2) return;
    headings.forEach((heading, place) => {
      const isNumber = heading.classList.contains("number");
      const first = isNumber && heading.dataset.better !== "down" ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const was = heading.getAttribute("aria-sort") || "none";
        const order = { none: first, [first]: second, [second]: "none" }[was];
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        if (order !== "none") heading.setAttribute("aria-sort", order);
        sort(body, rows, place, isNumber, order);
        const name = button.textContent.trim();
        say.textContent = order === "none" ? "In the order of the page." : `Sorted by ${name}, ${order}.`;
      });
    });
  };

  const makeSearchable = (frame) => {
    const table = frame.querySelector("table");
    const rows = [...table.tBodies[0].rows];
    const box = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("span");
    box.className = "search";
    input.type = "search";
    input.autocomplete = "off";
    count.setAttribute("role", "status");
    label.append("Filter rows ", input);
    box.append(label, count);
    frame.prepend(box);
    const search = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        left += !row.hidden;
      }
      count.textContent = words.length ? `${left} of ${rows.length} rows` : `${rows.length} rows`;
    };
    input.addEventListener("input", search);
    frame.addEventListener("show-all", () => { input.value = ""; search(); });
    search();
  };

  // A table that fits has its heading stick to the window; one that does not scrolls in its frame.
  const fit = (box) => {
    if (!box.clientWidth) return;
    const isWide = box.firstElementChild.getBoundingClientRect().width > box.clientWidth + 1;
    box.classList.toggle("wide", isWide);
    box.classList.toggle("fits", !isWide);
    if (isWide) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };

  // Browsers that do not open what a link leads into.
  const reveal = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = name && document.getElementById(name);
    if (!target) return;
    let wasHidden = false;
    if (target.closest("tr")?.hidden) {
      target.closest(".table").dispatchEvent(new Event("show-all"));
      wasHidden = true;
    }
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) {
      wasHidden ||= !at.open;
      at.open = true;
    }
    if (wasHidden) target.scrollIntoView();
  };

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  document.body.append(say);
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));
  for (const frame of document.querySelectorAll(".table")) {
    makeSortable(frame.querySelector("table"));
    if (frame.classList.contains("long")) makeSearchable(frame);
  }
  for (const box of document.querySelectorAll(".scroll, .card")) {
    fit(box);
    watch.observe(box);
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
