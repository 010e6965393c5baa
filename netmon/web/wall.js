// Asks every five seconds what everybody may see, and shows it so that nothing has to be scrolled.
"use strict";

const EVERY = 5000, PATIENCE = 4000, WITHOUT = 30; // ms, ms, and s without an answer before nothing counts any more
const WORDS = {
  vi: {
    lost: "MẤT LIÊN LẠC", poor: "SUY GIẢM", backup: "DỰ PHÒNG", up: "HOẠT ĐỘNG",
    sites: n => `${n} điểm`, more: n => `và ${n} sự cố khác`, calm: "Không có sự cố",
    untaken: "CHƯA AI NHẬN", hushed: "tạm im lặng", unclear: "chưa rõ", signs: { backup: "D", unknown: "?", planned: "B", off: "N" },
    units: n => ["ngày", "giờ", "phút", "giây"], old: t => `Dữ liệu ${t} trước`, weekdays: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    blind: ["MÙ", t => `Trạm giám sát mất mạng từ ${t}.\nCHƯA PHẢI lỗi các điểm.`],
    stale: ["DỮ LIỆU CŨ", t => `Số liệu lúc ${t}.\nHiện trạng chưa rõ.`],
    mute: ["KHÔNG BÁO AI", t => `Chưa là máy chính, từ ${t}.`],
    waiting: ["ĐANG CHỜ", () => "netmon chưa trả lời."], stopped: ["TẠM DỪNG", () => "netmon không đo lúc này."],
  },
  en: {
    lost: "CUT OFF", poor: "DEGRADED", backup: "ON BACKUP", up: "UP",
    sites: n => n === 1 ? "1 site" : `${n} sites`, more: n => `and ${n} more`, calm: "No incident is open",
    untaken: "NOBODY YET", hushed: "kept quiet", unclear: "unclear", signs: { backup: "B", unknown: "?", planned: "W", off: "O" },
    units: n => [n === 1 ? "day" : "days", "h", "min", "s"], old: t => `Data ${t} old`, weekdays: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    blind: ["BLIND", t => `The station has been cut off since ${t}.\nNOT the fault of the sites.`],
    stale: ["OLD DATA", t => `Figures of ${t}.\nHow things stand now is not known.`],
    mute: ["MUTE", t => `Not the master since ${t}. Nobody is told.`],
    waiting: ["WAITING", () => "netmon has not answered yet."], stopped: ["STOPPED", () => "netmon measures nothing now."],
  },
};
const words = WORDS[document.documentElement.lang] || WORDS.vi;
const $ = id => document.getElementById(id);

const HAND = matchMedia("(max-width: 800px) and (orientation: portrait)"); // as in wall.css: there it may be scrolled

let data = null, came = 0; // the last answer, and when it came (ms of the page's own clock)
let told = "", drawn = ""; // what the list and the tiles were made of

function make(parent, tag, name, text = "") {
  const made = parent.appendChild(document.createElement(tag));
  made.className = name;
  made.textContent = text;
  return made;
}

function duration(seconds, most = 2) { // the largest units that say something, as netmon's messages have it
  let left = Math.max(Math.round(seconds), 0);
  if (left >= 600) left = Math.round(left / 60) * 60;
  const counts = [86400, 3600, 60, 1].map(size => { const n = Math.floor(left / size); left -= n * size; return n; });
  const first = counts.findIndex(Boolean);
  if (first < 0) return `0 ${words.units(0)[3]}`;
  return counts.slice(first, first + most).map((n, at) => n && `${n} ${words.units(n)[first + at]}`).filter(Boolean).join(" ");
}

function local(ms) { // never by the screen's own zone
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: data.zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).formatToParts(ms);
  const of = type => parts.find(part => part.type === type).value;
  const weekday = words.weekdays[new Date(Date.UTC(of("year"), of("month") - 1, of("day"))).getUTCDay()];
  return { time: `${of("hour")}:${of("minute")}`, seconds: of("second"), date: `${weekday} ${of("day")}/${of("month")}/${of("year")}` };
}

