package io.edgeai.monitor.health;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * How well a served version does: 100 minus the points its parts lost, exactly. Weights are shared among the parts that
 * have data.
 *
 * @param subject a version or model
 * @param at when it was judged
 * @param parts every watched signal
 */
public record Health(String subject, Instant at, List<HealthPart> parts) {
    public Health {
        parts = List.copyOf(parts);
    }

    /** Works out what each part costs. */
    public static Health of(String subject, Instant at, List<HealthPart> parts) {
        double total = parts.stream()
                .filter(HealthPart::known)
                .mapToDouble(HealthPart::weight)
                .sum();
        return new Health(
                subject,
                at,
                parts.stream()
                        .map(part -> part.known()
                                ? part.costing(100 * part.weight() / total * (1 - part.value()))
                                : part.costing(0))
                        .toList());
    }

    /** 0 to 100; empty while no part has data. */
    public OptionalDouble score() {
        if (parts.stream().noneMatch(HealthPart::known)) {
            return OptionalDouble.empty();
        }
        double lost = parts.stream().mapToDouble(HealthPart::pointsLost).sum();
        return OptionalDouble.of(Math.max(0, 100 - lost));
    }

    /** The score and what each part costs, in one line. */
    @Override
    public String toString() {
        OptionalDouble score = score();
        if (score.isEmpty()) {
            return "health of " + subject + " not known yet: "
                    + parts.stream().map(HealthPart::reason).distinct().collect(Collectors.joining(" "));
        }
        String lost = parts.stream()
                .filter(part -> part.pointsLost() > 0)
                .sorted(Comparator.comparingDouble(HealthPart::pointsLost).reversed())
                .map(part ->
                        String.format(Locale.ROOT, "%s -%.1f (%s)", part.signal(), part.pointsLost(), part.reason()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "health of %s %.1f of 100%s",
                subject,
                score.getAsDouble(),
                lost.isEmpty() ? "" : ": " + lost);
    }

    /** The part that costs most, if any costs something. */
    public Optional<HealthPart> topCause() {
        return parts.stream()
                .filter(part -> part.pointsLost() > 0)
                .max(Comparator.comparingDouble(HealthPart::pointsLost));
    }
}
