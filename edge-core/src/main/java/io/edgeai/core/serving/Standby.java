package io.edgeai.core.serving;

import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Versions that left the split and stay open for a while, so that going back to one opens nothing. Not thread-safe. */
final class Standby {
    private record Waiting(Arm arm, long since) {}

    private final Map<VersionRef, Waiting> waiting = new LinkedHashMap<>();
    private final long nanos;

    /** @param nanos how long they stay; 0 for not at all */
    Standby(long nanos) {
        this.nanos = nanos;
    }

    Map<VersionRef, Arm> arms() {
        Map<VersionRef, Arm> arms = new LinkedHashMap<>();
        waiting.forEach((version, one) -> arms.put(version, one.arm));
        return arms;
    }

    @Nullable
    Arm arm(VersionRef version) {
        Waiting one = waiting.get(version);
        return one == null ? null : one.arm;
    }

    void add(Arm arm, long now) {
        waiting.putIfAbsent(arm.version, new Waiting(arm, now));
    }

    void remove(VersionRef version) {
        waiting.remove(version);
    }

    /** Gives away those whose time is over. */
    List<Arm> expired(long now) {
        List<Arm> over = new ArrayList<>();
        waiting.values().removeIf(one -> now - one.since >= nanos && over.add(one.arm));
        return over;
    }
}
