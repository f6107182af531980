package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;

/** A key and a value, as onnx.proto's {@code StringStringEntryProto} has them; the last of several counts. */
record TextPair(String key, String value) {
    private static final int LONGEST_KEY = 64;
    private static final int LONGEST_VALUE = 4096;

    static TextPair of(ProtoFields entry) {
        String key = "";
        String value = "";
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST_KEY);
            } else if (entry.is(2, LENGTH)) {
                value = entry.text(LONGEST_VALUE);
            }
        }
        return new TextPair(key, value);
    }
}
