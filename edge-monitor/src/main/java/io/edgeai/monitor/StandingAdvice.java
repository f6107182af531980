package io.edgeai.monitor;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.AdvisedAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which advice on a version stands, and since when it was last given. One that was not given for 30 minutes is new when it comes
 * again, as an alert that returns is. Not thread-safe.
 */
final class StandingAdvice {
    private static final Duration OVER = Duration.ofMinutes(30);
    private static final Duration KEEP = Duration.ofMinutes(5);
    private static final String HEAD = "advice 1";

    private final Map<AdvisedAction, Instant> given = new EnumMap<>(AdvisedAction.class);
    private Instant kept = Instant.MIN;

    /** Takes what is advised now; gives what of it is new. */
    Set<AdvisedAction> fresh(Set<AdvisedAction> now, Instant at) {
        given.values().removeIf(last -> !last.plus(OVER).isAfter(at));
        Set<AdvisedAction> fresh = new TreeSet<>(now);
        fresh.removeAll(given.keySet());
        now.forEach(action -> given.put(action, at));
        return fresh;
    }

    /** Whether it should be kept: something is new, or stands and was kept five minutes ago. */
    boolean due(boolean news, Instant at) {
        boolean due = news || (!given.isEmpty() && !kept.isAfter(at.minus(KEEP)));
        kept = due ? at : kept;
        return due;
    }

    byte[] save() {
        List<String> lines = new ArrayList<>(List.of(HEAD));
        given.forEach((action, at) -> lines.add(action + " " + at));
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws InvalidInputException where the bytes are none of {@link #save()} */
    void restore(byte[] state) {
        String[] lines = new String(state, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(HEAD) || lines.length > 1 + AdvisedAction.values().length) {
            throw new InvalidInputException("Kept advice of (" + state.length
                    + ") bytes is of another layout. Maybe it is of a newer version of the library.");
        }
        try {
            for (int i = 1; i < lines.length; i++) {
                String[] parts = lines[i].split(" ", 2);
                given.put(AdvisedAction.valueOf(parts[0]), Instant.parse(parts[parts.length - 1]));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InvalidInputException("Kept advice is not whole. Maybe start without it.", e);
        }
    }
}
