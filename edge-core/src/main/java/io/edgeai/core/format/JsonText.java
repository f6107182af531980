package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Writer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON as a stream of which nothing stays: names are not collected, long texts are cut. */
final class JsonText {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private JsonText() {}

    /** Bytes that are no UTF-8 are an error, as they are in JSON; a byte order mark before it is passed over. */
    static JsonParser parser(InputStream in) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(in, MARK.length);
        byte[] first = bytes.readNBytes(MARK.length);
        if (!Arrays.equals(first, MARK)) {
            bytes.unread(first);
        }
        return FACTORY.createParser(new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    /** The current value as text, at most {@code most} characters of it. */
    static String text(JsonParser json, int most) throws IOException {
        if (json.getTextLength() <= most) {
            return json.getText();
        }
        StringBuilder first = new StringBuilder(most);
        json.getText(new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
                first.append(text, from, Math.min(length, most - first.length()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return first.append('…').toString();
    }
}
