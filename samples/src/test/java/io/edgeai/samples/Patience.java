package io.edgeai.samples;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ConditionFactory;

/** How long tests wait for what others certainly do: long enough for a machine that does much else. */
public final class Patience {
    /** For {@code serve}: no busy machine takes so long for an answer. */
    public static final String DEADLINE = "--deadline=5m";

    private Patience() {}

    public static ConditionFactory patiently() {
        return await().atMost(Duration.ofMinutes(3));
    }
}
