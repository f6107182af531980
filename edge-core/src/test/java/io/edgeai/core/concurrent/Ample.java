package io.edgeai.core.concurrent;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Time that is enough on any machine, however busy: it ends a test that would otherwise hang, and no test takes it while what
 * it waits for comes.
 */
public final class Ample {
    public static final Duration TIME = Duration.ofMinutes(5);

    private Ample() {}

    public static ConditionFactory await() {
        return Awaitility.await().atMost(TIME);
    }
}
