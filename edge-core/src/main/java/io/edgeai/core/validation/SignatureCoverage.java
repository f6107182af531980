package io.edgeai.core.validation;

/** What a signature of a version says. */
public enum SignatureCoverage {
    /** These bytes are that model's; by an earlier version of the library. */
    BYTES("name and bytes"),
    /** These bytes are that version of that model, with the tags that it had when it was signed. */
    VERSION("name, number, bytes and tags");

    private final String text;

    SignatureCoverage(String text) {
        this.text = text;
    }

    /** For people, e.g. {@code "name, number, bytes and tags"}. */
    @Override
    public String toString() {
        return text;
    }
}
