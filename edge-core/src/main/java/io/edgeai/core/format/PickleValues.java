package io.edgeai.core.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PickleSketch} builds in place of Python objects: data without behaviour. Numbers, texts and None are
 * {@code Long}, {@code Double}, {@code Boolean}, {@code String} and {@link #NONE}; lists, tuples and sets are
 * {@code List}.
 */
final class PickleValues {
    /** Python's None, and what the sketch leaves out. */
    static final Object NONE = new Object() {
        @Override
        public String toString() {
            return "None";
        }
    };

    private PickleValues() {}

    /** A class or function that is only named, as {@code module.name}. */
    record Global(String name) {}

    /** A reference to something outside of the pickle. */
    record Outside(Object id) {}

    /** Bytes, of which only the first may have been kept. */
    static final class Bytes {
        private final long length;
        private final byte[] head;

        Bytes(long length, byte[] head) {
            this.length = length;
            this.head = head;
        }

        /** How many there are. */
        long length() {
            return length;
        }

        /** The first of them; the array itself. */
        byte[] head() {
            return head;
        }
    }

    /** A list that may hold only the first of its items. */
    static final class Items extends ArrayList<Object> {
        private static final long serialVersionUID = 1;

        /** How many were let go. */
        int passed;

        Items() {
            super(0);
        }
    }

    /** A dictionary, in its order. */
    static final class Dict {
        final List<Object> keys = new ArrayList<>(0);
        final List<Object> values = new ArrayList<>(0);

        void put(Object key, Object value) {
            keys.add(key);
            values.add(value);
        }

        @Nullable
        Object get(String key) {
            int at = keys.lastIndexOf(key);
            return at < 0 ? null : values.get(at);
        }

        /** Keeps the entries of those keys. */
        void retain(Set<String> names) {
            int kept = 0;
            for (int i = 0; i < keys.size(); i++) {
                if (keys.get(i) instanceof String name && names.contains(name)) {
                    keys.set(kept, name);
                    values.set(kept++, values.get(i));
                }
            }
            keys.subList(kept, keys.size()).clear();
            values.subList(kept, values.size()).clear();
        }
    }

    /** An object that Python would make: of which class or by which function, from what. */
    static final class Made {
        final String by;
        Object arguments;
        Object state = NONE;
        /** Bytes or values that joblib writes behind an array. */
        Object behind = NONE;
        /** Whether what it holds was told before. */
        boolean told;
        /** What the sketch held, and had put aside, before it. */
        long heldBefore;

        int putBefore;
        private @Nullable Dict items;
        private @Nullable Items list;

        Made(String by, Object arguments) {
            this.by = by;
            this.arguments = arguments;
        }

        /** Entries set on it, as on a dictionary. */
        Dict items() {
            if (items == null) {
                items = new Dict();
            }
            return items;
        }

        /** Items appended to it, as to a list. */
        Items list() {
            if (list == null) {
                list = new Items();
            }
            return list;
        }

        /** The two above and its other parts, as far as there are any. */
        void parts(Consumer<Object> part) {
            for (Object each : new @Nullable Object[] {arguments, state, behind, items, list}) {
                if (each != null && each != NONE) {
                    part.accept(each);
                }
            }
        }

        /** Lets go of all but those attributes. */
        void retain(Set<String> names) {
            arguments = NONE;
            behind = NONE;
            items = null;
            list = null;
            told = true;
            if (state instanceof Dict dict) {
                dict.retain(names);
            } else {
                state = NONE;
            }
        }

        /** An attribute, or null. */
        @Nullable
        Object attribute(String name) {
            return state instanceof Dict dict ? dict.get(name) : null;
        }

        /** The i-th argument, or {@link #NONE}. */
        Object argument(int i) {
            return item(arguments, i);
        }
    }

    /** The i-th element of a list or tuple, or {@link #NONE}. */
    static Object item(@Nullable Object sequence, int i) {
        return sequence instanceof List<?> list && i < list.size() ? list.get(i) : NONE;
    }

    static long number(@Nullable Object value, long otherwise) {
        return value instanceof Long number ? number : otherwise;
    }
}
