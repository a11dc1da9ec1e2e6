"""The square that a phone reads an address from."""

import base64

import qrcode
from qrcode.image.svg import SvgPathFillImage


def draw_square(address: str) -> str:
    """Return an address as a QR code, for the source of a picture.

    Parameters
    ----------
    address : str

    Returns
    -------
    str
        A data address of an SVG picture: black on white, in dark pages too.
    """
    made = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, image_factory=SvgPathFillImage
    )
    made.add_data(address)
    made.make(fit=True)
    picture = base64.b64encode(made.make_image().to_string()).decode()
    return f"data:image/svg+xml;base64,{picture}"
