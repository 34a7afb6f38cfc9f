"""The published vectors: whoever writes the format anew must come to these."""

# Of the leaves `leaf0`, `leaf1`, ... by their number.
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "e6c410a9745b0151d82d1a9f007b81f378a1588c3fb63dc634a2ab001379c3d2",
    3: "f1aed069e1b79c5f12193e715059c468eff1559a5c989c6d7c46bc29f4f84f6c",
    7: "4b6939132387c5bf27ebaf5ac122810ce866eb0c7bf44082364b35c06f713aa6",
    13: "0237328018cb3ca9d183f65202651614753628ff5251c9db4745932736015c23",
    256: "746cb1477013243af354907906045784bc4840717b04179255980be743dcd8ed",
}

ENTRY = {"t": "notice", "on": "2026-05-06", "case": "0" * 32}
ENTRY_LEAF = "7324b86e5f87fdb067c4cdb7fbf1a897b4c38329069c47623c8e64284dc78949"

SALT = bytes(range(32))
CORE = {"a": "张三", "n": 1}
COMMITMENT = "b9b7ee9c2b616e9cccfa6ef57148e5394f3e743acfdb2f48c9a12596c613b46c"
