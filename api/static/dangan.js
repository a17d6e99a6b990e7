// What the pages cannot do by themselves: send files with progress, and show a value on its scan.
// Text of documents goes through textContent and attributes only.
"use strict";

const filled = (template, values) =>
  template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

function upload(form) {
  const drop = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const told = form.querySelector(".told");
  const sending = form.querySelector(".sending");
  const bar = sending.querySelector("progress");
  const again = form.querySelector(".again");
  let batch = null;

  const tell = (text, bad = false) => {
    told.textContent = text;
    told.classList.toggle("bad", bad);
  };
  const fail = (text, worthIt) => {
    sending.hidden = true;
    again.hidden = !worthIt;
    tell(text, true);
  };

  // The same batch keeps its key, so that trying again never makes a second job.
  const begin = (files) => {
    if (!files.length || (batch && batch.busy)) return;
    const random = crypto.getRandomValues(new Uint8Array(16));
    const key = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
    batch = { files: Array.from(files), key, busy: false };
    send();
  };

  const send = () => {
    const body = new FormData();
    for (const file of batch.files) body.append("files", file, file.name);
    const request = new XMLHttpRequest();
    batch.busy = true;
    again.hidden = true;
    sending.hidden = false;
    bar.value = 0;
    tell(filled(form.dataset.busy, { percent: 0 }));
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      const percent = Math.floor((100 * event.loaded) / event.total);
      tell(percent < 100 ? filled(form.dataset.busy, { percent }) : form.dataset.stored);
    });
    request.addEventListener("error", () => fail(form.dataset.lost, true));
    request.addEventListener("load", () => answered(request));
    request.addEventListener("loadend", () => { batch.busy = false; });
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("Idempotency-Key", batch.key);
    request.send(body);
  };

  const answered = (request) => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* told by its status below */ }
    if (request.status >= 200 && request.status < 300 && answer.id) {
      window.location.assign(`/jobs/${encodeURIComponent(answer.id)}`);
    } else if (request.status === 401) {
      window.location.assign("/login");
    } else {
      fail(answer.detail || filled(form.dataset.failed, { status: request.status }), answer.retryable || request.status >= 500);
    }
  };

  const folderAmong = (items) => {
    const entries = Array.from(items || [], (item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    return entries.find((entry) => entry && entry.isDirectory);
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => { begin(input.files); input.value = ""; });
  again.addEventListener("click", send);
  // The whole window takes files: one that falls beside the field must not replace the page.
  window.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const folder = folderAmong(event.dataTransfer.items);
    if (folder) fail(filled(form.dataset.folder, { name: folder.name }), false);
    else begin(event.dataTransfer.files);
  });
}

