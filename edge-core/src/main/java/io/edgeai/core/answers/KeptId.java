package io.edgeai.core.answers;

import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** What is kept of the texts by which clients call requests and units. */
final class KeptId {
    private static final int LONGEST = 200;
    private static final int UUID_LENGTH = 36;
    private static final int UNIT_BYTES = 8;

    private KeptId() {}

    /** The id of a request itself, or of one that is very long its digest, so that none takes much room. */
    static String of(String requestId) {
        if (requestId.length() * 3L <= LONGEST) {
            return requestId;
        }
        byte[] utf8 = requestId.getBytes(StandardCharsets.UTF_8);
        return utf8.length <= LONGEST ? requestId : "sha256:" + Digest.of(utf8).hex();
    }

    /** Whether it is written as {@link UUID#toString} writes it, so that 16 bytes hold it. */
    static boolean isUuid(String id) {
        if (id.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = id.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The first 8 bytes of the SHA-256 of a unit's id. */
    static long unit(String unitId) {
        byte[] digest = Digest.sha256().digest(unitId.getBytes(StandardCharsets.UTF_8));
        long bits = 0;
        for (int i = 0; i < UNIT_BYTES; i++) {
            bits = bits << 8 | digest[i] & 0xff;
        }
        return bits;
    }
}
