package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A flat axis that a Reshape splits where none of the parts tells all of its indices apart: those of one part go
 * together, and which part that is must be chosen. Queries, keys and values packed as {@code [3, heads, size]} can go by
 * heads only, since each of the three is needed.
 */
final class Split {
    private static final int MOST_WALKS = 64;

    private final Place place;
    private final List<Integer> widths;
    private final int[] labels;

    /**
     * @param place where it is
     * @param widths sizes of the parts, outermost first
     * @param labels of the flat axis
     */
    Split(Place place, List<Integer> widths, int[] labels) {
        this.place = place;
        this.widths = widths;
        this.labels = labels;
    }

    /** A node and the first of the axes that it makes. */
    record Place(int node, int axis) {}

    /**
     * A walk over a graph that splits by the outermost part, or where nothing could go then by the first part inside of it
     * that frees channels. Splits of the same sizes, as in the layers of a transformer, are tried together.
     */
    static Walk walked(OnnxGraph graph) {
        Walk best = new Walk(graph);
        best.run();
        Map<Place, Integer> choices = new HashMap<>();
        Set<List<Integer>> tried = new LinkedHashSet<>();
        for (int walks = 0; walks < MOST_WALKS; ) {
            List<Split> stuck = stuck(best, tried);
            if (stuck.isEmpty()) {
                return best;
            }
            List<Integer> widths = stuck.get(0).widths;
            tried.add(widths);
            for (int part = 1; part < widths.size(); part++, walks++) {
                Map<Place, Integer> trial = new HashMap<>(choices);
                for (Split split : stuck) {
                    if (split.widths.equals(widths)) {
                        trial.put(split.place, part);
                    }
                }
                Walk walk = best.with(trial);
                walk.run();
                if (walk.labels.free() > best.labels.free()) {
                    best = walk;
                    choices = trial;
                    tried.clear();
                    tried.add(widths);
                    break;
                }
            }
        }
        return best;
    }

    private static List<Split> stuck(Walk walk, Set<List<Integer>> tried) {
        List<Split> stuck = new ArrayList<>();
        for (Split split : walk.splits) {
            if (!tried.contains(split.widths)
                    && Arrays.stream(split.labels).allMatch(label -> walk.labels.pinned(label) != null)) {
                stuck.add(split);
            }
        }
        return stuck;
    }
}
