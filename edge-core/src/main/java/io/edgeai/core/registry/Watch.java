package io.edgeai.core.registry;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for the time to look for changes by other processes. One thread waits; any may close. */
interface Watch extends AutoCloseable {
    /** Returns when something may have changed, after a while in any case, and at once when closed. */
    void await();

    @Override
    void close();

    /** One that knows nothing of changes and only lets time pass between two looks. */
    static Watch every(long millis) {
        CountDownLatch closed = new CountDownLatch(1);
        return new Watch() {
            @Override
            public void await() {
                try {
                    boolean over = closed.await(millis, TimeUnit.MILLISECONDS);
                    assert over || closed.getCount() > 0;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }
}