function counts() {
  const of = data.counts;
  const shown = { lost: of.down + of.cut, poor: of.poor, backup: of.backup, up: of.up };
  for (const box of document.querySelectorAll(".count")) {
    const what = box.dataset.of;
    box.classList.toggle("none", shown[what] === 0);
    box.querySelector("b").textContent = shown[what];
    box.querySelector("span").textContent = words[what];
  }
  notes("lost", of.cut ? ["down", "cut"] : []);
  notes("up", ["unknown", "planned", "off"].filter(what => of[what]));
}

function notes(what, signs) { // what a count consists of, or does not contain, by the signs of the tiles
  const box = document.querySelector(`[data-of=${what}]`), list = box.querySelector("div"), digits = box.querySelector("b").textContent.length;
  box.classList.toggle("long", digits === 3 && signs.length > 0);
  box.classList.toggle("longer", digits > 3);
  list.replaceChildren();
  for (const one of signs) {
    const line = make(list, "p", "", data.counts[one]);
    make(line, "i", `sign ${one}`, words.signs[one] || "");
  }
}

function incidents() {
  const list = $("incidents");
  list.replaceChildren();
  for (const one of data.incidents) {
    const row = make(list, "div", `${one.shows}${one.hushed ? " hushed" : ""}`);
    make(row, "span", `sign ${one.shows}`, words.signs[one.shows] || "");
    make(row, "span", "tag", one.tag);
    make(row, "span", "name", one.name);
    make(row, "span", "sites", one.sites ? words.sites(one.sites) : "");
    make(row, "span", "age").dataset.since = Date.parse(one.opened_at);
    make(row, "span", "cause", one.cause || (one.shows === "down" || one.shows === "backup" ? words.unclear : ""));
    if (one.by) make(row, "span", "by", one.by);
    else make(row, "span", one.hushed ? "by" : "by untaken", one.hushed ? words.hushed : words.untaken);
  }
  if (data.more) make(make(list, "div", ""), "span", "more", words.more(data.more));
  if (!data.incidents.length) make(make(list, "div", ""), "span", "calm", words.calm);
}

function areas() {
  const room = $("areas");
  room.replaceChildren();
  for (const area of data.areas) {
    const box = make(room, "section", "area"), head = make(box, "h2", "");
    make(head, "span", "", area.name);
    make(head, "em", "");
    const bad = area.sites.filter(site => site.shows !== "up"), well = area.sites.length - bad.length;
    const chips = bad.length && make(box, "div", "chips"), dots = well && make(box, "div", "well");
    for (const site of bad) {
      const chip = make(chips, "p", `chip ${site.shows}`);
      make(chip, "span", `sign ${site.shows}`, words.signs[site.shows] || "");
      make(chip, "span", "name", site.name);
    }
    for (let n = 0, group; n < well; n++) {
      if (n % 12 === 0) group = make(dots, "div", "dots");
      make(group, "i", "dot");
    }
  }
}

const RANK = ["down", "cut", "poor", "backup", "unknown", "planned", "off"];

