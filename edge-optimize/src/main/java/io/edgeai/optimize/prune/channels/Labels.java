package io.edgeai.optimize.prune.channels;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets of indices that are removed together, as a union-find forest; a set may be pinned for a reason. */
final class Labels {
    private int[] parent = new int[1024];
    private int count;
    private final Map<Integer, String> pins = new HashMap<>();

    /** New indices, each a set of its own. */
    int[] fresh(int size) {
        if (count + size > parent.length) {
            parent = Arrays.copyOf(parent, Math.max(2 * parent.length, count + size));
        }
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = count;
            parent[count] = count;
            count++;
        }
        return labels;
    }

    int find(int label) {
        int root = label;
        while (parent[root] != root) {
            root = parent[root];
        }
        int at = label;
        while (parent[at] != root) {
            int next = parent[at];
            parent[at] = root;
            at = next;
        }
        return root;
    }

    void join(int a, int b) {
        int from = find(Math.max(a, b));
        int to = find(Math.min(a, b));
        if (from == to) {
            return;
        }
        int low = Math.min(from, to);
        int high = Math.max(from, to);
        parent[high] = low;
        String why = pins.remove(high);
        if (why != null) {
            pins.putIfAbsent(low, why);
        }
    }

    /** How many sets may go. */
    int free() {
        int free = 0;
        for (int label = 0; label < count; label++) {
            free += parent[label] == label && !pins.containsKey(label) ? 1 : 0;
        }
        return free;
    }

    void pin(int label, String why) {
        pins.putIfAbsent(find(label), why);
    }

    /** Why the index must stay, or null where it may go. */
    @Nullable
    String pinned(int label) {
        return pins.get(find(label));
    }
}
