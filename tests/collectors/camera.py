"""A camera made of GStreamer, run by the system's Python (which has its bindings): `camera.py PORT [USER PASSWORD]`.

/live shows a picture, /hung never gets to describe one: JPEG cannot be made of the format that its source prefers.
"""

import sys

import gi  # type: ignore[import-not-found,unused-ignore]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found,unused-ignore] # noqa: E402

PICTURE = "width=160,height=120,framerate=5/1 ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"


def main(port: str, user: str = "", password: str = "", method: str = "digest") -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    for path, form in (("/live", "format=I420,"), ("/hung", "")):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( videotestsrc is-live=1 ! video/x-raw,{form}{PICTURE}")
        factory.set_shared(True)
        if user:
            allowed = GstRtspServer.RTSPPermissions()
            for what in ("access", "construct"):
                allowed.add_permission_for_role("viewer", f"media.factory.{what}", True)
            factory.set_permissions(allowed)
        server.get_mount_points().add_factory(path, factory)
    if user:
        login = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        if method == "digest":
            login.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            login.add_digest(user, password, token)
        else:
            login.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
        server.set_auth(login)
    assert server.attach(None)
    GLib.MainLoop().run()


main(*sys.argv[1:])
