"use strict";

// Lays values out as rectangles that are as square as can be (Bruls, Huizing, van Wijk: Squarified Treemaps).
// Items have a `value` above zero, the largest first; returned is [x, y, width, height] of each.
function squarify(items, x, y, width, height) {
  const total = items.reduce((sum, item) => sum + item.value, 0);
  if (!total || width <= 0 || height <= 0) return items.map(() => [x, y, 0, 0]);
  const scale = (width * height) / total;
  const placed = [];
  let row = [];
  let rowArea = 0;
  const worst = (area, least, most, side) =>
    Math.max((side * side * most) / (area * area), (area * area) / (side * side * least));
  const flush = () => {
    const across = width >= height;
    const side = across ? height : width;
    const thick = rowArea / side;
    let offset = 0;
    for (const area of row) {
      const long = area / thick;
      placed.push(across ? [x, y + offset, thick, long] : [x + offset, y, long, thick]);
      offset += long;
    }
    if (across) { x += thick; width -= thick; } else { y += thick; height -= thick; }
    row = [];
    rowArea = 0;
  };
  for (const item of items) {
    const area = item.value * scale;
    const side = Math.min(width, height);
    if (row.length) {
      const now = worst(rowArea, row[row.length - 1], row[0], side);
      const then = worst(rowArea + area, area, row[0], side);
      if (then > now) flush();
    }
    row.push(area);
    rowArea += area;
  }
  if (row.length) flush();
  return placed;
}

// The files as a tree: owners, then folders. A folder with a single folder in it is one node with it.
function treeOf(data) {
  const root = { name: data.target, children: new Map(), zip: 0, unzipped: 0 };
  for (const [path, zip, unzipped, owner, kind] of data.files) {
    const title = ownerTitle(data.owners[owner]);
    let node = root;
    const parts = [title, ...path.split("/")];
    node.zip += zip;
    node.unzipped += unzipped;
    parts.forEach((part, at) => {
      const leaf = at === parts.length - 1;
      let next = node.children.get(part);
      if (!next) {
        next = { name: part, children: leaf ? null : new Map(), zip: 0, unzipped: 0, kind, path: leaf ? path : null };
        node.children.set(part, next);
      }
      next.zip += zip;
      next.unzipped += unzipped;
      node = next;
    });
  }
  return joined(root);
}

function ownerTitle(owner) {
  return owner.version ? `${owner.name} ${owner.version}` : owner.name;
}

function joined(node, depth = 0) {
  if (!node.children) return node;
  let children = [...node.children.values()].map((child) => joined(child, depth + 1));
  if (depth > 1 && children.length === 1 && children[0].children) {
    const [only] = children;
    return { ...only, name: `${node.name}/${only.name}` };
  }
  return { ...node, children };
}
