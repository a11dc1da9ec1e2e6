// Fills in the code that stands after # in a link: no server is told what stands there. Without
// this script the code is typed.
const field = document.querySelector("[data-code]");
const code = location.hash.slice(1);
if (field && code) {
  history.replaceState(null, "", location.pathname);
  field.value = code;
  field.form.requestSubmit();
}
