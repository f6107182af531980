package io.edgeai.formats.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Python dict in the file's order. Keys that are text, numbers or booleans are found by {@link #get}; other keys are
 * only listed, because comparing them could run through a hostile pickle's endless nesting.
 */
public final class PyDict {
    /** One entry. */
    public record Entry(Object key, Object value) {}

    private final List<Entry> entries = new ArrayList<>(0);
    private final Map<Object, Integer> index = new HashMap<>(0);

    /** Sets a value; an equal plain key is replaced in its place. */
    void put(Object key, Object value) {
        boolean plain = key instanceof String || key instanceof Long || key instanceof Double || key instanceof Boolean;
        Integer at = plain ? index.putIfAbsent(key, entries.size()) : null;
        if (at == null) {
            entries.add(new Entry(key, value));
        } else {
            entries.set(at, new Entry(key, value));
        }
    }

    /** The value of a plain key, or null. */
    public @Nullable Object get(Object key) {
        Integer at = index.get(key);
        return at == null ? null : entries.get(at).value();
    }

    public List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    public int size() {
        return entries.size();
    }

    @Override
    public String toString() {
        return "dict of " + entries.size();
    }
}
