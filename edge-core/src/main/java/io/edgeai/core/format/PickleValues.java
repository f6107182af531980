package io.edgeai.core.format;

import java.util.ArrayList;
import java.util.List;
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

    /** A dictionary, in its order. */
    static final class Dict {
        final List<Object> keys = new ArrayList<>();
        final List<Object> values = new ArrayList<>();

        void put(Object key, Object value) {
            keys.add(key);
            values.add(value);
        }

        @Nullable
        Object get(String key) {
            int at = keys.lastIndexOf(key);
            return at < 0 ? null : values.get(at);
        }
    }

    /** An object that Python would make: of which class or by which function, from what. */
    static final class Made {
        final String by;
        final Object arguments;
        final Dict items = new Dict();
        final List<Object> list = new ArrayList<>();
        Object state = NONE;
        /** Bytes or values that joblib writes behind an array. */
        Object behind = NONE;

        Made(String by, Object arguments) {
            this.by = by;
            this.arguments = arguments;
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
