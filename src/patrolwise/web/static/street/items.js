// How a form becomes an item, and how an item is told to whoever wrote it.
const WORDS = {
  contact: "Contact", concern: "Worry", places: "Debrief of places", people: "Debrief of people", issue: "Something to mend",
  wellbeing: "How you are", call: "Safe, late or help", track: "Positions", "follow-up": "Promise", change: "Change",
};
const TEXTS = { // what a person can mend
  note: "Note", text: "In words", what_worked: "What worked?", what_did_not: "What did not?", learning: "What did you learn?", ideas: "Ideas",
};

export const clock = (time) => new Date(time).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
export const plural = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;
export const tellItem = ({ kind, made_at: at }) => `${WORDS[kind] ?? kind}, ${clock(at)}`;

export function make(name, words, more = {}) {
  const made = document.createElement(name);
  if (words) made.textContent = words;
  for (const [key, value] of Object.entries(more)) made.setAttribute(key, value);
  return made;
}

export function readForm(form) { // as forms.py reads it
  const listed = (name) => (form.dataset[name] ?? "").split(" ").filter(Boolean);
  const lists = listed("lists"), numbers = listed("numbers"), flags = listed("flags"), values = {}, visits = {};
  for (const [name, value] of new FormData(form)) {
    if (["csrfmiddlewaretoken", "item", "id"].includes(name) || value === "") continue;
    const [, part, number] = name.match(/^visit-(hot_spot_id|arrived|left|skipped)-(\d+)$/) ?? [];
    if (part) (visits[number] ??= {})[part] = value;
    else if (lists.includes(name)) (values[name] ??= []).push(value);
    else if (numbers.includes(name)) values[name] = /^\d+$/.test(value) ? Number(value) : value;
    else values[name] = flags.includes(name) ? value === "yes" : value;
  }
  const told = Object.values(visits).filter((visit) => Object.keys(visit).length > 1);
  if (told.length) values.visits = told;
  return values;
}

// What was not taken, with what can be mended of it; `places` are today's hot spots.
export function drawBad(row, item, places, { again, discard }) {
  const box = make("section", "", { class: "pw-bad-item" }), form = make("form");
  box.append(make("h3", `Not taken: ${tellItem(item)}`), make("p", row.bad), form);
  for (const [name, label] of Object.entries(TEXTS)) {
    if (typeof item.values[name] !== "string") continue;
    const id = `mend-${row.seq}-${name}`, field = make("textarea", "", { id, name, class: "govuk-textarea", rows: 2 });
    field.value = item.values[name];
    form.append(make("label", label, { class: "govuk-label", for: id }), field);
  }
  if (item.values.hot_spot_id !== undefined && places.length) {
    const id = `mend-${row.seq}-place`, field = make("select", "", { id, name: "hot_spot_id", class: "govuk-select" });
    for (const [key, words] of places) field.append(make("option", words, { value: key }));
    if (places.some(([key]) => key === item.values.hot_spot_id)) field.value = item.values.hot_spot_id;
    form.append(make("label", "Where?", { class: "govuk-label", for: id }), field);
  }
  form.append(make("button", "Send again", { class: "govuk-button pw-street-button" }));
  const drop = make("button", "Discard", { type: "button", class: "govuk-button govuk-button--warning pw-street-button" });
  drop.addEventListener("click", () => {
    if (drop.dataset.sure) discard(row);
    else { drop.dataset.sure = "yes"; drop.textContent = "Discard for good"; }
  });
  form.append(drop);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const values = { ...item.values };
    for (const [name, value] of new FormData(form)) values[name] = value;
    again(row, { ...item, values });
  });
  return box;
}
