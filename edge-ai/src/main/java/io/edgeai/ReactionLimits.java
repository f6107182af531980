package io.edgeai;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How often there was a reaction of an action and model in the last 24 hours, kept in the home. Not thread-safe. */
final class ReactionLimits {
    private static final Duration DAY = Duration.ofHours(24);

    private final StateFile<Taken> file;
    private final Duration coolDown;
    private final int perDay;
    private final List<Once> taken = new ArrayList<>();
    private boolean read;

    /** What outlives the process. */
    record Taken(List<Once> taken) {}

    /** One reaction, or an attempt that failed. */
    record Once(String what, String at) {}

    ReactionLimits(Path home, Duration coolDown, int perDay) {
        this.file = new StateFile<>(home, "reactions", "taken", Taken.class);
        this.coolDown = coolDown;
        this.perDay = perDay;
    }

    /**
     * Why there may be none now; empty where there may.
     *
     * @throws io.edgeai.core.error.StorageException where what was kept cannot be read
     */
    Optional<String> hindrance(String what, Instant now) {
        if (!read) {
            file.read().ifPresent(known -> taken.addAll(known.taken()));
            read = true;
        }
        List<Instant> before = taken.stream()
                .filter(each -> each.what().equals(what))
                .map(each -> Instant.parse(each.at()))
                .filter(at -> at.plus(DAY).isAfter(now))
                .sorted()
                .toList();
        if (before.size() >= perDay) {
            return Optional.of("it was done " + before.size() + " times in 24 hours, of at most " + perDay);
        }
        if (!before.isEmpty() && before.get(before.size() - 1).plus(coolDown).isAfter(now)) {
            return Optional.of(
                    "the last time was " + before.get(before.size() - 1) + ", less than " + coolDown + " ago");
        }
        return Optional.empty();
    }

    /** @throws io.edgeai.core.error.StorageException where it cannot be kept */
    void took(String what, Instant now) {
        taken.removeIf(each -> !Instant.parse(each.at()).plus(DAY).isAfter(now));
        taken.add(new Once(what, now.toString()));
        file.write(new Taken(List.copyOf(taken)));
    }

    /** Takes the newest back, which did nothing. */
    void gaveBack(String what, Instant at) {
        taken.remove(new Once(what, at.toString()));
        file.write(new Taken(List.copyOf(taken)));
    }
}
