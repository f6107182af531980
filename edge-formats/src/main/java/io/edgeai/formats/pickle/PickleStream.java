package io.edgeai.formats.pickle;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Pickles that follow one another, with plain bytes between or behind them, of which only certain classes and functions
 * are expected. As inert as {@link PickleReader}. Not thread-safe.
 */
public final class PickleStream {
    private static final int MOST_LISTED = 20;

    private final PickleInput in;
    private final PickleLimits limits;
    private final Predicate<PyGlobal> known;

    /** @param known what a pickle may name */
    public PickleStream(byte[] bytes, PickleLimits limits, Predicate<PyGlobal> known) {
        this.in = new PickleInput(bytes);
        this.limits = limits;
        this.known = known;
    }

    /**
     * The next pickle, as {@link PickleReader} would give it.
     *
     * @throws UnsupportedOperatorException listing what it names beyond that, even where it is not used
     * @throws io.edgeai.core.error.ModelFormatException where it is damaged or above the limits
     */
    public Object next() {
        Set<String> strange = new TreeSet<>();
        Object value = new Unpickler(in, limits, global -> {
                    if (!known.test(global) && strange.size() <= MOST_LISTED) {
                        strange.add(global.qualified());
                    }
                })
                .read();
        if (!strange.isEmpty()) {
            throw new UnsupportedOperatorException("Pickle names " + strange
                    + ", which weights do not need. Nothing was called. Maybe the file is hostile; else save its"
                    + " weights alone, as safetensors.");
        }
        return value;
    }

    /** The bytes that come next, not copied. */
    public ByteBuffer bytes(long count) {
        return in.view(count);
    }

    /** A 64-bit number in little-endian order. */
    public long number() {
        return in.i64();
    }
}
