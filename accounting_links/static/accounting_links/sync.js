"use strict";

// Without this script the page works too: links open pages, forms are sent.
(() => {
    const actions = document.getElementById("fs-actions");
    const confirmation = document.getElementById("fs-confirm");

    // The Actions dialog

    async function openActions(address) {
        actions.replaceChildren(notice("Loading ..."));
        if (!actions.open) actions.showModal();
        try {
            const answer = await fetch(address, {
                headers: { "X-Requested-With": "fetch" },
                redirect: "error",
            });
            if (!answer.ok) throw new Error(String(answer.status));
            actions.innerHTML = await answer.text();
            lock(actions);
            actions.querySelector("[autofocus], button, a")?.focus();
        } catch {
            actions.replaceChildren(
                notice("This could not be loaded. Load the page again, and then try once more.")
            );
        }
    }

    function notice(text) {
        const paragraph = document.createElement("p");
        paragraph.className = "fs-notice";
        paragraph.textContent = text;
        return paragraph;
    }

    function onRowClick(event) {
        const row = event.target.closest("tr[data-actions]");
        if (!row || !actions || event.ctrlKey || event.metaKey) return;
        const opener = event.target.closest("a.fs-open");
        if (!opener && event.target.closest("a, button, input, label, select")) return;
        if (!opener && event.target.closest("td.fs-tick")) return;
        event.preventDefault();
        openActions(row.dataset.actions);
    }

    function onDialogClick(event) {
        if (isOutside(event) || event.target.closest("[data-close]")) {
            event.preventDefault();
            actions.close();
        }
    }

    function isOutside(event) {
        if (event.target !== actions) return false;
        const box = actions.getBoundingClientRect();
        const across = event.clientX < box.left || event.clientX > box.right;
        return across || event.clientY < box.top || event.clientY > box.bottom;
    }

    // Forms that ask before they act

    function onSubmit(event) {
        const form = event.target;
        const submitter = event.submitter;
        const question = submitter?.dataset.confirm || form.dataset.confirm;
        if (!question || form.dataset.confirmed || !confirmation) return;
        event.preventDefault();
        document.getElementById("fs-confirm-text").textContent = question;
        confirmation.returnValue = "no";
        confirmation.onclose = () => {
            if (confirmation.returnValue !== "yes") return;
            form.dataset.confirmed = "yes";
            form.requestSubmit(submitter);
        };
        confirmation.showModal();
    }

    // An AccsID is typed only after it was unlocked on purpose

    function onChange(event) {
        const box = event.target;
        if (box.matches("[data-select-all]")) {
            box.closest("table").querySelectorAll("tbody .fs-tick input").forEach((item) => {
                item.checked = box.checked;
            });
        }
        if (box.matches("[data-unlocks]")) {
            const fields = box.form.querySelectorAll("[data-locked]");
            fields.forEach((field) => { field.disabled = !box.checked; });
            if (box.checked) fields[0]?.focus();
        }
    }

    function lock(root) {
        root.querySelectorAll("[data-unlocks]").forEach((box) => {
            box.form.querySelectorAll("[data-locked]").forEach((field) => {
                field.disabled = !box.checked;
            });
        });
    }

    // Progress

    function follow(section) {
        let said = section.querySelector("[data-sentence]").textContent;
        const timer = setInterval(async () => {
            let run;
            try {
                const answer = await fetch(section.dataset.progress, { redirect: "error" });
                if (!answer.ok) throw new Error(String(answer.status));
                run = await answer.json();
                if (run.sentence !== said && run.running) await renewList();
                said = run.sentence;
            } catch {
                section.querySelector("[data-message]").textContent =
                    "FinSync does not answer at the moment; still asking.";
                return;
            }
            show(section, run);
            if (!run.running) {
                clearInterval(timer);
                if (!document.querySelector("dialog[open]")) location.reload();
            }
        }, 1500);
    }

    // What has been sent leaves the list while one looks at it; not while somebody is
    // in the middle of something there.
    async function renewList() {
        const list = document.getElementById("fs-list");
        if (!list || document.querySelector("dialog[open]")) return;
        if (list.querySelector("input:checked") || list.contains(document.activeElement)) {
            return;
        }
        const answer = await fetch(location.href, { redirect: "error" });
        if (!answer.ok) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of ["fs-list", "fs-kinds"]) {
            const renewed = fresh.getElementById(id);
            if (renewed) document.getElementById(id).replaceWith(renewed);
        }
    }

    function show(section, run) {
        section.querySelector("progress").value = run.percent;
        section.querySelector("[data-state]").textContent = run.state_words;
        section.querySelector("[data-sentence]").textContent = run.sentence;
        const expected = section.querySelector("[data-expected]");
        if (expected) expected.textContent = run.expected;
        section.querySelector("[data-message]").textContent = run.message;
    }

    document.addEventListener("click", onRowClick);
    document.addEventListener("submit", onSubmit);
    document.addEventListener("change", onChange);
    actions?.addEventListener("click", onDialogClick);
    document.querySelectorAll("[data-progress]").forEach(follow);
    lock(document);
})();
