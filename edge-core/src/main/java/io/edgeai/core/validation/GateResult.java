package io.edgeai.core.validation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a gate found.
 *
 * @param gate the gate's name
 * @param passed whether the version may go on
 * @param detail what was seen, in a sentence; where it failed, with what to do
 * @param figures measured values by name, with their unit in the name, e.g. {@code p99Millis}
 */
public record GateResult(String gate, boolean passed, String detail, Map<String, Double> figures) {
    public GateResult {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    public static GateResult passed(String gate, String detail) {
        return new GateResult(gate, true, detail, Map.of());
    }

    public static GateResult failed(String gate, String detail) {
        return new GateResult(gate, false, detail, Map.of());
    }

    /** As {@link #passed(String, String)} or {@link #failed(String, String)}, with figures. */
    public GateResult with(String figure, double value) {
        Map<String, Double> more = new LinkedHashMap<>(figures);
        more.put(figure, value);
        return new GateResult(gate, passed, detail, more);
    }
}
