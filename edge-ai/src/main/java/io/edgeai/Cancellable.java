package io.edgeai;

import io.edgeai.core.concurrent.Progress;
import java.util.function.BooleanSupplier;

/** A listener that can be cancelled from a second side. */
final class Cancellable implements Progress {
    private final Progress listener;
    private final BooleanSupplier alsoCancelled;

    private Cancellable(Progress listener, BooleanSupplier alsoCancelled) {
        this.listener = listener;
        this.alsoCancelled = alsoCancelled;
    }

    static Progress of(Progress listener, BooleanSupplier alsoCancelled) {
        return new Cancellable(listener, alsoCancelled);
    }

    @Override
    public void update(String phase, long done, long total) {
        listener.update(phase, done, total);
    }

    @Override
    public boolean cancelled() {
        return alsoCancelled.getAsBoolean() || listener.cancelled();
    }
}