function naming(most) { // names for so many tiles, the worst first; the others keep their sign, and are counted
  const chips = [...document.querySelectorAll(".chip")];
  const rank = chip => RANK.findIndex(what => chip.classList.contains(what));
  const order = chips.map((chip, at) => [rank(chip), at, chip]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  order.forEach(([, , chip], at) => chip.classList.toggle("nameless", at >= most));
  for (const area of document.querySelectorAll(".area")) {
    const left = area.querySelectorAll(".nameless").length;
    area.querySelector("em").textContent = left ? `+${left}` : "";
  }
}

const BOXES = [.7, .8, .9, 1, 1.1, 1.2, 1.4, 1.6, 1.8]; // a dot, in rem
const STORM = [[.37, 3, 6.2], [.37, 3, 7], [.37, 3, 8], [.56, 2, 8], [.56, 2, 10]]; // a dot, in how many rows; a tile with its name
const LAST = [[.37, 3, 1.05], [.37, 3, .8], [.37, 3, .6], [.37, 3, .5], [.26, 4, .35]]; // a dot, in how many rows; a sign

function fit() { // the largest tiles at which all of it fits
  const room = $("room"), all = $("areas"), bad = document.querySelectorAll(".chip").length;
  const fits = (columns, dot, longest, rows = 1, sign = 1.05) => { // columns 0: in a storm
    all.classList.toggle("flow", columns === 0);
    const sizes = { columns, rows, dot: `${dot}rem`, longest: `${longest}rem`, sign: `${sign}rem` };
    for (const name in sizes) all.style.setProperty(`--${name}`, sizes[name]);
    return all.offsetHeight <= room.clientHeight && all.scrollWidth <= room.clientWidth;
  };
  const largest = (sizes, good) => { // of sizes from the smallest up; -1 if not even that is good
    let fine = -1, over = sizes.length;
    while (over - fine > 1) {
      const half = fine < 0 && over === sizes.length ? 0 : (fine + over) >> 1;
      if (good(sizes[half])) fine = half; else over = fine < 0 && half === 0 ? 0 : half;
    }
    return fine;
  };
  const boxes = dot => [4, 5, 3, 6].some(columns => fits(columns, dot, 99));
  const storm = ([dot, rows, longest]) => fits(0, dot, longest, rows);
  naming(bad);
  if (HAND.matches) return void fits(1, 1, 99);
  for (const [sizes, good] of [[BOXES, boxes], [STORM, storm]]) {
    const best = largest(sizes, good);
    if (best >= 0) return good(sizes[best]);
  }
  const few = n => { naming(n); return storm(STORM[0]); };
  naming(Math.max(largest([...Array(bad).keys()], few), 0));
  LAST.some(([dot, rows, sign]) => fits(0, dot, 6.2, rows, sign));
}

function doubt(kind, at) {
  document.body.classList.toggle("doubt", kind !== "" && kind !== "mute");
  document.body.classList.toggle("stale", kind === "stale");
  document.body.classList.toggle("mute", kind === "mute");
  $("alarm").hidden = kind === "";
  if (!kind) return;
  $("alarm").querySelector("b").textContent = words[kind][0];
  $("alarm").querySelector("span").textContent = words[kind][1](at);
}

function show() {
  if (data === null) {
    doubt("waiting", "");
    return;
  }
  const since = (performance.now() - came) / 1000, age = data.age + since, now = Date.parse(data.at) + since * 1000;
  const stale = since > WITHOUT || age > data.stale_after, clock = local(now), seen = local(now - age * 1000);
  const about = stale ? "stale" : !data.running ? "stopped" : data.blind ? "blind" : data.mute ? "mute" : "";
  const at = about === "blind" || about === "mute" ? local(Date.parse(data[about])) : seen;
  const time = about === "stale" ? `${at.time}:${at.seconds}` : at.time;
  doubt(about, at.date === clock.date ? time : `${time} ${at.date}`);
  $("clock").textContent = `${clock.time}:${clock.seconds}`;
  $("date").textContent = clock.date;
  $("age").textContent = words.old(duration(age, 1));
  counts();
  const list = JSON.stringify([data.incidents, data.more]);
  if (list !== told) incidents();
  told = list;
  for (const one of document.querySelectorAll("#incidents .age")) one.textContent = duration((now - one.dataset.since) / 1000);
  const tiles = JSON.stringify([data.areas, data.incidents.length, data.more, about, innerWidth, innerHeight]);
  if (tiles === drawn) return;
  drawn = tiles;
  areas();
  fit();
}

async function ask() {
  try {
    const reply = await fetch(`api/v1/wall?lang=${document.documentElement.lang}`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!reply.ok) return;
    const next = await reply.json();
    if (data !== null && data.version !== next.version) location.reload(); // the page of the version before
    [data, came] = [next, performance.now()];
    show();
  } catch (error) { // it stays as it was, and grows old
    console.warn(error);
  }
}

show();
ask();
setInterval(ask, EVERY);
setInterval(show, 1000);
addEventListener("resize", show);
