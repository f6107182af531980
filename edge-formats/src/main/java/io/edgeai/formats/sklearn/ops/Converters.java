package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Converter;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every estimator this version converts, by class name. Immutable and thread-safe. */
public final class Converters {
    private static final SortedMap<String, Converter> ALL = all();

    private Converters() {}

    private static SortedMap<String, Converter> all() {
        Map<String, Converter> all = new TreeMap<>();
        LinearModels.register(all);
        Forests.register(all);
        Scalers.register(all);
        Selection.register(all);
        Compose.register(all);
        return Collections.unmodifiableSortedMap(new TreeMap<>(all));
    }

    /** By class name, sorted. */
    public static SortedMap<String, Converter> byName() {
        return ALL;
    }
}
