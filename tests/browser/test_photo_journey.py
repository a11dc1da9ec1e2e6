"""A photograph of a place: pixelated in the browser by tap and key, then seen by a second one."""

import vl_convert

from .visiting import PHONE

PASSWORD = "a long word for tests 1"
STRIPES = "".join(f'<rect x="{4 * k}" width="2" height="600" fill="white"/>' for k in range(200))
DRAWN = f'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">{STRIPES}</svg>'
# how much neighbours differ around a spot of the picture as the site keeps it: 0 is one colour
CONTRAST = """async ([x, y]) => {
    const picture = document.querySelector("img.pw-photo");
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0);
    const row = pen.getImageData(x - 5, y, 10, 1).data;
    let sum = 0;
    for (let k = 4; k < row.length; k += 4) sum += Math.abs(row[k + 1] - row[k - 3]);
    return sum;
}"""


def is_in_order(one):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert one.find_unseen() == []


def walk_a_place(one):
    """Walk a place on a phone, and return where its photograph is added."""
    one.go("/problems/walks/new/")
    one.page.select_option("[name=area_id]", label="Market Place")
    one.press("Walk")
    one.page.evaluate("""() => document.querySelectorAll(
        "[value=dark], [value='Police officer'], [name^=score_][value='0']"
    ).forEach((each) => { each.checked = true; })""")
    one.press("Keep the walk")
    one.follow("Add a photograph to the walk of")
    return one.page.url


def test_an_officer_pixelates_a_photograph_and_a_coordinator_lets_it_be_seen(visit, site):
    officer = visit(site, viewport=PHONE).sign_in("ann@example.org", PASSWORD)
    page = walk_a_place(officer)
    is_in_order(officer)
    png = vl_convert.svg_to_png(DRAWN, scale=1.0)
    officer.page.set_input_files(
        "#photo-file", {"name": "IMG_7.png", "mimeType": "image/png", "buffer": png}
    )
    canvas = officer.page.locator("#photo-canvas")
    canvas.wait_for()
    is_in_order(officer)
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 4, "y": box["height"] / 4})
    officer.page.wait_for_selector("#photo-said:has-text('1 pixelated')")
    canvas.focus()
    for key in ("+", "ArrowRight", "ArrowDown", "-", "Enter", "Enter", "Backspace"):
        officer.page.keyboard.press(key)
    assert "2 pixelated" in officer.page.inner_text("#photo-said")
    for name in ("Right", "Right", "Right", "Right", "Right", "Right", "Pixelate here"):
        officer.page.get_by_role("button", name=name, exact=True).click()
    officer.page.get_by_role("button", name="Take the last back").click()
    assert "2 pixelated" in officer.page.inner_text("#photo-said")
    officer.press("Send the pixelated copy")
    officer.page.wait_for_selector(".govuk-error-summary:has-text('Look at the photograph')")
    is_in_order(officer)
    officer.page.set_input_files(
        "#photo-file", {"name": "IMG_7.png", "mimeType": "image/png", "buffer": png}
    )
    canvas.wait_for()
    canvas.click(position={"x": box["width"] / 4, "y": box["height"] / 4})
    officer.page.get_by_label("Each face").check()
    officer.press("Send the pixelated copy")
    officer.page.wait_for_selector(".govuk-notification-banner--success")
    assert "Sealed: a second person looks first" in officer.text()

    coordinator = visit(site).sign_in("coordinator@example.org", PASSWORD)
    coordinator.go("/problems/walks/")
    coordinator.follow("at Market Place")
    assert "Pixelated on the phone: 1 spot." in coordinator.text()
    marked, plain = (coordinator.page.evaluate(CONTRAST, spot) for spot in ([200, 150], [600, 450]))
    assert marked < 60 < 600 < plain
    assert coordinator.look("photograph") == []
    coordinator.press("No face, plate or window")
    assert "All who see walks may see it now" in coordinator.text()

    bare = visit(site, viewport=PHONE, java_script_enabled=False)
    bare.sign_in("ann@example.org", PASSWORD)
    bare.page.goto(page)
    assert "No photograph can be added here" in bare.page.locator("noscript").inner_text()
    assert not bare.page.locator("#photo-form").is_visible()
