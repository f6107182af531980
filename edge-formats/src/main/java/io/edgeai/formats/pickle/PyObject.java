package io.edgeai.formats.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object as the pickle describes it: the class or function that Python would call, the arguments, and the state it
 * would set. Nothing was called. Not thread-safe while it is read, unchanged afterwards.
 */
public final class PyObject {
    private final PyGlobal type;
    private final List<Object> args;
    private final List<Object> items = new ArrayList<>(0);
    private final PyDict entries = new PyDict();
    private Object state = PyNone.NONE;

    PyObject(PyGlobal type, List<Object> args) {
        this.type = type;
        this.args = args;
    }

    /** The class or function. */
    public PyGlobal type() {
        return type;
    }

    public String module() {
        return type.module();
    }

    public String name() {
        return type.name();
    }

    /** Arguments of the call; empty where the object is made without any. */
    public List<Object> args() {
        return Collections.unmodifiableList(args);
    }

    /** What {@code __setstate__} or {@code __dict__} would get; {@link PyNone} where there is none. */
    public Object state() {
        return state;
    }

    /** Items appended to it, for classes that extend list or set. */
    public List<Object> items() {
        return Collections.unmodifiableList(items);
    }

    /** Items set by key, for classes that extend dict. */
    public PyDict entries() {
        return entries;
    }

    /** An attribute out of the state, a dict or a pair of dicts; null where there is none of that name. */
    public @Nullable Object attribute(String attribute) {
        if (state instanceof PyTuple pair && pair.size() == 2) {
            for (Object part : pair.items()) {
                Object found = part instanceof PyDict dict ? dict.get(attribute) : null;
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        return state instanceof PyDict dict ? dict.get(attribute) : null;
    }

    void state(Object newState) {
        state = newState;
    }

    void append(Object item) {
        items.add(item);
    }

    void put(Object key, Object value) {
        entries.put(key, value);
    }

    @Override
    public String toString() {
        return type.qualified();
    }
}
