package io.edgeai;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a trial may do to the endpoint it watches. Thread-safe. */
interface Traffic {
    /** Whether requests are dealt by this very split now; what comes by another does not count. */
    boolean deals(TrafficSplit split);

    /** Deals by another split from now on. */
    default void deal(TrafficSplit split) {
        deal(split, () -> true);
    }

    /** As {@link #deal(TrafficSplit)}, where that is still wanted when no version is being rejected. */
    void deal(TrafficSplit split, BooleanSupplier wanted);

    /** Takes a version out of the split, where another is left in it, and raises an alert on it. */
    void reject(VersionRef version, SignalKind signal, String message);

    /** Tells whoever subscribed that the units of an experiment do not fit its shares. */
    void mismatched(Map<String, Long> units, double pValue);

    /** Notes in the registry which share a canary has; passes its gates first where nobody validated it. */
    void canary(VersionRef version, double share);

    /** Notes in the registry that a canary is none any more. */
    void endCanary(VersionRef version, String why);

    /** Lets a version see a part of the requests, in place of another; null for none. */
    void shadow(@Nullable VersionRef version, double fraction);

    /** Makes a version the active one and gives it all requests. */
    void promote(VersionRef version, String reason);
}
