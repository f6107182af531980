package io.edgeai.formats.pickle;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A Python tuple. Two tuples are equal only where they are the same one: a hostile pickle may nest them without end.
 * Immutable, though its items may not be.
 */
public final class PyTuple {
    public static final PyTuple EMPTY = new PyTuple(List.of());

    private final List<Object> items;

    public PyTuple(List<Object> items) {
        this.items = Collections.unmodifiableList(Arrays.asList(items.toArray()));
    }

    public List<Object> items() {
        return items;
    }

    public int size() {
        return items.size();
    }

    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public String toString() {
        return "tuple of " + items.size();
    }
}
