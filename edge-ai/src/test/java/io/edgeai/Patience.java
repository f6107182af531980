package io.edgeai;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ConditionFactory;

/** How long tests wait for what other threads certainly do: long enough for a machine that does much else. */
public final class Patience {
    /** Longest wait; the usual one is milliseconds. */
    public static final Duration LONGEST = Duration.ofMinutes(2);

    private Patience() {}

    public static ConditionFactory patiently() {
        return await().atMost(LONGEST);
    }
}
