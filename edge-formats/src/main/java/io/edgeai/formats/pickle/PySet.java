package io.edgeai.formats.pickle;

import java.util.ArrayList;
import java.util.List;

/** A Python set or frozenset, items in the file's order and not compared. Not thread-safe while it is read. */
public final class PySet {
    private final List<Object> items = new ArrayList<>(0);

    void addAll(List<?> more) {
        items.addAll(more);
    }

    public List<Object> items() {
        return List.copyOf(items);
    }

    @Override
    public String toString() {
        return "set of " + items.size();
    }
}
