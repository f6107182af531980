package io.edgeai.formats.emit;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.spi.ImportReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps account of what each part of a model became while a graph is written. Not thread-safe. */
public final class Account {
    private static final int MOST_PLACES = 5;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private int count;
        private final List<String> places = new ArrayList<>();
        private final Map<String, Integer> ops = new TreeMap<>();
    }

    /**
     * Adds one part.
     *
     * @param nodes what was appended for it
     */
    public void add(String kind, String place, List<OnnxNode> nodes) {
        Entry entry = entries.computeIfAbsent(kind, k -> new Entry());
        entry.count++;
        if (entry.places.size() < MOST_PLACES) {
            entry.places.add(place);
        }
        nodes.forEach(node -> entry.ops.merge(node.op(), 1, Integer::sum));
    }

    /** How often each kind was added, by name. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        entries.forEach((kind, entry) -> counts.put(kind, entry.count));
        return Collections.unmodifiableMap(counts);
    }

    public ImportReport report() {
        List<ImportReport.Item> items = new ArrayList<>();
        entries.forEach((kind, entry) ->
                items.add(new ImportReport.Item(kind, entry.count, histogram(entry.ops), entry.places)));
        return new ImportReport(items);
    }

    private static String histogram(Map<String, Integer> ops) {
        if (ops.isEmpty()) {
            return "no node";
        }
        List<String> parts = new ArrayList<>();
        ops.forEach((op, count) -> parts.add(count == 1 ? op : op + " x " + count));
        return String.join(", ", parts);
    }
}
