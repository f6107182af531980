package io.edgeai.monitor.series;

import io.edgeai.monitor.window.Tier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The windows of one series in three tiers, as long and as many as those of a version. Not thread-safe. */
final class SeriesTiers {
    private static final int MOST_FINE = 3600;
    private static final int MOST_COARSE = 1440;
    private static final int MOST_LONG = 720;

    private final boolean perSecond;
    private final Map<Tier, Rows> tiers = new EnumMap<>(Tier.class);

    /** @param window length of a fine one */
    SeriesTiers(Duration window, boolean perSecond) {
        this.perSecond = perSecond;
        Duration coarse = longer(window.multipliedBy(6), Duration.ofMinutes(1));
        long anHour = Duration.ofHours(1).toNanos() / window.toNanos();
        tiers.put(Tier.FINE, new Rows(window, (int) Math.max(60, Math.min(MOST_FINE, anHour))));
        tiers.put(Tier.COARSE, new Rows(coarse, MOST_COARSE));
        tiers.put(Tier.LONG, new Rows(longer(coarse.multipliedBy(6), Duration.ofHours(1)), MOST_LONG));
    }

    /** Adds a fine window and returns the windows that are over with it. */
    Map<Tier, SeriesWindow> add(SeriesWindow fine) {
        Map<Tier, SeriesWindow> closed = new EnumMap<>(Tier.class);
        tiers.forEach((tier, rows) -> {
            rows.open.add(fine);
            rows.nanos += fine.length().toNanos();
            if (tier == Tier.FINE
                    || rows.nanos >= rows.length.toNanos() - fine.length().toNanos() / 2) {
                SeriesWindow whole = tier == Tier.FINE ? fine : SeriesWindow.together(rows.open, perSecond);
                rows.open.clear();
                rows.nanos = 0;
                rows.keep(whole);
                closed.put(tier, whole);
            }
        });
        return closed;
    }

    void restore(Tier tier, List<SeriesWindow> earlier) {
        earlier.forEach(rows(tier)::keep);
    }

    List<SeriesWindow> windows(Tier tier) {
        return List.copyOf(rows(tier).closed);
    }

    private Rows rows(Tier tier) {
        Rows rows = tiers.get(tier);
        if (rows == null) {
            throw new IllegalStateException("Tier (" + tier + ") has no rows.");
        }
        return rows;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static final class Rows {
        private final Duration length;
        private final int capacity;
        private final Deque<SeriesWindow> closed = new ArrayDeque<>();
        private final List<SeriesWindow> open = new ArrayList<>();
        private long nanos;

        Rows(Duration length, int capacity) {
            this.length = length;
            this.capacity = capacity;
        }

        void keep(SeriesWindow window) {
            if (closed.size() == capacity) {
                closed.removeFirst();
            }
            closed.addLast(window);
        }
    }
}
