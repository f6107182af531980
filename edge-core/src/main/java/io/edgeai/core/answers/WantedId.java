package io.edgeai.core.answers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The id that is looked for, as a file holds it, so that nothing is made of the millions that are others. Immutable. */
final class WantedId {
    final String id;
    private final ByteBuffer text;
    private final long high;
    private final long low;
    private final boolean uuid;

    WantedId(String requestId) {
        this.id = KeptId.of(requestId);
        this.text = ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8));
        this.uuid = KeptId.isUuid(id);
        UUID parsed = uuid ? UUID.fromString(id) : new UUID(0, 0);
        this.high = parsed.getMostSignificantBits();
        this.low = parsed.getLeastSignificantBits();
    }

    boolean is(long itsHigh, long itsLow) {
        return uuid && itsHigh == high && itsLow == low;
    }

    boolean is(ByteBuffer utf8) {
        return utf8.equals(text);
    }
}
