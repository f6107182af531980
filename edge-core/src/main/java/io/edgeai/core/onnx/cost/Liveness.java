package io.edgeai.core.onnx.cost;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The most memory values take at once. A value lives from the step that writes it to the last step that reads it;
 * values that share memory live as one.
 */
final class Liveness {
    /**
     * One node.
     *
     * @param reads values it needs
     * @param writes values it makes
     * @param inside bytes it takes beside these while it runs
     */
    record Step(Collection<String> reads, Collection<String> writes, long inside) {}

    private final Map<String, Long> bytes = new HashMap<>();
    private final Map<String, String> shares = new HashMap<>();

    void value(String name, long size) {
        bytes.put(name, size);
    }

    /** Makes a value live in the memory of another. */
    void share(String view, String of) {
        shares.put(view, owner(of));
    }

    private String owner(String name) {
        return shares.getOrDefault(name, name);
    }

    /** @param first values there before the first step; {@code last} those needed after the last */
    long peak(Collection<String> first, List<Step> steps, Collection<String> last) {
        Map<String, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (String read : steps.get(i).reads()) {
                lastUse.put(owner(read), i);
            }
            for (String written : steps.get(i).writes()) {
                lastUse.putIfAbsent(owner(written), i);
            }
        }
        last.forEach(output -> lastUse.put(owner(output), steps.size()));
        Set<String> live = new HashSet<>();
        long now = 0;
        for (String value : first) {
            now = enter(value, live, now);
        }
        long peak = now;
        Map<Integer, Set<String>> ends = new HashMap<>();
        lastUse.forEach((value, step) ->
                ends.computeIfAbsent(step, k -> new HashSet<>()).add(value));
        for (int i = 0; i < steps.size(); i++) {
            for (String written : steps.get(i).writes()) {
                now = enter(owner(written), live, now);
            }
            peak = Math.max(peak, Sizes.plus(now, steps.get(i).inside()));
            for (String ended : ends.getOrDefault(i, Set.of())) {
                if (live.remove(ended)) {
                    now -= bytes.getOrDefault(ended, 0L);
                }
            }
        }
        return peak;
    }

    private long enter(String value, Set<String> live, long now) {
        return live.add(value) ? Sizes.plus(now, bytes.getOrDefault(value, 0L)) : now;
    }
}
