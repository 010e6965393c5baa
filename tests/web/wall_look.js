// What can be measured of the wall: every text that is seen, where it stands and how large it is, and every tile.
(() => {
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    const box = node.parentElement, style = getComputedStyle(box), size = parseFloat(style.fontSize);
    if (!node.data.trim() || box.closest("script") || !box.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const one = range.getBoundingClientRect(), own = box.getBoundingClientRect(), cut = style.overflowX === "clip";
    const left = cut ? Math.max(one.left, own.left) : one.left, right = cut ? Math.min(one.right, own.right) : one.right;
    // letters without the room above and below them
    if (right > left) texts.push({ text: node.data, size, left, right, top: one.top + size * .2, bottom: one.bottom - size * .2 });
  }
  const overlaps = [], over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  texts.forEach((a, n) => texts.slice(n + 1).forEach(b => { if (over(a, b)) overlaps.push([a.text, b.text]); }));
  const count = what => document.querySelectorAll(what).length;
  const tiles = [...document.querySelectorAll(".chip, .dot, .sign")].map(tile => tile.getBoundingClientRect());
  const outside = rect => rect.left < -1 || rect.top < -1 || rect.right > innerWidth + 1 || rect.bottom > innerHeight + 1;
  return {
    smallest: Math.min(...texts.map(one => one.size)), overlaps, outside: texts.filter(outside).map(one => one.text),
    tiles_outside: tiles.filter(outside).length, high: document.scrollingElement.scrollHeight, wide: document.scrollingElement.scrollWidth,
    dots: count(".dot"), chips: count(".chip"), nameless: count(".nameless"),
    left: [...document.querySelectorAll("h2 em")].reduce((sum, one) => sum + Number(one.textContent), 0),
    counts: [...document.querySelectorAll(".count b")].map(one => Number(one.textContent)),
    rows: [...document.querySelectorAll("#incidents > div")].map(row => row.innerText.split(/\s*\n\s*/).filter(Boolean)),
    alarm: document.querySelector("#alarm:not([hidden])")?.innerText ?? "", now: document.querySelector("#now").innerText,
    grey: getComputedStyle(document.querySelector("#room")).filter, strangers: count("#areas img, #areas script, #incidents img"),
  };
})()