function desk(scan) {
  const view = scan.querySelector("#view");
  const reading = scan.querySelector("#reading");
  const pictures = new Map(Array.from(scan.querySelectorAll(".sheet-picture"), (sheet) => [sheet.dataset.page, sheet]));
  const tabs = Array.from(scan.querySelectorAll("[data-show]"));
  const values = Array.from(document.querySelectorAll("button.value"));
  const doubts = values.filter((value) => value.matches(".review, .missing"));
  const NEAR = 4; // how far one can zoom in
  const SHARE = 0.45; // of the view's width that a chosen box should fill
  let current = null;
  let page = null;
  let zoom = 1;

  const show = (number) => {
    if (!pictures.has(number)) return;
    page = number;
    for (const [each, sheet] of pictures) sheet.hidden = each !== number;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.show === number));
  };
  const enlarge = (factor) => {
    zoom = Math.min(NEAR, Math.max(1, factor));
    for (const sheet of pictures.values()) sheet.style.width = `${100 * zoom}%`;
  };
  // Keep in the middle what is there.
  const rescale = (factor) => {
    const [x, y] = [(view.scrollLeft + view.clientWidth / 2) / view.scrollWidth, (view.scrollTop + view.clientHeight / 2) / view.scrollHeight];
    view.classList.remove("gliding");
    enlarge(factor);
    view.scrollTo(x * view.scrollWidth - view.clientWidth / 2, y * view.scrollHeight - view.clientHeight / 2);
  };

  const frame = (sheet, box, status) => {
    const chosen = sheet.querySelector("rect.chosen");
    const [left, top, right, bottom] = box;
    const margin = 6;
    chosen.setAttribute("x", left - margin);
    chosen.setAttribute("y", top - margin);
    chosen.setAttribute("width", right - left + 2 * margin);
    chosen.setAttribute("height", bottom - top + 2 * margin);
    chosen.setAttribute("class", `chosen ${status}`);
    chosen.removeAttribute("hidden");
  };
  const bringIntoView = (sheet, box) => {
    const [left, top, right, bottom] = box;
    const [width, height] = sheet.querySelector("svg").getAttribute("viewBox").split(" ").slice(2).map(Number);
    const fits = Math.min((SHARE * width) / (right - left), (0.8 * view.clientHeight * width) / (view.clientWidth * (bottom - top)));
    enlarge(Math.min(fits, 2.2));
    view.scrollTo(
      ((left + right) / 2 / width) * sheet.clientWidth - view.clientWidth / 2,
      ((top + bottom) / 2 / height) * sheet.clientHeight - view.clientHeight / 2,
    );
  };

  const read = (value) => {
    const said = { ...value.dataset, alternatives: value.dataset.alternatives.split("\n").filter(Boolean).join(" · ") };
    if (!said.raw) said.raw = value.firstChild.textContent.trim();
    for (const slot of reading.querySelectorAll("[data-fill]")) slot.textContent = said[slot.dataset.fill] || "";
    for (const line of reading.querySelectorAll("[data-with]")) line.hidden = !said[line.dataset.with];
    reading.querySelector(".reading-hint").hidden = true;
    reading.querySelector("dl").hidden = false;
    reading.scrollTop = 0;
  };

  const choose = (value, { scroll = false } = {}) => {
    if (current) current.removeAttribute("aria-current");
    for (const chosen of scan.querySelectorAll("rect.chosen")) chosen.setAttribute("hidden", "");
    current = value;
    value.setAttribute("aria-current", "true");
    history.replaceState(null, "", `#${encodeURI(value.id)}`);
    read(value);
    if (scroll) value.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (!value.dataset.box || !pictures.has(value.dataset.page)) return;
    const [sheet, box] = [pictures.get(value.dataset.page), value.dataset.box.split(" ").map(Number)];
    const status = ["review", "missing", "corrected"].find((name) => value.classList.contains(name)) || "ok";
    view.classList.toggle("gliding", page === value.dataset.page);
    show(value.dataset.page);
    frame(sheet, box, status);
    bringIntoView(sheet, box);
  };
  const chooseNamed = (name) => {
    const value = document.getElementById(name);
    if (value && value.matches("button.value")) choose(value, { scroll: true });
    return value;
  };
  const chooseDoubt = (step) => {
    if (!doubts.length) return;
    const at = doubts.indexOf(current);
    const next = doubts[at < 0 && step < 0 ? doubts.length - 1 : (at + step + doubts.length) % doubts.length];
    next.focus({ preventScroll: true });
    choose(next, { scroll: true });
  };

  for (const value of values) value.addEventListener("click", () => choose(value));
  for (const tab of tabs) tab.addEventListener("click", () => { view.classList.remove("gliding"); show(tab.dataset.show); view.scrollTo(0, 0); });
  scan.querySelector(".zoom").addEventListener("click", (event) => {
    const how = event.target.dataset.zoom;
    if (how) rescale(how === "fit" ? 1 : zoom * (how === "in" ? 1.4 : 1 / 1.4));
  });
  view.addEventListener("click", (event) => {
    const mark = event.target.closest("rect.mark");
    const value = mark && chooseNamed(mark.dataset.pointer);
    if (value) value.focus({ preventScroll: true });
  });
  const button = document.getElementById("next-doubt");
  if (button) button.addEventListener("click", () => chooseDoubt(1));
  window.addEventListener("hashchange", () => chooseNamed(decodeURIComponent(window.location.hash.slice(1))));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const follow = (rel) => { const link = document.querySelector(`a[rel=${rel}]`); if (link) link.click(); };
    const keys = { n: () => chooseDoubt(1), p: () => chooseDoubt(-1), "[": () => follow("prev"), "]": () => follow("next") };
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });

  if (tabs.length) show(tabs[0].dataset.show);
  if (window.location.hash) chooseNamed(decodeURIComponent(window.location.hash.slice(1)));
}

for (const form of document.querySelectorAll("#upload")) upload(form);
for (const scan of document.querySelectorAll("#scan")) desk(scan);
