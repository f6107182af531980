package io.edgeai.core.concurrent;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made when it is first asked for, once; where making it fails, the next who asks tries again. Thread-safe. */
public final class Once<T> implements Supplier<T> {
    private @Nullable Supplier<T> maker;
    private volatile @Nullable T value;

    public Once(Supplier<T> maker) {
        this.maker = maker;
    }

    /** The value; whoever asks while it is being made waits for it. */
    @Override
    public T get() {
        T known = value;
        return known == null ? made() : known;
    }

    private synchronized T made() {
        T known = value;
        Supplier<T> unused = maker;
        if (known == null && unused != null) {
            known = unused.get();
            value = known;
            maker = null; // with all that it holds
        }
        if (known == null) {
            throw new IllegalStateException("it neither was made nor can be made");
        }
        return known;
    }
}
