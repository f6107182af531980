package io.edgeai.core.text;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Encodings side by side as tensors INT64 [encodings, length], short rows filled up at the end. Immutable and
 * thread-safe.
 */
public final class TokenBatch {
    private final List<Encoding> encodings;
    private final long padId;
    private final int length;

    private TokenBatch(List<Encoding> encodings, long padId, int length) {
        this.encodings = List.copyOf(encodings);
        this.padId = padId;
        this.length = length;
    }

    /** Rows as long as the longest encoding. */
    public static TokenBatch of(List<Encoding> encodings, long padId) {
        return of(
                encodings,
                padId,
                encodings.stream().mapToInt(Encoding::size).max().orElse(0));
    }

    /**
     * Rows of a given length.
     *
     * @throws InvalidInputException where there is no encoding, or one is longer
     */
    public static TokenBatch of(List<Encoding> encodings, long padId, int length) {
        if (encodings.isEmpty()) {
            throw new InvalidInputException("A batch needs at least one encoding. Maybe the list of texts is empty.");
        }
        for (Encoding encoding : encodings) {
            if (encoding.size() > length) {
                throw new InvalidInputException("An encoding of (" + encoding.size()
                        + ") tokens does not fit into rows of " + length + ". Maybe truncate it.");
            }
        }
        return new TokenBatch(encodings, padId, length);
    }

    /** Tokens in a row. */
    public int length() {
        return length;
    }

    public Tensor ids() {
        return tensor(Encoding.Token::id, padId);
    }

    /** 1 at tokens, 0 at padding. */
    public Tensor attentionMask() {
        return tensor(token -> 1, 0);
    }

    public Tensor typeIds() {
        return tensor(Encoding.Token::type, 0);
    }

    private Tensor tensor(ToLongFunction<Encoding.Token> value, long padding) {
        long[] values = new long[Math.multiplyExact(encodings.size(), length)];
        int at = 0;
        for (Encoding encoding : encodings) {
            for (int i = 0; i < length; i++) {
                values[at++] = i < encoding.size() ? value.applyAsLong(encoding.token(i)) : padding;
            }
        }
        return Tensor.of(values, encodings.size(), length);
    }
}
