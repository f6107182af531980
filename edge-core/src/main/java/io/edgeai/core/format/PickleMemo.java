package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Global;
import io.edgeai.core.format.PickleValues.Made;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a pickle puts aside to use again, by numbers that Python counts up. Not thread-safe. */
final class PickleMemo {
    private static final int FARTHEST = 1024;
    private static final int FAR = 96;
    private static final int SLOT = 12;
    private static final int LONGEST = 64;
    private static final int MOST_NAMES = 2000;

    private final Map<Long, Object> far = new HashMap<>();
    private @Nullable Object[] near = {};
    private int top;
    private int gapFrom;
    private int gapTo;
    private int puts;
    private int names;

    /** How many were put. */
    int puts() {
        return puts;
    }

    /** One more than the highest number in use, far ones aside. */
    int top() {
        return top;
    }

    private int place(long key) {
        return (int) (key < gapFrom ? key : key - (gapTo - gapFrom));
    }

    private boolean near(long key) {
        return key >= 0 && key < top && (key < gapFrom || key >= gapTo);
    }

    @Nullable
    Object get(long key) {
        return near(key) ? near[place(key)] : far.get(key);
    }

    /** Estimated bytes that keeping it takes. */
    int put(long key, Object value) {
        puts++;
        if (key < 0 || key > (long) top + FARTHEST || key < top && !near(key)) {
            far.put(key, value);
            return FAR;
        }
        int grown = (int) Math.max(0, key + 1 - top);
        top += grown;
        int place = place(key);
        if (place >= near.length) {
            near = Arrays.copyOf(near, Math.max(place + 1, near.length + (near.length >> 1) + 8));
        }
        near[place] = value;
        return SLOT * grown;
    }

    /**
     * Lets go of what was put since {@code from} and belongs to values that are no longer kept. Classes and the types of
     * arrays stay, and some thousand short texts: names of attributes are written once and used again.
     *
     * @param still the one value that stays in any case
     * @return estimated bytes of what stays
     */
    long forget(int from, @Nullable Object still) {
        boolean closes = gapTo == gapFrom || from <= gapTo; // one gap, which grows as long as it has no end
        long kept = closes ? 0 : (long) SLOT * (top - from);
        for (long key = Math.max(from, from < gapTo && from >= gapFrom ? gapTo : from); key < top; key++) {
            if (!near(key)) {
                continue;
            }
            Object value = near[place(key)];
            boolean text = value instanceof String name && name.length() < LONGEST && names++ < MOST_NAMES;
            boolean stays = text || value instanceof Global || value != null && value == still || dtype(value);
            kept += stays ? FAR : 0;
            if (stays && closes && value != null) {
                far.put(key, value);
            }
            if (closes || !stays) {
                near[place(key)] = null;
            }
        }
        if (closes) {
            gapFrom = gapTo == gapFrom ? from : Math.min(gapFrom, from);
            gapTo = top;
        }
        return kept;
    }

    private static boolean dtype(@Nullable Object value) {
        return value instanceof Made made && made.by.equals("numpy.dtype");
    }
}
