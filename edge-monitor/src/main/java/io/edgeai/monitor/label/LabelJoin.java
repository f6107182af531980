package io.edgeai.monitor.label;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.metric.Share;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins answers with labels by an id that the host chooses. An id is joined once; a second answer or label under it is
 * counted as a duplicate and changes nothing while the first one waits. What waits longer than the longest wait, or is the
 * oldest where there is no more room, is given up and counted. A waiting entry takes about 200 bytes and its two texts.
 * Thread-safe.
 */
public final class LabelJoin {
    private final Clock clock;
    private final int capacity;
    private final Duration longest;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final Map<VersionRef, Share> all = new TreeMap<>();
    private final Map<VersionRef, Outcomes> fresh = new HashMap<>();
    private long givenUp;
    private long duplicates;

    /**
     * @param capacity answers and labels that wait at a time, 1 or more
     * @param longest how long one waits, above 0
     */
    public LabelJoin(Clock clock, int capacity, Duration longest) {
        if (capacity < 1 || longest.isNegative() || longest.isZero()) {
            throw new InvalidInputException("Labels have capacity (" + capacity + ") and longest wait (" + longest
                    + "). Maybe use 100000 and Duration.ofDays(7).");
        }
        this.clock = clock;
        this.capacity = capacity;
        this.longest = longest;
    }

    /** One side of a join; the version is there where it is an answer. */
    private record Waiting(Optional<VersionRef> version, String value, Instant since) {}

    /** A version answered this to that id. */
    public synchronized void answered(VersionRef version, String id, String answer) {
        Waiting label = take(id, false);
        if (label == null) {
            offer(id, new Waiting(Optional.of(version), answer, clock.instant()));
        } else {
            count(version, label.value().equals(answer));
        }
    }

    /** This would have been right for that id. */
    public synchronized void labelled(String id, String truth) {
        Waiting answer = take(id, true);
        if (answer == null) {
            offer(id, new Waiting(Optional.empty(), truth, clock.instant()));
        } else {
            count(answer.version().orElseThrow(), answer.value().equals(truth));
        }
    }

    /** Right answers among those that were joined since the beginning, with their 95 % interval. */
    public synchronized Share accuracy(VersionRef version) {
        return all.getOrDefault(version, new Share(0, 0));
    }

    /** What was joined since the last call, by version. */
    public Map<VersionRef, Share> takeFresh() {
        Map<VersionRef, Share> taken = new HashMap<>();
        takeOutcomes().forEach((version, outcomes) -> taken.put(version, outcomes.share()));
        return Map.copyOf(taken);
    }

    /** The same as {@link #takeFresh}, in the order in which it was joined. */
    public synchronized Map<VersionRef, Outcomes> takeOutcomes() {
        Map<VersionRef, Outcomes> taken = Map.copyOf(fresh);
        fresh.clear();
        return taken;
    }

    /** Answers and labels that wait for the other side. */
    public synchronized int waiting() {
        giveUp(clock.instant());
        return waiting.size();
    }

    /** Answers and labels that waited in vain. */
    public synchronized long givenUp() {
        giveUp(clock.instant());
        return givenUp;
    }

    /** Answers and labels of an id that had one already. */
    public synchronized long duplicates() {
        return duplicates;
    }

    /** Drops what is known of a version. */
    public synchronized void forget(VersionRef version) {
        waiting.values().removeIf(each -> each.version().equals(Optional.of(version)));
        all.remove(version);
        fresh.remove(version);
    }

    private @Nullable Waiting take(String id, boolean answer) {
        giveUp(clock.instant());
        Waiting other = waiting.get(id);
        if (other == null || other.version().isPresent() != answer) {
            return null;
        }
        waiting.remove(id);
        return other;
    }

    private void offer(String id, Waiting entry) {
        if (waiting.putIfAbsent(id, entry) != null) {
            duplicates++;
        } else if (waiting.size() > capacity) {
            removeOldest();
        }
    }

    /** The oldest stand first, but for a clock that went back, after which they wait for the capacity. */
    private void giveUp(Instant now) {
        while (!waiting.isEmpty()
                && Duration.between(waiting.values().iterator().next().since(), now)
                                .compareTo(longest)
                        > 0) {
            removeOldest();
        }
    }

    private void removeOldest() {
        Iterator<Waiting> oldest = waiting.values().iterator();
        oldest.next();
        oldest.remove();
        givenUp++;
    }

    private void count(VersionRef version, boolean right) {
        Share one = new Share(right ? 1 : 0, 1);
        all.merge(version, one, LabelJoin::sum);
        fresh.computeIfAbsent(version, key -> new Outcomes()).add(right);
    }

    private static Share sum(Share one, Share other) {
        return new Share(one.hits() + other.hits(), one.total() + other.total());
    }
}
