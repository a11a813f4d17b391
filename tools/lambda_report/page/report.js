"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const UNITS = ["KiB", "MiB", "GiB"];
  // As tools/text.py has it.
  const human = (size) => {
    if (Math.abs(size) < 1024) return `${size} B`;
    let value = size;
    for (const unit of UNITS) {
      value /= 1024;
      if (Math.abs(value) < 1024 || unit === "GiB") return `${value.toFixed(1)} ${unit}`;
    }
  };
  const signed = (size) => (size > 0 ? `+${human(size)}` : size < 0 ? `-${human(-size)}` : "=");
  const percent = (part, all) => (all ? `${((100 * part) / all).toFixed(1)}%` : "");
  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...inside);
    return element;
  };
  const pressed = (group, button) => {
    for (const other of group.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  };

  // Head

  byId("target").textContent = data.target;
  byId("platform").textContent = `${data.runtime} on ${data.architecture}`;
  const facts = [
    [human(data.zip_bytes), "zipped"],
    [human(data.unzipped_bytes), "unpacked"],
    [data.files.length.toLocaleString("en"), "files"],
    [data.owners.filter((owner) => owner.version).length, "distributions"],
  ];
  if (data.layers.length) facts.push([data.layers.length, data.layers.length > 1 ? "layers" : "layer"]);
  for (const [value, name] of facts) byId("facts").append(make("div", {}, make("dt", {}, name), make("dd", {}, String(value))));
  for (const bar of data.bars) {
    const share = bar.used / bar.size;
    const fill = make("div", { class: share > 0.9 ? "fill tight" : "fill" });
    fill.style.width = `${Math.min(100, 100 * share)}%`;
    byId("bars").append(
      make(
        "div",
        { class: "bar" },
        make("span", {}, `${bar.what}: ${bar.name}`),
        make("div", { class: "track", role: "img", "aria-label": `${percent(bar.used, bar.size)} used` }, fill),
        make("span", { class: "left" }, `${percent(bar.used, bar.size)}, ${human(bar.size - bar.used)} left`),
      ),
    );
  }

  // Map

  const root = treeOf(data);
  const COLOURS = {
    "Python sources": 0, bytecode: 1, "native code": 2, data: 3, metadata: 4, tests: 5, "type stubs": 6, "C and Cython sources": 7,
  };
  const colour = (kind) => `var(--k${COLOURS[data.kinds[kind].title] ?? 3})`;
  let measure = "zip";
  let way = [root];
  const map = byId("map");

  // The kind that takes most of a node.
  const mainKind = (node) => {
    if (!node.children) return node.kind;
    if (node.main === undefined) {
      const sums = new Map();
      const add = (one) => {
        if (one.children) one.children.forEach(add);
        else sums.set(one.kind, (sums.get(one.kind) || 0) + one.zip);
      };
      add(node);
      node.main = [...sums].sort((a, b) => b[1] - a[1])[0][0];
    }
    return node.main;
  };
  const valued = (node) =>
    (node.children || [])
      .filter((child) => child[measure] > 0)
      .map((child) => ({ node: child, value: child[measure] }))
      .sort((a, b) => b.value - a.value || (a.node.name < b.node.name ? -1 : 1));

  // What is inside a tile, too small to be a button: it shows what the tile is made of.
  const fillTile = (tile, node, width, height, x, y, depth) => {
    const items = valued(node);
    squarify(items, x, y, width, height).forEach(([left, top, wide, high], place) => {
      if (wide < 4 || high < 4) return;
      const child = items[place].node;
      if (child.children && depth < 4 && wide > 24 && high > 24) {
        fillTile(tile, child, wide - 2, high - 2, left + 1, top + 1, depth + 1);
        return;
      }
      const part = make("i");
      Object.assign(part.style, {
        left: `${left}px`, top: `${top}px`, width: `${wide - 1}px`, height: `${high - 1}px`, background: colour(mainKind(child)),
      });
      tile.append(part);
    });
  };

  const draw = (focusName) => {
    const here = way[way.length - 1];
    const { width, height } = map.getBoundingClientRect();
    map.replaceChildren();
    const items = valued(here);
    let small = 0;
    squarify(items, 0, 0, width, height).forEach(([left, top, wide, high], place) => {
      const { node, value } = items[place];
      if (wide < 6 || high < 6) { small += 1; return; }
      const leaf = !node.children;
      const label = `${node.name}, ${human(value)}, ${percent(value, here[measure])}`;
      const tile = make("button", { type: "button", class: leaf ? "tile leaf" : "tile", "aria-label": leaf ? label : `${label}, opens`, title: label });
      Object.assign(tile.style, {
        left: `${left + 1}px`, top: `${top + 1}px`, width: `${wide - 2}px`, height: `${high - 2}px`,
      });
      const framed = !leaf && wide > 30 && high > 44;
      if (framed) tile.classList.add("framed");
      else tile.style.background = colour(mainKind(node));
      tile.node = node;
      const named = wide > 46 && high > 20;
      if (named) {
        tile.append(make("span", { class: "name", "aria-hidden": "true" }, node.name, " ", make("span", { class: "size" }, human(value))));
      }
      if (framed) fillTile(tile, node, wide - 8, high - 28, 3, 23, 1);
      map.append(tile);
    });
    const tiles = [...map.children];
    tiles.forEach((tile, place) => { tile.tabIndex = place ? -1 : 0; });
    if (focusName !== undefined) {
      const tile = tiles.find((one) => one.node.name === focusName) || tiles[0];
      if (tile) focusTile(tile);
    }
    drawPath();
    const hidden = small ? `, ${small} too small to be drawn` : "";
    byId("status").textContent = `${here.name}: ${human(here[measure])}, ${items.length} parts${hidden}`;
  };
  const focusTile = (tile) => {
    for (const other of map.children) other.tabIndex = other === tile ? 0 : -1;
    tile.focus();
  };
  const drawPath = () => {
    const path = byId("path");
    path.replaceChildren();
    way.forEach((node, place) => {
      if (place) path.append(make("span", { "aria-hidden": "true" }, "/"));
      const name = place ? node.name : "zip";
      if (place === way.length - 1) {
        path.append(make("span", { class: "here", "aria-current": "location" }, name), make("span", {}, human(node[measure])));
        return;
      }
      const button = make("button", { type: "button" }, name);
      button.addEventListener("click", () => up(place));
      path.append(button);
    });
  };
  const open = (node) => {
    if (!node.children) return;
    way.push(node);
    // A folder with one folder in it says nothing.
    while (way[way.length - 1].children.length === 1 && way[way.length - 1].children[0].children) {
      way.push(way[way.length - 1].children[0]);
    }
    draw("");
  };
  const up = (place) => {
    if (place < 0 || place >= way.length - 1) return;
    const from = way[place + 1].name;
    way = way.slice(0, place + 1);
    draw(from);
  };
  map.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (tile) open(tile.node);
  });
  const middle = (tile) => {
    const box = tile.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  map.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || event.key === "Backspace") {
      event.preventDefault();
      up(way.length - 2);
      return;
    }
    const tile = document.activeElement;
    const direction = DIRECTIONS[event.key];
    if (!direction || !tile.node) return;
    event.preventDefault();
    const [x, y] = middle(tile);
    let best = null;
    for (const other of map.children) {
      const [left, top] = middle(other);
      const along = (left - x) * direction[0] + (top - y) * direction[1];
      const aside = Math.abs((left - x) * direction[1] + (top - y) * direction[0]);
      // The nearest one of that side, straight ahead rather than aside.
      if (other !== tile && along > 1) {
        const distance = along + 2 * aside;
        if (!best || distance < best[0]) best = [distance, other];
      }
    }
    if (best) focusTile(best[1]);
  });
  for (const button of document.querySelectorAll("[data-measure]")) {
    button.addEventListener("click", () => {
      measure = button.dataset.measure;
      pressed(button.parentElement, button);
      draw();
    });
  }
  for (const [place, part] of data.kinds.entries()) {
    const item = make("li", {}, `${part.title} ${human(part.zip_bytes)}`);
    item.style.setProperty("--colour", colour(place));
    byId("legend").append(item);
  }
  new ResizeObserver(() => draw()).observe(map);
  window.addEventListener("beforeprint", () => draw());

  // Tables

  const SHOWN = 200;
  const table = (place, columns, rows, options = {}) => {
    let sorted = options.sorted ?? 1;
    let descending = true;
    let shown = options.shown ?? SHOWN;
    const render = () => {
      const column = columns[sorted];
      const wanted = (options.search ? options.search() : "").toLowerCase();
      const found = rows.filter((row) => row.words.toLowerCase().includes(wanted));
      found.sort((a, b) => {
        const [one, other] = [a.values[sorted], b.values[sorted]];
        const order = column.text ? String(one).localeCompare(String(other), "en") : one - other;
        return (descending ? -order : order) || a.words.localeCompare(b.words, "en");
      });
      const head = make("tr");
      columns.forEach((each, at) => {
        const cell = make("th", { scope: "col", class: each.wide ? "wide" : null });
        if (options.sortable) {
          if (at === sorted) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
          const button = make("button", { type: "button" }, each.name);
          button.addEventListener("click", () => {
            descending = at === sorted ? !descending : !each.text;
            sorted = at;
            render();
            place.querySelectorAll("th button")[at].focus();
          });
          cell.append(button);
        } else cell.append(make("span", {}, each.name));
        head.append(cell);
      });
      const body = make("tbody");
      for (const row of found.slice(0, shown)) {
        const line = make("tr");
        columns.forEach((each, at) => {
          const value = row.values[at];
          const cell = make("td", { class: [each.wide ? "wide" : "", each.words ? "words" : ""].join(" ").trim() || null }, each.show ? each.show(value) : String(value));
          if (each.signed) cell.className = value > 0 ? "up" : "down";
          line.append(cell);
        });
        body.append(line);
      }
      const made = make("table", { class: options.mono ? "mono" : null }, make("thead", {}, head), body);
      if (options.caption) made.prepend(make("caption", {}, options.caption));
      place.replaceChildren(made);
      if (!found.length) place.append(make("p", { class: "none" }, wanted ? `Nothing has ${JSON.stringify(wanted)} in its name.` : "Nothing."));
      if (found.length > shown) {
        const more = make("button", { type: "button", class: "more" }, `Show ${found.length - shown} more`);
        more.addEventListener("click", () => { shown = found.length; render(); });
        place.append(more);
      }
    };
    render();
    return render;
  };
  const number = (value) => value.toLocaleString("en");
  const sizes = [
    { name: "zipped", show: human },
    { name: "share", show: (value) => percent(value, data.zip_bytes), wide: true },
    { name: "unpacked", show: human },
  ];
  const LISTS = {
    owners: () => [
      [{ name: "distribution", text: true }, ...sizes, { name: "files", show: number, wide: true }],
      data.owners.map((owner) => ({
        words: ownerTitle(owner),
        values: [ownerTitle(owner), owner.zip_bytes, owner.zip_bytes, owner.unzipped_bytes, owner.files],
      })),
      {},
    ],
    files: () => [
      [{ name: "file", text: true }, ...sizes, { name: "kind", text: true, wide: true }],
      data.files.map(([path, zip, unzipped, , kind]) => ({ words: path, values: [path, zip, zip, unzipped, data.kinds[kind].title] })),
      { mono: true },
    ],
    kinds: () => [
      [{ name: "kind", text: true }, ...sizes, { name: "files", show: number, wide: true }],
      data.kinds.map((part) => ({ words: part.title, values: [part.title, part.zip_bytes, part.zip_bytes, part.unzipped_bytes, part.files] })),
      {},
    ],
  };
  const search = byId("search");
  let renderList = () => {};
  const list = (name) => {
    const [columns, rows, options] = LISTS[name]();
    renderList = table(byId("list"), columns, rows, { ...options, sortable: true, search: () => search.value });
  };
  search.addEventListener("input", () => renderList());
  for (const button of document.querySelectorAll("[data-list]")) {
    button.addEventListener("click", () => {
      pressed(button.parentElement, button);
      list(button.dataset.list);
    });
  }
  list("owners");

  if (data.changes) {
    byId("changes-section").hidden = false;
    const grown = data.zip_bytes - data.changes.old_bytes;
    byId("changes-sum").append(
      `${human(data.changes.old_bytes)} → ${human(data.zip_bytes)}: `,
      make("strong", { class: grown > 0 ? "up" : "down" }, signed(grown)),
    );
    const columns = (name) => [
      { name, text: true },
      { name: "grown", show: signed, signed: true },
      { name: "old", show: human, wide: true },
      { name: "now", show: human },
    ];
    const row = (one) => ({ words: one.title, values: [one.title, one.now - one.old, one.old, one.now] });
    table(byId("changes-owners"), columns("by distribution"), data.changes.owners.map(row), { sortable: true, shown: 12 });
    if (data.changes.files) table(byId("changes-files"), columns("by file"), data.changes.files.map(row), { sortable: true, mono: true, shown: 12 });
  }
  if (data.left_out.length) {
    byId("left-section").hidden = false;
    const known = (show) => (value) => (value === null ? "" : show(value));
    table(
      byId("left"),
      [{ name: "what", text: true }, { name: "zipped", show: known(human) }, { name: "unpacked", show: human }, { name: "files", show: known(number), wide: true }],
      data.left_out.map((one) => ({ words: one.what, values: [one.what, one.zip_bytes, one.unzipped_bytes, one.files] })),
    );
  }
  if (data.unused && data.unused.length) {
    byId("unused-section").hidden = false;
    table(
      byId("unused"),
      [{ name: "distribution", text: true }, { name: "zipped", show: human }, { name: "required by", text: true, words: true }],
      data.unused.map((one) => ({ words: one.name, values: [`${one.name} ${one.version}`, one.zip_bytes, one.required_by.join(", ") || "nothing that is used"] })),
    );
  }
})();
