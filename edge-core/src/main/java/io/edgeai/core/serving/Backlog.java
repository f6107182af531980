package io.edgeai.core.serving;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait, first come first served within a priority. Three of four places go by priority, each fourth to
 * the one that has waited longest. Bounded and thread-safe.
 */
final class Backlog {
    private static final int FAIR_EVERY = 4;

    private final Map<Priority, ArrayDeque<Request<?>>> levels = new EnumMap<>(Priority.class);
    private final int limit;
    private int places;
    private volatile int size;
    private volatile long oldest;

    Backlog(int limit) {
        this.limit = limit;
        for (Priority priority : Priority.values()) {
            levels.put(priority, new ArrayDeque<>());
        }
    }

    /** Adds at the end of its level; false where the backlog is full. */
    synchronized boolean offer(Request<?> request) {
        if (size >= limit) {
            return false;
        }
        level(request).addLast(request);
        changed(1);
        return true;
    }

    /** Puts back what was taken, before all that came later, whatever the limit. */
    synchronized void putBack(Request<?> request) {
        ArrayDeque<Request<?>> level = level(request);
        ArrayDeque<Request<?>> earlier = new ArrayDeque<>();
        while (!level.isEmpty() && level.getFirst().since - request.since < 0) {
            earlier.addLast(level.removeFirst());
        }
        level.addFirst(request);
        while (!earlier.isEmpty()) {
            level.addFirst(earlier.removeLast());
        }
        changed(1);
    }

    /** Takes a request out; false where somebody else has taken it. */
    synchronized boolean remove(Request<?> request) {
        boolean there = level(request).remove(request);
        if (there) {
            changed(-1);
        }
        return there;
    }

    /** Moves at most so many requests to a list. */
    synchronized void drain(List<Request<?>> into, int most) {
        for (int i = 0; i < most && size > 0; i++) {
            Request<?> next = ++places % FAIR_EVERY == 0 ? longest() : first();
            if (next == null) {
                return;
            }
            level(next).removeFirst();
            size--;
            into.add(next);
        }
        changed(0);
    }

    /** The one that has waited longest leaves; null where nobody waits. */
    synchronized @Nullable Request<?> pollOldest() {
        Request<?> next = longest();
        if (next != null) {
            level(next).removeFirst();
            changed(-1);
        }
        return next;
    }

    /** Who is served next, without taking it. */
    synchronized @Nullable Request<?> peek() {
        return first();
    }

    int size() {
        return size;
    }

    /** Since when the one has waited that waits longest; meaningless where nobody waits. */
    long oldest() {
        return oldest;
    }

    private synchronized void changed(int by) {
        Request<?> longest = longest();
        oldest = longest == null ? 0 : longest.since;
        size += by;
    }

    private @Nullable Request<?> first() {
        for (ArrayDeque<Request<?>> level : levels.values()) {
            Request<?> head = level.peekFirst();
            if (head != null) {
                return head;
            }
        }
        return null;
    }

    private @Nullable Request<?> longest() {
        Request<?> longest = null;
        for (ArrayDeque<Request<?>> level : levels.values()) {
            Request<?> head = level.peekFirst();
            if (head != null && (longest == null || head.since - longest.since < 0)) {
                longest = head;
            }
        }
        return longest;
    }

    private ArrayDeque<Request<?>> level(Request<?> request) {
        ArrayDeque<Request<?>> level = levels.get(request.priority);
        if (level == null) {
            throw new IllegalStateException("No level for (" + request.priority + ").");
        }
        return level;
    }
}
