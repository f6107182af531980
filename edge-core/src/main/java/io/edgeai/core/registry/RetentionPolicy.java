package io.edgeai.core.registry;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Optional;

/**
 * Which versions of a model are kept in use, and for how long the bytes of the others are. Whatever it says, these are kept:
 * a version that is active, degraded, a canary, a shadow or staged anywhere; the one that a rollback would return to; one that
 * an alias points at; one with the tag {@code keep}; one that is quarantined; and what a kept one was derived from.
 *
 * @param newest so many of the highest numbers are kept, 0 or more; default 5
 * @param age what was registered more recently is kept; default 90 days
 * @param erasedAfter how long after its retirement the bytes of a version are destroyed; default never
 */
public record RetentionPolicy(int newest, Duration age, Optional<Duration> erasedAfter) {
    /** The tag that keeps a version, whatever its value. */
    public static final String KEEP = "keep";

    public RetentionPolicy {
        if (newest < 0
                || age.isNegative()
                || erasedAfter.filter(Duration::isNegative).isPresent()) {
            throw new InvalidInputException("newest (" + newest + "), age (" + age + ") and erasedAfter (" + erasedAfter
                    + ") must not be negative. Maybe RetentionPolicy.defaults().");
        }
    }

    public static RetentionPolicy defaults() {
        return new RetentionPolicy(5, Duration.ofDays(90), Optional.empty());
    }

    public RetentionPolicy newest(int versions) {
        return new RetentionPolicy(versions, age, erasedAfter);
    }

    public RetentionPolicy age(Duration least) {
        return new RetentionPolicy(newest, least, erasedAfter);
    }

    public RetentionPolicy erasedAfter(Duration time) {
        return new RetentionPolicy(newest, age, Optional.of(time));
    }
}
