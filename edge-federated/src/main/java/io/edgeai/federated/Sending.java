package io.edgeai.federated;

import io.edgeai.federated.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * How a participant elsewhere sends its update. Immutable.
 *
 * @param codec what its change travels as; null for its parameters as float32
 * @param decay of what the codec leaves out and is sent with the next update, 0 to 1
 * @param guard what it does to its change before that; null for nothing
 */
public record Sending(@Nullable Codec codec, double decay, @Nullable UpdateGuard guard) {
    private static final Sending PLAIN = new Sending(null, 0, null);

    /** Parameters as float32. */
    public static Sending plain() {
        return PLAIN;
    }

    /** Whether the update leaves only as part of a secure sum. */
    public boolean secure() {
        return guard != null && guard.sum() != null;
    }
}
