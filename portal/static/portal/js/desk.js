// Comfort on top of pages that work without it: keys, drafts kept while typing, the help dialog. No dependency.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const token = () => $("input[name=csrfmiddlewaretoken]")?.value ?? "";

  // Help dialog
  const help = $("#help");
  const showHelp = () => help && !help.open && help.showModal();
  $$("[data-help]").forEach((link) => link.addEventListener("click", (event) => {
    if (help) { event.preventDefault(); showHelp(); }
  }));

  // The error summary takes the focus, so that a screen reader begins there
  $("#errors")?.focus();

  // Rows: j k move, Enter opens, x picks
  const rows = () => $$("table.rows[data-keys] tbody:not([hidden]) tr:not(.group, [hidden])");
  let at = -1;
  const mark = (next) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(next, all.length - 1));
    all.forEach((row, index) => row.classList.toggle("at", index === at));
    $("a", all[at])?.focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("table.rows[data-keys] tbody tr");
    if (row) { at = rows().indexOf(row); rows().forEach((other) => other.classList.toggle("at", other === row)); }
  });

  let leader = 0;
  const press = (selector) => { const button = $(selector); if (button) { button.click(); return true; } return false; };
  const go = (name) => { const link = $(`[data-go=${name}]`); if (link) location.href = link.href; };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog")) return;
    const key = event.key;
    if (leader && Date.now() - leader < 1500) {
      leader = 0;
      if (key === "q") return go("queue");
      if (key === "n") return go("intake");
    }
    if (key === "g") { leader = Date.now(); return; }
    if (key === "j") mark(at + 1);
    else if (key === "k") mark(at - 1);
    else if (key === "Enter" && at >= 0 && !event.target.closest("a,button,summary")) $("a", rows()[at])?.click();
    else if (key === "x" && at >= 0) $("input[type=checkbox]", rows()[at])?.click();
    else if (key === "a") press("[data-key=a]");
    else if (key === "s") press("[data-key=s]");
    else if (key === "/") { const box = $("[data-search]"); if (!box) return go("search"); box.focus(); box.select(); }
    else if (key === "?") showHelp();
    else return;
    event.preventDefault();
  });

  // A list that filters itself while somebody types; Enter opens the only line left, or goes to the first of several
  const box = $("[data-filter]");
  if (box) {
    const lines = $$("[data-find]"), groups = $$("[data-group]"), told = $("#found");
    const left = () => lines.filter((line) => !line.hidden);
    const filter = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      lines.forEach((line) => { line.hidden = !words.every((word) => line.dataset.find.includes(word)); });
      groups.forEach((group) => { group.hidden = !$("[data-find]:not([hidden])", group); });
      const n = left().length, { one, many, none } = told.dataset;
      told.hidden = !words.length;
      told.textContent = n === 0 ? none : n === 1 ? one : many.replace("0", n);
    };
    box.addEventListener("input", (event) => { if (!event.isComposing) filter(); });
    box.addEventListener("compositionend", filter);
    addEventListener("pageshow", filter);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
      const found = left(), link = found.length && $("a", found[0]);
      if (event.key === "Enter" && !box.value.trim()) return;
      event.preventDefault();
      if (!link) return;
      if (event.key === "Enter" && found.length === 1) link.click(); else link.focus();
    });
  }

  // Drafts: every 20 s while something was typed, and when the page is left
  const form = $("form[data-draft]");
  if (form) {
    const status = $("#draft-status");
    let dirty = false, sending = false;
    const body = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return data;
    };
    const save = async (leaving = false) => {
      if (!dirty || sending) return;
      dirty = false; sending = true;
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST", body: body(), keepalive: leaving, redirect: "manual",
          headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
        });
        if (!answer.ok) throw new Error(String(answer.status));
        status.textContent = await answer.text();
      } catch {
        dirty = true;
        status.textContent = form.dataset.draftFailed;
      } finally { sending = false; }
    };
    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("change", () => { dirty = true; });
    const period = Number(form.dataset.draftEvery || 20) * 1000;
    setInterval(save, period);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
    addEventListener("pagehide", () => save(true));
    $("[data-key=s]")?.addEventListener("click", (event) => { event.preventDefault(); dirty = true; save(); });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1"; dirty = false;
      setTimeout(() => delete form.dataset.sent, 8000);
    });
  }

  // Picking rows for a batch
  const picked = $("#picked");
  if (picked) {
    const count = () => { picked.textContent = String($$("input[name=item]:checked").length); };
    document.addEventListener("change", (event) => {
      if (event.target.matches("#pick-all")) $$("input[name=item]").forEach((box) => { box.checked = event.target.checked; });
      if (event.target.matches("#pick-all, input[name=item]")) count();
    });
    count();
  }

  // Preview of a document beside the list
  $$("[data-preview]").forEach((link) => link.addEventListener("click", (event) => {
    const frame = $("#preview");
    if (!frame || innerWidth < 760) return;
    event.preventDefault();
    frame.hidden = false; frame.src = link.href; frame.title = link.textContent;
  }));
  $$("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
})();
